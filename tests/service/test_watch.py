"""The watch over the accounts: tokens renewed once, subscriptions mended, silence heard."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import Checkup, Granted, HttpRequest, HttpResponse
from chalicelib.channels.telegram.adapter import TelegramAdapter
from chalicelib.channels.zalo.adapter import ZaloAdapter
from chalicelib.domain.accounts import AccountHealth
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError
from tests.conftest import START, FrozenClock
from tests.desks import DOCUMENT, shop

HOUR = timedelta(hours=1)
ASK = HttpRequest(method="GET", url="https://platform.example/check")
SUBSCRIBE = HttpRequest(method="POST", url="https://platform.example/subscribe")
EXCHANGE = HttpRequest(method="POST", url="https://platform.example/exchange")


class Platform:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.calls.append(request.url.rpartition("/")[2])
        return HttpResponse(status=200, headers={}, body=b"{}")


@pytest.fixture
def platform(frontline: Frontline) -> Platform:
    platform = Platform()
    frontline.__dict__["transport"] = platform
    return platform


@pytest.fixture(autouse=True)
def without_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    for adapter in (ZaloAdapter, TelegramAdapter):
        monkeypatch.setattr(adapter, "keeps_grants", ())
        monkeypatch.setattr(adapter, "exchange_request", lambda _self, _now: None)
        monkeypatch.setattr(adapter, "check_request", lambda _self, _url: None)
        monkeypatch.setattr(adapter, "subscribe_requests", lambda _self, _url: ())


def checks(monkeypatch: pytest.MonkeyPatch, *results: Checkup | Exception) -> None:
    found = list(results)

    def read(_self: object, _url: str, _response: HttpResponse) -> Checkup:
        result = found.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(TelegramAdapter, "check_request", lambda _self, _url: ASK)
    monkeypatch.setattr(TelegramAdapter, "read_check", read)


def telegram(frontline: Frontline) -> AccountHealth:
    (health,) = frontline.healths.of([("telegram", "hoa-mai")])
    return health


def test_accounts_that_are_well_are_asked_once_a_day(
    frontline: Frontline, platform: Platform, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks(monkeypatch, Checkup(), Checkup())
    assert frontline.watch.look() == []
    clock.tick(hours=23)
    assert frontline.watch.look() == []
    assert platform.calls == ["check"]
    clock.tick(hours=2)
    assert frontline.watch.look() == []
    assert platform.calls == ["check", "check"]


def test_a_lost_subscription_is_made_again(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks(monkeypatch, Checkup(problem="not subscribed"), Checkup())
    monkeypatch.setattr(TelegramAdapter, "subscribe_requests", lambda _self, _url: (SUBSCRIBE,))
    assert frontline.watch.look() == []
    assert platform.calls == ["check", "subscribe", "check"]


def test_a_dead_token_is_one_problem_until_it_is_mended(
    frontline: Frontline, platform: Platform, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = PermanentSendError("token expired", SendFailure.ACCOUNT)
    checks(monkeypatch, dead, Checkup())
    (sick,) = frontline.watch.look()
    assert (sick.channel, sick.problem) == ("telegram", "token expired")
    clock.tick(minutes=5)
    assert [each.problem for each in frontline.watch.look()] == ["token expired"]
    assert platform.calls == ["check"]
    clock.tick(minutes=30)
    assert frontline.watch.look() == []


def test_a_token_that_ends_within_a_week_is_told(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks(monkeypatch, Checkup(expires_at=START + timedelta(days=6)))
    (sick,) = frontline.watch.look()
    assert "token expires" in sick.problem
    assert telegram(frontline).token_expires_at == START + timedelta(days=6)


def test_a_platform_that_is_unwell_is_no_sick_account(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks(monkeypatch, TransientSendError("503"))
    assert frontline.watch.look() == []
    assert telegram(frontline).checked_at is None


def quiet_desk(frontline: Frontline) -> None:
    zalo, telegram, *others = DOCUMENT["accounts"]
    desk = shop(accounts=[zalo, {**telegram, "quiet_after": "2h"}, *others])
    frontline.desks.put(desk, source="", by="test", now=START, expected_version=1)


def test_an_account_that_falls_silent_in_open_hours_is_heard_of_until_it_speaks(
    frontline: Frontline, platform: Platform, clock: FrozenClock
) -> None:
    quiet_desk(frontline)
    frontline.pulse.heard("telegram", "hoa-mai")
    clock.tick(minutes=119)
    assert frontline.watch.look() == []
    clock.tick(minutes=1)
    (sick,) = frontline.watch.look()
    assert sick.problem == "no event for 120 minutes of open hours"
    frontline.pulse.heard("telegram", "hoa-mai")
    assert frontline.watch.look() == []


def test_an_account_that_never_spoke_is_not_silent(
    frontline: Frontline, platform: Platform, clock: FrozenClock
) -> None:
    quiet_desk(frontline)
    clock.tick(days=3)
    assert frontline.watch.look() == []


class Exchange:
    """Gives the next pair for the current refresh token, once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.spent: list[str] = []
        monkeypatch.setattr(ZaloAdapter, "keeps_grants", ("refresh_token", "access_token"))
        monkeypatch.setattr(ZaloAdapter, "exchange_request", lambda _self, _now: EXCHANGE)
        monkeypatch.setattr(
            ZaloAdapter, "read_exchange", lambda adapter, _answer, now: self.read(adapter, now)
        )

    def read(self, adapter: ZaloAdapter, now: datetime) -> Granted:
        self.spent.append(adapter.secret("refresh_token"))
        number = len(self.spent)
        secrets = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}
        return Granted(secrets=secrets, expires_at=now + 25 * HOUR)


