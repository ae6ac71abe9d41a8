"""LinkedIn: comments under a page's post, through the REST API, and its errors.

All is said in public, under one post of the page. A comment with a file is told without its
content, which has to be looked up.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.platforms.linkedin_events import (
    Payload,
    comment_of,
    fresh_comment,
    notification,
    organisation_of,
    post_of,
)
from infra.simulator.stack import Account

TEXT_LIMIT = 1250
TOKEN_LIFE = timedelta(days=60)
COMMENTS = re.compile(r"/rest/socialActions/(?P<urn>urn:li:[^/]+)/comments(?:/(?P<id>\d+))?")
PERSON = re.compile(r"/rest/people/\(id:(?P<id>[\w-]+)\)")


def failure(status: int, message: str, code: str = "") -> ApiAnswer:
    body: Payload = {"status": status, "serviceErrorCode": 100, "message": message}
    return ApiAnswer(status=status, body={**body, "code": code} if code else body)


class LinkedIn(Platform):
    channel: ClassVar = "linkedin"
    hosts: ClassVar = frozenset({"api.linkedin.com", "www.linkedin.com"})
    # Every five minutes for eight hours.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=10), waits=(timedelta(minutes=5),) * (8 * 12)
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "organization_id": lambda: ids.digits(8),
        "application_id": lambda: ids.digits(8),
        "api_version": lambda: "202609",
        "access_token": lambda: f"AQ{ids.base64url(90)}",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: failure(
            429, "Resource level throttle APPLICATION_AND_MEMBER DAY limit reached"
        ),
        "server_error": lambda: failure(500, "Internal Server Error"),
        "blocked": lambda: failure(403, "Comments are disabled on this post"),
        "expired_token": lambda: failure(
            401, "The token used in the request has expired", "EXPIRED_ACCESS_TOKEN"
        ),
    }

    def __init__(self) -> None:
        self._comments: dict[str, Payload] = {}
        self._renewed: dict[str, str] = {}
        self._webhooks: dict[str, str] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        if request.host == "www.linkedin.com":
            client = str(request.parameters().get("client_id") or "")
            return next((a for a in accounts if client and client == a.secret("client_id")), None)
        _, _, token = request.headers.get("authorization", "").partition(" ")
        return next((a for a in accounts if token and token in self._tokens(a)), None)

    def is_send(self, request: ApiRequest) -> bool:
        match = COMMENTS.fullmatch(request.path)
        return request.method == "POST" and match is not None and match["id"] is None

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.host == "www.linkedin.com":
            return self._oauth(request, account, now)
        if account is None:
            return failure(401, "Invalid access token", "INVALID_ACCESS_TOKEN")
        if not re.fullmatch(r"20\d{4}", request.headers.get("linkedin-version", "")):
            return failure(400, "A version must be present. Please specify a version.")
        if self.is_send(request):
            return self._comment(request, account, now)
        if request.path.startswith("/rest/eventSubscriptions/("):
            return self._subscription(request, account, now)
        return self._look_up(request, account, memory)

    def external_id(self, wanted: str) -> str:
        if wanted.startswith("urn:li:"):
            return wanted
        return f"urn:li:person:{ids.derived_digits('linkedin', wanted, length=10)}"

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        urn = fresh_comment(account)
        self._remember(urn, saying.external_id, saying)
        told = None if saying.attachments else comment_of(saying.external_id, saying)
        return (notification(account, "COMMENT", urn, saying, told),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        urn = fresh_comment(account)
        self._remember(urn, organisation_of(account), saying)
        told = comment_of(organisation_of(account), saying)
        return (notification(account, "ADMIN_COMMENT", urn, saying, told),)

    def _comment(self, request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
        match, parameters = COMMENTS.fullmatch(request.path), request.parameters()
        message, parent = parameters.get("message"), match["urn"] if match else ""
        text = str(message.get("text") or "") if isinstance(message, dict) else ""
        if parameters.get("actor") != organisation_of(account):
            return failure(403, "Not enough permissions to act as this organization")
        answered = self._comments.get(parent)
        if answered is None or parameters.get("object") != post_of(account):
            return failure(404, "The entity being commented on does not exist")
        if not text.strip() or len(text) > TEXT_LIMIT:
            return failure(400, f"message.text: 1 to {TEXT_LIMIT} characters")
        urn, customer = fresh_comment(account), str(answered["actor"])
        saying = Saying(external_id=customer, at=now, text=text, reply_to_id=parent)
        made = self._remember(urn, organisation_of(account), saying)
        told = comment_of(organisation_of(account), saying)
        return ApiAnswer(
            status=201,
            body=made,
            headers={"x-restli-id": str(made["id"])},
            said=Said(id=urn, external_id=customer, text=text),
            webhooks=(notification(account, "ADMIN_COMMENT", urn, saying, told),),
        )

    def _remember(self, urn: str, actor: str, saying: Saying) -> Payload:
        moment = {"actor": actor, "time": ids.milliseconds(saying.at.timestamp())}
        comment: Payload = {
            "actor": actor,
            "commentUrn": urn,
            "created": moment,
            "id": urn.rpartition(",")[2].rstrip(")"),
            "lastModified": moment,
            "message": {"attributes": [], "text": saying.text},
            "object": urn.partition("(")[2].partition(",")[0],
        }
        if saying.reply_to_id:
            comment["parentComment"] = saying.reply_to_id
        if saying.attachments:
            comment["content"] = [
                {"type": "IMAGE", "url": attachment.url} for attachment in saying.attachments
            ]
        self._comments[urn] = comment
        return comment

    def _look_up(self, request: ApiRequest, account: Account, memory: Memory) -> ApiAnswer:
        match, person = COMMENTS.fullmatch(request.path), PERSON.fullmatch(request.path)
        if match and match["id"]:
            found = self._comments.get(f"urn:li:comment:({match['urn']},{match['id']})")
            return ApiAnswer(body=found) if found else failure(404, "Comment not found")
        key = (self.channel, account.account, f"urn:li:person:{person['id']}" if person else "")
        chat = memory.chats.get(key)
        if chat is None or not chat.name:
            return failure(404, "Not found")
        last, _, first = chat.name.rpartition(" ")
        return ApiAnswer(body={"localizedFirstName": first, "localizedLastName": last})

    def _subscription(self, request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
        if request.method == "PUT":
            self._webhooks[account.account] = str(request.parameters().get("webhook") or "")
            return ApiAnswer(status=204, body=b"")
        webhook = self._webhooks.get(account.account, account.webhook_url)
        expires_at = ids.milliseconds((now + TOKEN_LIFE).timestamp())
        return ApiAnswer(body={"webhook": webhook, "expiresAt": expires_at})

    def _oauth(self, request: ApiRequest, account: Account | None, now: datetime) -> ApiAnswer:
        parameters = request.parameters()
        if account is None or parameters.get("client_secret") not in account.all_secrets(
            "client_secret"
        ):
            return ApiAnswer(status=401, body={"error": "invalid_client"})
        if request.path == "/oauth/v2/introspectToken":
            active = parameters.get("token") in self._tokens(account)
            state = {"active": active, "status": "active" if active else "revoked"}
            return ApiAnswer(body={**state, "expires_at": int((now + TOKEN_LIFE).timestamp())})
        if parameters.get("refresh_token") not in account.all_secrets("refresh_token"):
            return ApiAnswer(status=400, body={"error": "invalid_grant"})
        token = self._renewed.setdefault(account.account, f"AQ{ids.base64url(90)}")
        lives = int(TOKEN_LIFE.total_seconds())
        return ApiAnswer(body={"access_token": token, "expires_in": lives})

    def _tokens(self, account: Account) -> list[str]:
        renewed = self._renewed.get(account.account)
        return [*account.all_secrets("access_token"), *([renewed] if renewed else [])]
