"""Zalo Official Account: OpenAPI v3, OAuth v4, their errors and what follows a send."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

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
from infra.simulator.platforms.zalo_events import (
    Payload,
    child,
    echo_of,
    from_customer,
    messages_of,
    shown,
    signed,
    to_customer,
)
from infra.simulator.platforms.zalo_tokens import Tokens
from infra.simulator.stack import Account

TEXT_LIMIT = 2000
CONSULTATION_WINDOW = timedelta(days=7)
FREE_WINDOW = timedelta(hours=48)
ADMIN_ID = "2268360619345212892"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def _failure(code: int, message: str) -> ApiAnswer:
    # Zalo answers HTTP 200 whatever happened: the truth is in `error`.
    return ApiAnswer(body={"error": code, "message": message})


class Zalo(Platform):
    channel: ClassVar = "zalo"
    hosts: ClassVar = frozenset({"openapi.zalo.me", "oauth.zaloapp.com"})
    retries: ClassVar = Retries(
        patience=timedelta(seconds=2),
        waits=(
            timedelta(seconds=30),
            timedelta(minutes=5),
            timedelta(minutes=15),
            timedelta(minutes=30),
            timedelta(hours=1),
        ),
        counter_header="num_retry",
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "access_token": lambda: ids.base64url(64),
        "refresh_token": lambda: ids.base64url(64),
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _failure(-32, "Your application reached limit call api"),
        "server_error": lambda: ApiAnswer(
            status=502,
            headers={"content-type": "text/html"},
            body=b"<html><head><title>502 Bad Gateway</title></head></html>",
        ),
        "blocked": lambda: _failure(-213, "User has not followed OA"),
        "expired_token": lambda: _failure(-216, "Access token is invalid"),
    }

    def __init__(self) -> None:
        self._tokens = Tokens()
        self._routes = {
            ("POST", "openapi.zalo.me", "/v3.0/oa/message/cs"): self._send,
            ("GET", "openapi.zalo.me", "/v3.0/oa/user/detail"): self._profile,
            ("GET", "openapi.zalo.me", "/v2.0/oa/getoa"): _account_of,
        }

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        if request.host == "oauth.zaloapp.com":
            return self._tokens.refresher(_refresh_token(request), accounts)
        return self._tokens.holder(_access_token(request), accounts)

    def is_send(self, request: ApiRequest) -> bool:
        return request.path == "/v3.0/oa/message/cs"

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if (request.method, request.path) == ("POST", "/v4/oa/access_token"):
            return self._refresh(request, account)
        route = self._routes.get((request.method, request.host, request.path))
        if route is None:
            return ApiAnswer(status=404, body={"error": 404, "message": "Empty api: not found"})
        if account is None or not self._tokens.is_alive(account, _access_token(request)):
            return _failure(-216, "Access token is invalid")
        return route(request, account, memory, now)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return tuple(
            signed(account, from_customer(account, saying, name, message), message["msg_id"])
            for name, message in messages_of(saying)
        )

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        # No postback on Zalo: an oa.query button says its payload as the customer's own text.
        message = {"text": saying.payload, "msg_id": ids.hexadecimal(20)}
        event = from_customer(account, saying, "user_send_text", message)
        return (signed(account, event, message["msg_id"]),)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        seen = [entry.id for entry in chat.entries if entry.by != "customer"]
        message = {"msg_ids": seen}
        event = to_customer(account, saying, "user_seen_message", message)
        return (signed(account, event, ids.hexadecimal(20)),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        message = {"text": saying.text, "msg_id": ids.hexadecimal(20)}
        event = to_customer(account, saying, "oa_send_text", message)
        # admin_id: only when a person wrote it in Zalo's own chat tool.
        event["sender"] = {"admin_id": ADMIN_ID, **event["sender"]}
        return (signed(account, event, message["msg_id"]),)

    def _refresh(self, request: ApiRequest, account: Account | None) -> ApiAnswer:
        form = request.parameters()
        if account is None:
            return _oauth_failure(-14014, "Invalid refresh token")
        if request.headers.get("secret_key") not in account.all_secrets("app_secret"):
            return _oauth_failure(-14004, "Invalid secret key")
        if form.get("app_id") != account.secret("app_id"):
            return _oauth_failure(-14002, "Invalid app id")
        if form.get("grant_type") != "refresh_token":
            return _oauth_failure(-14003, "Invalid grant type")
        pair = self._tokens.refresh(account, _refresh_token(request))
        if pair is None:
            return _oauth_failure(-14014, "Invalid refresh token")
        return ApiAnswer(
            body={
                "access_token": pair.access,
                "refresh_token": pair.refresh,
                "expires_in": "90000",
            }
        )

    def _send(
        self, request: ApiRequest, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        parameters = request.parameters()
        user_id = str(child(parameters, "recipient").get("user_id") or "")
        message = child(parameters, "message")
        chat = memory.chats.get((self.channel, account.account, user_id), Chat())
        refusal = _refusal(user_id, message, chat, now)
        return refusal or _delivered(account, user_id, message, chat, now)

    def _profile(
        self, request: ApiRequest, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        try:
            user_id = str(json.loads(request.query.get("data", "")).get("user_id", ""))
        except (ValueError, AttributeError):
            return _failure(-201, "data is invalid!")
        chat = memory.chats.get((self.channel, account.account, user_id))
        if chat is None or not chat.name:
            return _failure(-201, "user_id is invalid!")
        return ApiAnswer(
            body={"data": _user(account, user_id, chat), "error": 0, "message": "Success"}
        )


def _access_token(request: ApiRequest) -> str:
    return request.headers.get("access_token", "")


def _refresh_token(request: ApiRequest) -> str:
    return str(request.parameters().get("refresh_token", ""))


def _oauth_failure(code: int, name: str) -> ApiAnswer:
    return ApiAnswer(
        body={
            "error_name": name,
            "error_reason": name,
            "ref_doc": "https://developers.zalo.me/docs/official-account/phu-luc/ma-loi",
            "error_description": name,
            "error": code,
        }
    )


def _refusal(user_id: str, message: Payload, chat: Chat, now: datetime) -> ApiAnswer | None:
    if not user_id:
        return _failure(-201, "recipient is invalid!")
    wrong = _wrong(message)
    if wrong:
        return _failure(-201, f"{wrong} is invalid!")
    # Somebody the simulator never heard of may have written by hand: benefit of the doubt.
    if chat.last_message_at and now - chat.last_message_at > CONSULTATION_WINDOW:
        return _failure(-230, "User has not interacted with the OA in the past 7 days")
    return None


def _wrong(message: Payload) -> str | None:
    """Return the name of what Zalo does not take about a message."""
    if not message.get("text") and not message.get("attachment"):
        return "message"
    attachment = child(message, "attachment")
    if attachment and not _is_media(attachment):
        return "attachment"
    text = unicodedata.normalize("NFC", str(message.get("text") or ""))
    return "text" if len(text) > TEXT_LIMIT else None


def _is_media(attachment: Payload) -> bool:
    """Whether it is one picture, GIF or sticker by address or id, or an uploaded file."""
    payload = child(attachment, "payload")
    if attachment.get("type") == "file":
        return bool(payload.get("token"))
    elements = payload.get("elements")
    if payload.get("template_type") != "media" or not isinstance(elements, list):
        return False
    (element, *others) = elements or [{}]
    named = element.get("url") or element.get("attachment_id")
    return element.get("media_type") in {"image", "gif", "sticker"} and bool(named) and not others


def _account_of(request: ApiRequest, account: Account, memory: Memory, now: datetime) -> ApiAnswer:
    data = {
        "oa_id": account.secret("oa_id"),
        "name": account.account,
        "description": "",
        "oa_alias": account.account,
        "is_verified": True,
        "oa_type": 2,
        "num_follower": 0,
        "package_name": "Gói Nâng cao",
    }
    return ApiAnswer(body={"data": data, "error": 0, "message": "Success"})


def _delivered(
    account: Account, user_id: str, message: Payload, chat: Chat, now: datetime
) -> ApiAnswer:
    message_id = ids.hexadecimal(20)
    data: Payload = {
        "message_id": message_id,
        "user_id": user_id,
        "sent_time": str(ids.milliseconds(now.timestamp())),
    }
    if chat.last_message_at is None or now - chat.last_message_at <= FREE_WINDOW:
        data["quota"] = {"quota_type": "reply", "remain": "8", "total": "8"}
    saying = Saying(external_id=user_id, at=now)
    echo_name, echo = echo_of(message, message_id)
    receipt = {"msg_id": message_id}
    return ApiAnswer(
        body={"data": data, "error": 0, "message": "Success"},
        said=Said(
            id=message_id,
            external_id=user_id,
            text=str(message.get("text") or ""),
            attachments=tuple(shown(message)),
        ),
        webhooks=(
            signed(account, to_customer(account, saying, echo_name, echo), message_id),
            signed(
                account,
                to_customer(account, saying, "user_received_message", receipt),
                message_id,
            ),
        ),
    )


def _user(account: Account, user_id: str, chat: Chat) -> Payload:
    avatar = "https://s120-ava-talk.zadn.vn/default"
    last = chat.last_message_at
    return {
        "user_id": user_id,
        "user_id_by_app": ids.derived_digits(account.secret("app_id"), user_id),
        "user_external_id": "",
        "display_name": chat.name,
        "user_alias": chat.name,
        "is_sensitive": False,
        "user_last_interaction_date": last.astimezone(HANOI).strftime("%d/%m/%Y") if last else "",
        "user_is_follower": True,
        "avatar": avatar,
        "avatars": {"120": avatar, "240": avatar},
        "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": []},
    }
