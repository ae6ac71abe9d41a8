"""Looks after the accounts: renews tokens, checks subscriptions, hears when one falls silent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.channels.base import ChannelAdapter, Checkup
from chalicelib.desk.model import Account, Desk
from chalicelib.domain.accounts import AccountHealth
from chalicelib.errors import FrontlineError, PermanentSendError, TransientSendError
from chalicelib.notify.transport import Transport
from chalicelib.service.renewal import Renewal
from chalicelib.sla.calendar import elapsed
from chalicelib.store.health import Healths

CHECKED_EVERY = timedelta(hours=24)
SICK_CHECKED_EVERY = timedelta(minutes=30)
WARNED_BEFORE = timedelta(days=7)
"""How long before a token dies, that nothing renews, somebody is told."""

OK_STATUSES = range(200, 300)


@dataclass(frozen=True, slots=True)
class Watch:
    """`sender_for` returns an account's adapter with secrets that are good now."""

    healths: Healths
    renewal: Renewal
    transport: Transport
    sender_for: Callable[[str, str], ChannelAdapter]
    desk: Callable[[], Desk]
    public_url: str
    clock: Callable[[], datetime]

    def look(self) -> list[AccountHealth]:
        """Look after every account once; return those that need a person."""
        desk = self.desk()
        names = [(account.channel, account.account) for account in desk.accounts]
        found = zip(desk.accounts, self.healths.of(names), strict=True)
        looked = [self._look(account, health, desk) for account, health in found]
        return [health for health in looked if health.problem]

    def _look(self, account: Account, health: AccountHealth, desk: Desk) -> AccountHealth:
        now = self.clock()
        try:
            problem = self._tended(account, health, now)
        except TransientSendError:
            # The platform is unwell, not the account, unless that goes on for too long.
            if health.token_expires_at is None or now < health.token_expires_at:
                return health
            problem = "the token died and could not be renewed"
        except FrontlineError as error:
            problem = str(error)
        except Exception as error:
            # One account's trouble, whatever it is, keeps nobody from looking after the others.
            problem = f"{type(error).__name__} while looking after it"
        problem = problem or _silence(account, health, desk, now)
        if problem != health.problem:
            self.healths.note(account.channel, account.account, problem=problem)
        (after,) = self.healths.of([(account.channel, account.account)])
        return after

    def _tended(self, account: Account, health: AccountHealth, now: datetime) -> str:
        """Return what ails an account after all that can be done by itself was done."""
        self.renewal.renew(account, now)
        often = SICK_CHECKED_EVERY if health.problem else CHECKED_EVERY
        if health.checked_at and now - health.checked_at < often:
            return health.problem if not _is_silence(health.problem) else ""
        adapter = self.sender_for(account.channel, account.account)
        checkup = self._checked(adapter, self.public_url + self.desk().webhook_path(account))
        self.healths.note(
            account.channel,
            account.account,
            checked_at=now,
            **({"token_expires_at": checkup.expires_at} if checkup.expires_at else {}),
        )
        return checkup.problem or _dying(checkup, now)

    def _checked(self, adapter: ChannelAdapter, url: str) -> Checkup:
        """Ask the platform, and once more after subscribing again where it isn't well."""
        checkup = self._asked(adapter, url)
        calls = adapter.subscribe_requests(url) if checkup.problem else ()
        if not calls:
            return checkup
        for call in calls:
            answer = self.transport.send(call)
            if answer.status not in OK_STATUSES:
                return checkup
        return self._asked(adapter, url)

    def _asked(self, adapter: ChannelAdapter, url: str) -> Checkup:
        request = adapter.check_request(url)
        if request is None:
            return Checkup()
        try:
            return adapter.read_check(url, self.transport.send(request))
        except PermanentSendError as error:
            return Checkup(problem=str(error))


def _dying(checkup: Checkup, now: datetime) -> str:
    if checkup.expires_at and checkup.expires_at - now < WARNED_BEFORE:
        return f"token expires at {checkup.expires_at:%Y-%m-%d %H:%M} UTC"
    return ""


SILENT = "no event for "


def _silence(account: Account, health: AccountHealth, desk: Desk, now: datetime) -> str:
    """Return that an account has been silent too long in open hours, if it has."""
    if account.quiet_after is None or health.last_event_at is None:
        return ""
    team = desk.request_types[desk.default_request_type].team
    calendar = desk.calendars[desk.teams[team].calendar]
    quiet = elapsed(calendar, health.last_event_at, now)
    if quiet < account.quiet_after:
        return ""
    return f"{SILENT}{int(account.quiet_after.total_seconds() // 60)} minutes of open hours"


def _is_silence(problem: str) -> bool:
    return problem.startswith(SILENT)
