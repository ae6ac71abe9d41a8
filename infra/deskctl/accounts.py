"""`deskctl accounts …`: how the connected accounts are, and connecting one."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from chalicelib.desk.model import SLUG, Account
from chalicelib.domain.accounts import AccountHealth
from chalicelib.errors import FrontlineError, InvalidRequestError
from infra.deskctl.report import REFUSED, Report, columns

HEAD = ("KÊNH · CHANNEL", "TÀI KHOẢN · ACCOUNT", "NHẬN · HEARD", "GỬI · SENT", "")
LOOK = 2.0
OK_STATUSES = range(200, 300)
ADD_ALL = (
    "thêm vào accounts của desk.yaml, `deskctl desk apply`, rồi chạy lại lệnh này · "
    "add this to accounts of desk.yaml, apply it, and run this again:"
)
ADD_SECRETS = (
    "desk.yaml chưa nhắc tới: thêm vào secrets của tài khoản này, rồi `deskctl desk apply` · "
    "desk.yaml does not name these yet: add them to the account's secrets, and apply it:"
)
NO_WEBHOOK = (
    "kênh này không có webhook: bật đường nhận tin như trang dưới đây chỉ · "
    "no webhook: switch on the way in as the page below tells"
)
IS_POLLED = (
    "kênh này không có webhook: Frontline tự hỏi tin mới · no webhook: Frontline asks by itself"
)


def show_all(frontline: Frontline) -> Report:
    """List every account of the desk in force; code 1 when one of them needs a person."""
    desk = frontline.desks.current().desk
    healths = frontline.healths.of((each.channel, each.account) for each in desk.accounts)
    rows = [_row(health, ZoneInfo(desk.time_zone)) for health in healths]
    data = [{name: getattr(health, name) for name in AccountHealth.__slots__} for health in healths]
    is_any_sick = any(health.problem for health in healths)
    return Report(columns([HEAD, *rows]), {"accounts": data}, REFUSED if is_any_sick else 0)


def _row(health: AccountHealth, zone: ZoneInfo) -> tuple[str, ...]:
    state = f"✗ {health.problem}" if health.problem else "✓"
    if not health.problem and health.token_expires_at:
        state += f" token → {_at(health.token_expires_at, zone)}"
    return (
        health.channel,
        health.account,
        _at(health.last_event_at, zone),
        _at(health.last_send_at, zone),
        state,
    )


def _at(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if at else "—"


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
        given = self._keep_secrets(adapter, account)
        desk = self.frontline.desks.current().desk
        known = desk.account(channel, account)
        if known is None:
            return _not_on_the_desk(adapter, account, given)
        for line in _not_named(known, given):
            self.tell(line)
        url = self.frontline.settings.public_url.rstrip("/") + desk.webhook_path(known)
        self.tell(_way_in(adapter, url))
        started_at = self.frontline.real_clock()
        problems = list(self._subscribe(channel, account, url))
        for problem in problems:
            self.tell(f"✗ {problem}")
        self.tell(f"các bước trên trang của kênh · what to click: docs/channels/{channel}.md")
        self.tell("gửi thử một tin nhắn tới tài khoản · now write a message to the account …")
        return self._wait_for_event(channel, account, started_at + patience, started_at)

    def _keep_secrets(self, adapter: type[ChannelAdapter], account: str) -> list[str]:
        """Ask for each secret and return those given; an empty answer leaves what is stored."""
        given = []
        for name in (*adapter.required_secrets, *adapter.optional_secrets):
            kind = "" if name in adapter.required_secrets else " (không bắt buộc · optional)"
            if value := self.ask(f"{adapter.channel}/{account} {name}{kind}: ").strip():
                self.frontline.secrets.put(_reference(adapter.channel, account, name), value)
                given.append(name)
        return given

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


def _way_in(adapter: type[ChannelAdapter], url: str) -> str:
    """Return how events come: what a channel is set up with is told by its page."""
    if adapter.has_webhook:
        return f"webhook: {url}"
    return IS_POLLED if adapter.is_polled else NO_WEBHOOK


def _not_named(known: Account, given: Iterable[str]) -> Iterator[str]:
    """Yield the lines that desk.yaml lacks: a secret that it doesn't name is never read."""
    if missing := [name for name in given if name not in known.secrets]:
        yield ADD_SECRETS
        yield from _secret_lines(known.channel, known.account, missing)


def _not_on_the_desk(adapter: type[ChannelAdapter], account: str, given: Iterable[str]) -> Report:
    names = dict.fromkeys((*adapter.required_secrets, *given))
    block = (
        f"  - channel: {adapter.channel}",
        f"    account: {account}",
        f"    name: {adapter.label['vi']}",
        "    secrets:",
        *_secret_lines(adapter.channel, account, names),
    )
    return Report((ADD_ALL, *block), {"account": account, "add": list(block)}, REFUSED)


def _secret_lines(channel: str, account: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield f"      {name}: {_reference(channel, account, name)}"


def _reference(channel: str, account: str, name: str) -> str:
    return f"ssm:{channel}/{account}/{name}"
