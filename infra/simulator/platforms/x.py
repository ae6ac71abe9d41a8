"""X: its API v2 for messages and posts, its errors and what follows a send.

A customer whose words begin with `@` writes a public post, any other a direct message.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from chalicelib.channels.x.counting import weighted
from infra.simulator.memory import Chat, Memory
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
from infra.simulator.platforms.x_events import (
    Payload,
    fresh_id,
    message,
    messages_of,
    post,
    read_receipt,
    user,
)
from infra.simulator.platforms.x_tokens import Tokens
from infra.simulator.stack import Account

MESSAGE_LIMIT = 10_000
POST_LIMIT = 280
SEND = re.compile(r"/2/dm_conversations/with/(?P<id>\d{1,19})/messages")
MEDIA = re.compile(r"/2/dm_conversations/media/\d+/(?P<id>\d+)/[\w.-]+")
USER = re.compile(r"/2/users/(?P<id>me|\d{1,19})")
HIDDEN = re.compile(r"/2/tweets/(?P<id>\d{1,19})/hidden")
HOOK = re.compile(r"/2/webhooks/(?P<id>\d{1,19})")
PROBLEMS = "https://api.x.com/2/problems"


def problem(status: int, detail: str, kind: str = "about:blank", **headers: str) -> ApiAnswer:
    titles = {400: "Invalid Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
    body = {
        "title": titles.get(status, "Error"),
        "detail": detail,
        "type": kind,
        "status": status,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ApiAnswer(status=status, body=body, headers=named)


def _throttled() -> ApiAnswer:
    reset = int(datetime.now(UTC).timestamp()) + 3
    return problem(
        429,
        "Too Many Requests",
        x_rate_limit_limit="15",
        x_rate_limit_remaining="0",
        x_rate_limit_reset=str(reset),
    )


class X(Platform):
    channel: ClassVar = "x"
    hosts: ClassVar = frozenset({"api.x.com"})
    # It retries, and can replay five days; how often is not documented.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=10),
        waits=tuple(timedelta(seconds=wait) for wait in (5, 30, 120, 600)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "user_id": lambda: ids.digits(19),
        "webhook_id": lambda: ids.digits(19),
        "access_token": lambda: ids.base64url(64),
        "refresh_token": lambda: ids.base64url(64),
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": _throttled,
        "server_error": lambda: problem(503, "Service Unavailable"),
        "blocked": lambda: problem(403, "You cannot send messages to this user."),
        "expired_token": lambda: problem(401, "Unauthorized"),
    }

    def __init__(self) -> None:
        self._tokens = Tokens()
        self._posted: dict[tuple[str, str, str], str] = {}
        self._hooks: dict[str, Payload] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        if request.path == "/2/oauth2/token":
            token = str(request.parameters().get("refresh_token") or "")
            return self._tokens.holder("refresh", token, accounts)
        token = _bearer(request)
        of_app = (a for a in accounts if token and token in a.all_secrets("bearer_token"))
        return self._tokens.holder("access", token, accounts) or next(of_app, None)

    def is_send(self, request: ApiRequest) -> bool:
        is_message = SEND.fullmatch(request.path) is not None
        return request.method == "POST" and (is_message or request.path == "/2/tweets")

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.path == "/2/oauth2/token":
            return self._refresh(request, account)
        if account is None:
            return problem(401, "Unauthorized")
        if SEND.fullmatch(request.path):
            return _send(request, account, now)
        if request.path == "/2/tweets":
            return self._post(request, account, memory, now)
        if request.path.startswith(("/2/webhooks", "/2/activity/subscriptions")):
            return self._connect(request, account)
        return _look_up(request, account, memory, now)

    def external_id(self, wanted: str) -> str:
        return wanted if wanted.isdigit() else ids.derived_digits("x", wanted)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        if saying.text.startswith("@"):
            return (post(account, saying, fresh_id()),)
        parts = messages_of(saying, memory)
        return tuple(message(account, saying, part, fresh_id()) for part in parts)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        ours = [entry.id for entry in chat.entries if entry.by != "customer"]
        return (read_receipt(account, saying, (ours or [fresh_id()])[-1]),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        if saying.reply_to_id:
            return (post(account, saying, fresh_id(), from_us=True),)
        data = {"text": saying.text}
        return (message(account, saying, data, fresh_id(), from_us=True),)

    def _refresh(self, request: ApiRequest, account: Account | None) -> ApiAnswer:
        token = str(request.parameters().get("refresh_token") or "")
        pair = self._tokens.refresh(account, token) if account else None
        if pair is None:
            error = "Value passed for the token was invalid."
            return ApiAnswer(
                status=400, body={"error": "invalid_request", "error_description": error}
            )
        access, refresh = pair
        return ApiAnswer(
            body={
                "token_type": "bearer",
                "expires_in": 7200,
                "access_token": access,
                "scope": "tweet.read tweet.write users.read dm.read dm.write offline.access",
                "refresh_token": refresh,
            }
        )

    def _post(
        self, request: ApiRequest, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        parameters = request.parameters()
        text = str(parameters.get("text") or "")
        reply = parameters.get("reply")
        answered = str(reply.get("in_reply_to_tweet_id") or "") if isinstance(reply, dict) else ""
        if not text.strip():
            return problem(400, "text: must not be empty", f"{PROBLEMS}/invalid-request")
        if weighted(text) > POST_LIMIT:
            return problem(403, "Your Tweet text is too long.")
        author = _author(memory, account, answered)
        if author is None:
            return problem(403, "You attempted to reply to a Tweet that is deleted or not visible.")
        key = account.account, answered, text
        if key in self._posted:
            return problem(403, "You are not allowed to create a Tweet with duplicate content.")
        self._posted[key] = post_id = fresh_id()
        saying = Saying(external_id=author, at=now, text=text, reply_to_id=answered)
        return ApiAnswer(
            status=201,
            body={"data": {"id": post_id, "text": text, "edit_history_tweet_ids": [post_id]}},
            said=Said(id=post_id, external_id=author, text=text),
            webhooks=(post(account, saying, post_id, from_us=True),),
        )

    def _connect(self, request: ApiRequest, account: Account) -> ApiAnswer:
        """Register a webhook, tell how it is, and take subscriptions to it."""
        if request.path == "/2/activity/subscriptions":
            made = {"subscription_id": fresh_id(), **request.parameters()}
            return ApiAnswer(body={"data": [made], "meta": {"total_subscriptions": 1}})
        if _bearer(request) not in account.all_secrets("bearer_token"):
            kind = f"{PROBLEMS}/unsupported-authentication"
            return problem(403, "Unsupported Authentication: use an app-only token", kind)
        url = str(request.parameters().get("url") or account.webhook_url)
        known = self._hooks.setdefault(
            account.account, {"id": account.secret("webhook_id") or fresh_id(), "url": url}
        )
        hook = {**known, "valid": True}
        if request.path == "/2/webhooks" and request.method == "GET":
            return ApiAnswer(body={"data": [hook], "meta": {"result_count": 1}})
        if request.path == "/2/webhooks" or HOOK.fullmatch(request.path):
            return ApiAnswer(body={"data": hook})
        return problem(404, "Not Found")


def _send(request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
    match = SEND.fullmatch(request.path)
    text = str(request.parameters().get("text") or "")
    if not text.strip() or len(text) > MESSAGE_LIMIT:
        return problem(400, f"text: 1 to {MESSAGE_LIMIT} characters", f"{PROBLEMS}/invalid-request")
    to, message_id = match["id"] if match else "", fresh_id()
    saying = Saying(external_id=to, at=now, text=text)
    data: Payload = {"text": text, "entities": {"urls": []}}
    conversation = "-".join(sorted((to, account.secret("user_id")), key=int))
    return ApiAnswer(
        status=201,
        body={"data": {"dm_conversation_id": conversation, "dm_event_id": message_id}},
        said=Said(id=message_id, external_id=to, text=text),
        webhooks=(message(account, saying, data, message_id, from_us=True),),
    )


def _look_up(request: ApiRequest, account: Account, memory: Memory, now: datetime) -> ApiAnswer:
    file, person = MEDIA.fullmatch(request.path), USER.fullmatch(request.path)
    if file and file["id"] in memory.files:
        headers = {"content-type": "application/octet-stream"}
        return ApiAnswer(body=memory.files[file["id"]], headers=headers)
    if person and person["id"] == "me":
        return ApiAnswer(body={"data": {"id": account.secret("user_id"), "name": account.account}})
    chat = memory.chats.get(("x", account.account, person["id"])) if person else None
    if person and chat:
        return ApiAnswer(
            body={"data": user(Saying(external_id=person["id"], at=now, name=chat.name))}
        )
    if HIDDEN.fullmatch(request.path) and request.method == "PUT":
        return ApiAnswer(body={"data": {"hidden": True}})
    return problem(404, "Not Found", f"{PROBLEMS}/resource-not-found")


def _author(memory: Memory, account: Account, post_id: str) -> str | None:
    """Return who wrote a post."""
    for (channel, name, external_id), chat in memory.chats.items():
        is_here = (channel, name) == ("x", account.account)
        if is_here and any(entry.id == post_id for entry in chat.entries):
            return external_id
    return None


def _bearer(request: ApiRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