@pytest.fixture
def exchange(frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    zalo, *others = DOCUMENT["accounts"]
    names = ("access_token", "refresh_token")
    refs = {name: f"ssm:zalo/hoa-mai/{name}" for name in names}
    for name in names:
        frontline.secrets.put(refs[name], f"{name}-0")
    account = {**zalo, "secrets": {**zalo["secrets"], **refs}}
    desk = shop(accounts=[account, *others])
    frontline.desks.put(desk, source="", by="test", now=START, expected_version=1)
    return Exchange(monkeypatch)


def stored(frontline: Frontline) -> Mapping[str, Any]:
    names = ("access_token", "refresh_token")
    return {name: frontline.secrets.value(f"ssm:zalo/hoa-mai/{name}") for name in names}


def test_a_token_is_renewed_before_it_dies_and_both_successors_are_kept(
    frontline: Frontline, exchange: Exchange, clock: FrozenClock
) -> None:
    frontline.watch.look()
    assert stored(frontline) == {"access_token": "access-1", "refresh_token": "refresh-1"}
    clock.tick(hours=22)
    frontline.watch.look()
    assert len(exchange.spent) == 1
    clock.tick(hours=2)
    frontline.watch.look()
    assert exchange.spent == ["refresh_token-0", "refresh-1"]


def test_a_refresh_token_is_spent_by_one_worker_only(
    frontline: Frontline, exchange: Exchange
) -> None:
    assert frontline.healths.take_lease("zalo", "hoa-mai", START, HOUR)
    frontline.watch.look()
    assert exchange.spent == []


def test_a_refresh_token_that_is_used_up_is_told(
    frontline: Frontline, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Granted:
        raise PermanentSendError("Zalo gave no tokens: -14014", SendFailure.ACCOUNT)

    monkeypatch.setattr(ZaloAdapter, "read_exchange", refuse)
    (sick,) = frontline.watch.look()
    assert sick.problem == "Zalo gave no tokens: -14014"


def test_secrets_written_into_the_desk_can_not_be_renewed_and_that_is_told(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    Exchange(monkeypatch)
    (sick,) = frontline.watch.look()
    assert "must be kept in SSM" in sick.problem
    assert platform.calls == []


def test_a_refused_account_is_noted_once_a_minute(
    frontline: Frontline, platform: Platform, clock: FrozenClock
) -> None:
    for _ in range(3):
        frontline.pulse.refused("telegram", "hoa-mai", "token expired")
    assert telegram(frontline).problem == "token expired"
    assert telegram(frontline).refused_at == START


def test_a_token_of_two_hours_is_renewed_in_its_last_quarter(
    frontline: Frontline, exchange: Exchange, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(adapter: ZaloAdapter, _answer: object, now: datetime) -> Granted:
        return replace(exchange.read(adapter, now), expires_at=now + 2 * HOUR)

    monkeypatch.setattr(ZaloAdapter, "read_exchange", read)
    for _ in range(17):
        frontline.watch.look()
        clock.tick(minutes=5)
    assert len(exchange.spent) == 1
    clock.tick(minutes=10)
    frontline.watch.look()
    assert len(exchange.spent) == 2


def test_a_broken_account_keeps_nobody_from_looking_after_the_others(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object, _url: str) -> HttpRequest:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(ZaloAdapter, "check_request", broken)
    checks(monkeypatch, Checkup(problem="not subscribed"))
    assert {sick.channel for sick in frontline.watch.look()} == {"zalo", "telegram"}
