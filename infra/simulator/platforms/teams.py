"""Microsoft Teams: the Bot Framework's connector, Microsoft's token service, and its key document.

Teams tells a bot nothing of its own messages; who has read them, yes.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

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
from infra.simulator.platforms.teams_activities import (
    SHAREPOINT,
    Signer,
    activity,
    conversation_id,
    fresh_id,
    message,
)
from infra.simulator.stack import Account

SIZE_LIMIT = 28 * 1024
LIFETIME = 3599
DENIED = {"message": "Authorization has been denied for this request."}

CONNECTOR = "smba.trafficmanager.net"
KEYS = "login.botframework.com"
LOGIN = "login.microsoftonline.com"

ACTIVITIES = re.compile(r"/[a-z]+/v3/conversations/a:(?P<person>[^/]+)/activities(?:/[^/]+)?")
ATTACHMENT = re.compile(r"/[a-z]+/v3/attachments/(?P<file_id>[^/]+)/views/original")
DOWNLOAD = re.compile(r"/download/(?P<file_id>[^/]+)")
TOKEN = re.compile(r"/[^/]+/oauth2/v2\.0/token")


class Teams(Platform):
    channel: ClassVar = "teams"
    hosts: ClassVar = frozenset({CONNECTOR, KEYS, LOGIN, SHAREPOINT})
    # Teams shows the person an error after fifteen seconds, and doesn't try again.
    retries: ClassVar = Retries(patience=timedelta(seconds=15), waits=())
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "app_id": lambda: str(uuid4()),
        "tenant_id": lambda: str(uuid4()),
        "app_password": lambda: f"{ids.base64url(3)}~{ids.base64url(24)}",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _failure(
            429, "TooManyRequests", "Too many requests", {"Retry-After": "3"}
        ),
        "server_error": lambda: _failure(502, "BadGateway", "The service is unavailable"),
        "blocked": lambda: _failure(403, "MessageWritesBlocked", "The bot is blocked or removed"),
        "expired_token": lambda: ApiAnswer(status=401, body=DENIED),
    }

    def __init__(self) -> None:
        self._signer = Signer()

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        client_id = request.parameters().get("client_id", "")
        by_app = (a for a in accounts if client_id and client_id in a.all_secrets("app_id"))
        by_token = (a for a in accounts if _issued_at(_bearer(request), a) is not None)
        return next(by_app, None) or next(by_token, None)

    def is_send(self, request: ApiRequest) -> bool:
        is_connector = request.host == CONNECTOR and request.method == "POST"
        return is_connector and ACTIVITIES.fullmatch(request.path) is not None

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.host == KEYS:
            return ApiAnswer(body=self._signer.document())
        if request.host == LOGIN:
            return _token(request, account, now)
        if request.host == SHAREPOINT:
            return _file(DOWNLOAD.fullmatch(request.path), memory)
        if account is None or not _is_valid(_bearer(request), account, now):
            return ApiAnswer(status=401, body=DENIED)
        return _connector(request, memory, now)

    def external_id(self, wanted: str) -> str:
        return wanted if wanted.startswith("29:") else f"29:{wanted}"

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return (self._signer.webhook(account, message(account, saying, memory)),)

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        tapped = message(account, saying, memory) | {"value": {"payload": saying.payload}}
        return (self._signer.webhook(account, tapped),)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        sent = [entry.id for entry in chat.entries if entry.by == "company"]
        last = sent[-1] if sent else str(ids.milliseconds(saying.at.timestamp()))
        receipt = activity(
            account,
            saying,
            "event",
            name="application/vnd.microsoft.readReceipt",
            value={"lastReadMessageId": last},
        )
        return (self._signer.webhook(account, receipt),)


def _connector(request: ApiRequest, memory: Memory, now: datetime) -> ApiAnswer:
    attachment = ATTACHMENT.fullmatch(request.path)
    if attachment:
        return _file(attachment, memory)
    place = ACTIVITIES.fullmatch(request.path)
    if place is None or request.method != "POST":
        return _failure(404, "ConversationNotFound", "Conversation not found.")
    return _take(request, f"29:{place['person']}", now)


def _take(request: ApiRequest, external_id: str, now: datetime) -> ApiAnswer:
    sent = request.parameters()
    if sent.get("type") != "message":
        return _failure(400, "BadSyntax", "Activity type is missing or unknown")
    text, cards = str(sent.get("text") or ""), sent.get("attachments") or []
    if not text.strip() and not cards:
        return _failure(400, "BadSyntax", "Activity must include text or attachments")
    if len(text.encode("utf-16-le")) > SIZE_LIMIT:
        return _failure(413, "MessageSizeTooBig", "Message size too large.")
    if sent.get("conversation", {}).get("id") != conversation_id(external_id):
        return _failure(400, "BadArgument", "The conversation is not the one in the address")
    said = Said(
        id=fresh_id(now),
        external_id=external_id,
        text=text,
        buttons=tuple(_buttons(cards)),
    )
    return ApiAnswer(status=201, body={"id": said.id}, said=said)


def _buttons(cards: list[Any]) -> list[dict[str, str]]:
    return [
        {
            "title": str(button.get("title", "")),
            "payload": str((button.get("value") or {}).get("payload", "")),
        }
        for card in cards
        for button in card.get("content", {}).get("buttons", [])
    ]


def _token(request: ApiRequest, account: Account | None, now: datetime) -> ApiAnswer:
    form = request.parameters()
    if TOKEN.fullmatch(request.path) is None or form.get("grant_type") != "client_credentials":
        return _refused(400, "invalid_request", 900144, "A required parameter is missing.")
    if account is None:
        return _refused(400, "unauthorized_client", 700016, "Application was not found.")
    if form.get("client_secret") not in account.all_secrets("app_password"):
        return _refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
    token = _issue(account, str(form["client_secret"]), int(now.timestamp()))
    body = {
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": token,
    }
    return ApiAnswer(body=body)


def _issue(account: Account, password: str, at: int) -> str:
    """Return a token that is recognised without being remembered."""
    whole = f"{account.secret('app_id')} {password} {at}"
    return f"made-up.{at}.{hashlib.sha256(whole.encode()).hexdigest()}"


def _issued_at(token: str, account: Account) -> int | None:
    at = token.split(".")[1] if token.count(".") == 2 else ""  # noqa: PLR2004
    if not at.isdigit():
        return None
    issued = {_issue(account, each, int(at)) for each in account.all_secrets("app_password")}
    return int(at) if token in issued else None


def _is_valid(token: str, account: Account, now: datetime) -> bool:
    at = _issued_at(token, account)
    return at is not None and now.timestamp() < at + LIFETIME


def _bearer(request: ApiRequest) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _file(match: re.Match[str] | None, memory: Memory) -> ApiAnswer:
    content = memory.files.get(match["file_id"]) if match else None
    if content is None:
        return _failure(404, "NotFound", "No such file.")
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})


def _failure(
    status: int, code: str, words: str, headers: Mapping[str, str] | None = None
) -> ApiAnswer:
    body = {"error": {"code": code, "message": words}}
    return ApiAnswer(status=status, body=body, headers=headers or {})


def _refused(status: int, error: str, code: int, words: str) -> ApiAnswer:
    description = f"AADSTS{code}: {words}"
    body = {"error": error, "error_description": description, "error_codes": [code]}
    return ApiAnswer(status=status, body=body)
