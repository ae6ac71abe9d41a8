"""Slack: the methods of its Web API, its files, its incoming webhooks, and the echo of a post."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

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
from infra.simulator.platforms.slack_events import (
    BOT_ID,
    BOT_USER,
    FILES,
    Payload,
    by_agent,
    by_bot,
    by_customer,
    direct_channel,
    fresh_ts,
    pressed,
    signed,
    signed_form,
    team_of,
)
from infra.simulator.stack import Account

TEXT_LIMIT = 40_000

METHOD = re.compile(r"/api/(?P<method>[a-zA-Z.]+)")
HOOKS = "hooks.slack.com"
HOOK = re.compile(r"/services/T\w+/B\w+/\w+")
FILE = re.compile(r"/files-pri/[A-Z0-9]+-(?P<file_id>F[A-Z0-9]+)/.*")
PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
CHANNEL = re.compile(r"[CDU](?P<person>[A-Z0-9]{2,20})")


class Slack(Platform):
    channel: ClassVar = "slack"
    hosts: ClassVar = frozenset({"slack.com", FILES, HOOKS})
    retries: ClassVar = Retries(
        patience=timedelta(seconds=3),
        waits=(timedelta(0), timedelta(minutes=1), timedelta(minutes=5)),
        counter_header="X-Slack-Retry-Num",
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "signing_secret": lambda: ids.hexadecimal(32),
        "bot_token": lambda: f"xoxb-{ids.digits(12)}-{ids.digits(13)}-{ids.hexadecimal(24)}",
        "agent_team_id": lambda: f"T0{ids.digits(9)}",
        "incoming_webhook": lambda: (
            f"https://{HOOKS}/services/T0{ids.digits(9)}/B0{ids.digits(9)}/{ids.hexadecimal(24)}"
        ),
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: ApiAnswer(
            status=429, body={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "3"}
        ),
        "server_error": lambda: _refused("internal_error"),
        "blocked": lambda: _refused("not_in_channel"),
        "expired_token": lambda: _refused("token_revoked"),
    }

    def __init__(self) -> None:
        self._methods: dict[str, Callable[[_Call], ApiAnswer]] = {
            "auth.test": _auth_test,
            "chat.postMessage": _post_message,
            "files.info": _files_info,
            "users.info": _users_info,
        }

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        token = _bearer(request)
        return next((a for a in accounts if token and token in a.all_secrets("bot_token")), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.path == "/api/chat.postMessage"

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.host == FILES:
            return _download(request, account, memory)
        if request.host == HOOKS:
            return _incoming_webhook(request)
        if account is None:
            return _refused("invalid_auth" if _bearer(request) else "not_authed")
        match = METHOD.fullmatch(request.path)
        method = self._methods.get(match["method"]) if match else None
        if method is None:
            return _refused("unknown_method")
        parameters = {**request.query, **request.parameters()}
        return method(_Call(account, parameters, memory, now))

    def external_id(self, wanted: str) -> str:
        return wanted if PERSON.fullmatch(wanted) else f"U{ids.derived_digits(wanted, length=10)}"

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return (signed(account, by_customer(saying, memory), saying.at),)

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return (signed_form(account, pressed(account, saying)),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        """Return a colleague's words in the thread of a channel that both companies share."""
        return (signed(account, by_agent(account, saying), saying.at, is_shared=True),)


class _Call:
    """One call of a Web API method."""

    def __init__(
        self, account: Account, parameters: dict[str, Any], memory: Memory, now: datetime
    ) -> None:
        self.account = account
        self.parameters = parameters
        self.memory = memory
        self.now = now

    def text(self, name: str) -> str:
        return str(self.parameters.get(name) or "")


def _auth_test(call: _Call) -> ApiAnswer:
    return _done(
        url="https://hoamai.slack.com/",
        team="Hoa Mai",
        user="hoamai",
        team_id=team_of(call.account),
        user_id=BOT_USER,
        bot_id=BOT_ID,
        is_enterprise_install=False,
    )


def _post_message(call: _Call) -> ApiAnswer:
    place = CHANNEL.fullmatch(call.text("channel"))
    if place is None:
        return _refused("channel_not_found")
    text, blocks = call.text("text"), call.parameters.get("blocks") or []
    if not text.strip() and not blocks:
        return _refused("no_text")
    if len(text) > TEXT_LIMIT:
        return _refused("msg_too_long")
    external_id = f"U{place['person']}"
    # Who is written to by his user id gets it as a direct message.
    is_direct = call.text("channel").startswith(("U", "D"))
    channel = direct_channel(external_id) if is_direct else call.text("channel")
    ts = fresh_ts(call.now)
    posted = by_bot(call.account, channel, ts, call.parameters)
    shown = {name: posted[name] for name in ("user", "type", "ts", "bot_id", "app_id", "text")}
    said = Said(
        id=f"{channel}:{ts}",
        external_id=external_id,
        text=_unescaped(text),
        buttons=tuple(_buttons(blocks)),
    )
    echo = signed(call.account, posted, call.now, is_shared=not is_direct)
    answer = _done(channel=channel, ts=ts, message=shown)
    return ApiAnswer(body=answer.body, said=said, webhooks=(echo,))


def _users_info(call: _Call) -> ApiAnswer:
    user_id = call.text("user")
    chat = call.memory.chats.get(("slack", call.account.account, user_id))
    if chat is None:
        return _refused("user_not_found")
    profile = {"real_name": chat.name, "display_name": chat.name}
    user: Payload = {"id": user_id, "team_id": "T0KHACH", "is_bot": False, "profile": profile}
    if call.text("include_locale") == "true":
        user["locale"] = "vi-VN"
    return _done(user=user)


def _files_info(call: _Call) -> ApiAnswer:
    file_id = call.text("file")
    if file_id not in call.memory.files:
        return _refused("file_not_found")
    url = f"https://{FILES}/files-pri/T0KHACH-{file_id}/download/file"
    return _done(file={"id": file_id, "url_private": url, "url_private_download": url})


def _download(request: ApiRequest, account: Account | None, memory: Memory) -> ApiAnswer:
    match = FILE.fullmatch(request.path)
    if match is None or match["file_id"] not in memory.files:
        return ApiAnswer(status=404, body=b"", headers={"content-type": "text/html"})
    if account is None:
        page = b"<!doctype html><title>Sign in | Slack</title>"
        return ApiAnswer(body=page, headers={"content-type": "text/html; charset=utf-8"})
    content = memory.files[match["file_id"]]
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})


def _incoming_webhook(request: ApiRequest) -> ApiAnswer:
    """Take a post to a channel of the company's own; whose it is only the path knows."""
    if HOOK.fullmatch(request.path) is None:
        return ApiAnswer(status=404, body=b"no_service")
    if not request.parameters().get("text"):
        return ApiAnswer(status=400, body=b"no_text")
    return ApiAnswer(body=b"ok")


def _done(**fields: Any) -> ApiAnswer:
    return ApiAnswer(body={"ok": True, **fields})


def _refused(error: str) -> ApiAnswer:
    return ApiAnswer(body={"ok": False, "error": error})


def _bearer(request: ApiRequest) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _buttons(blocks: list[Any]) -> list[dict[str, str]]:
    return [
        {"title": str(each["text"]["text"]), "payload": str(each.get("value", ""))}
        for block in blocks
        if block.get("type") == "actions"
        for each in block.get("elements", [])
    ]
