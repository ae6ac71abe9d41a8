"""`deskctl accounts …`: how the connected accounts are, and connecting one."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from chalicelib.desk.model import SLUG
from chalicelib.domain.accounts import AccountHealth
from chalicelib.errors import FrontlineError, InvalidRequestError
from infra.deskctl.report import REFUSED, Report, columns

HEAD = ("KÊNH · CHANNEL", "TÀI KHOẢN · ACCOUNT", "NHẬN · HEARD", "GỬI · SENT", "")
LOOK = 2.0
OK_STATUSES = range(200, 300)


def show_all(frontline: Frontline) -> Report:
    """List every account of the desk in force; code 1 when one of them needs a person."""
    desk = frontline.desks.current().desk
    healths = frontline.healths.of((each.channel, each.account) for each in desk.accounts)
    rows = [_row(health) for health in healths]
    data = [{name: getattr(health, name) for name in AccountHealth.__slots__} for health in healths]
    is_any_sick = any(health.problem for health in healths)
    return Report(columns([HEAD, *rows]), {"accounts": data}, REFUSED if is_any_sick else 0)


def _row(health: AccountHealth) -> tuple[str, ...]:
    state = f"✗ {health.problem}" if health.problem else "✓"
    if not health.problem and health.token_expires_at:
        state += f" token → {_at(health.token_expires_at)}"
    return (
        health.channel,
        health.account,
        _at(health.last_event_at),
        _at(health.last_send_at),
        state,
    )


def _at(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "—"


@dataclass(frozen=True, slots=True)
class Connecting:
    """`ask` shows a question and returns the answer; `tell` prints; `sleep` waits."""

    frontline: Frontline
    ask: Callable[[str], str]
    tell: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep

    def connect(self, channel: str, account: str, patience: timedelta) -> Report:
        """Take the account's secrets, register its webhook, and wait for a first event."""
        if not re.fullmatch(SLUG, account):
            raise InvalidRequestError(f"tên tài khoản · an account's name: {SLUG}")
        adapter = adapter_class(channel)
        self._keep_secrets(adapter, account)
        desk = self.frontline.desks.current().desk
        known = desk.account(channel, account)
        if known is None:
            return _not_on_the_desk(adapter, account)
        url = self.frontline.settings.public_url.rstrip("/") + desk.webhook_path(known)
        self.tell(f"webhook: {url}")
        started_at = self.frontline.real_clock()
        problems = list(self._subscribe(channel, account, url))
        for problem in problems:
            self.tell(f"✗ {problem}")
        self.tell(f"các bước trên trang của kênh · what to click: docs/channels/{channel}.md")
        self.tell("gửi thử một tin nhắn tới tài khoản · now write a message to the account …")
        return self._wait_for_event(channel, account, started_at + patience, started_at)

    def _keep_secrets(self, adapter: type[ChannelAdapter], account: str) -> None:
        """Ask for each secret; an empty answer leaves what is stored."""
        for name in (*adapter.required_secrets, *adapter.optional_secrets):
            kind = "" if name in adapter.required_secrets else " (không bắt buộc · optional)"
            if value := self.ask(f"{adapter.channel}/{account} {name}{kind}: ").strip():
                self.frontline.secrets.put(f"ssm:{adapter.channel}/{account}/{name}", value)

    def _subscribe(self, channel: str, account: str, url: str) -> Iterator[str]:
        try:
            adapter = self.frontline.senders.sender_for(channel, account)
            for call in adapter.subscribe_requests(url):
                answer = self.frontline.transport.send(call)
                if answer.status not in OK_STATUSES:
                    yield f"đăng ký webhook bị từ chối · subscription refused: {answer.status}"
            if request := adapter.check_request(url):
                checkup = adapter.read_check(url, self.frontline.transport.send(request))
                if checkup.problem:
                    yield checkup.problem
        except FrontlineError as error:
            yield str(error)

    def _wait_for_event(
        self, channel: str, account: str, until_at: datetime, since_at: datetime
    ) -> Report:
        name = f"{channel}/{account}"
        while self.frontline.real_clock() < until_at:
            (health,) = self.frontline.healths.of([(channel, account)])
            if health.last_event_at and health.last_event_at >= since_at:
                self.frontline.healths.note(channel, account, problem="")
                words = f"{name}: đã kết nối, vừa nhận sự kiện · connected, an event came"
                return Report((words,), {"account": name, "connected": True})
            self.sleep(LOOK)
        words = f"{name}: chưa thấy sự kiện nào · no event came yet"
        return Report((words,), {"account": name, "connected": False}, REFUSED)


def _not_on_the_desk(adapter: type[ChannelAdapter], account: str) -> Report:
    secrets = (
        f"      {name}: ssm:{adapter.channel}/{account}/{name}" for name in adapter.required_secrets
    )
    block = (
        f"  - channel: {adapter.channel}",
        f"    account: {account}",
        f"    name: {adapter.label['vi']}",
        "    secrets:",
        *secrets,
    )
    words = (
        "thêm vào accounts của desk.yaml, `deskctl desk apply`, rồi chạy lại lệnh này · "
        "add this to accounts of desk.yaml, apply it, and run this again:"
    )
    return Report((words, *block), {"account": account, "add": list(block)}, REFUSED)
