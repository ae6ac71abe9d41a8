"""What is asked of platforms besides sending: look-ups, news, hiding, tokens of a short life."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import (
    Granted,
    HttpRequest,
    HttpResponse,
    Parsed,
    Received,
)
from chalicelib.channels.telegram.adapter import TelegramAdapter
from chalicelib.domain.events import AgentHid, LookupNeeded
from chalicelib.domain.messages import Surface
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError
from chalicelib.store import keys
from chalicelib.store.keys import Key
from tests.conftest import START, FrozenClock
from tests.desk.events import MAI, message
from tests.service.pump import Pump

ASK = HttpRequest(method="GET", url="https://platform.example/thing")


class Platform:
    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self.answers: Iterator[Any] = iter(())

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        body = json.dumps(next(self.answers, {"ok": True, "result": {"message_id": 1}}))
        return HttpResponse(status=200, headers={}, body=body.encode())


@pytest.fixture
def platform(frontline: Frontline) -> Platform:
    platform = Platform()
    frontline.__dict__["transport"] = platform
    return platform


@pytest.fixture
def pump(frontline: Frontline, platform: Platform) -> Pump:
    return Pump(frontline)


def parsed(*events: Any) -> Parsed:
    return Parsed(received=tuple(Received(event, "{}") for event in events))


def test_what_was_looked_up_is_received_as_if_it_had_come(
    frontline: Frontline, pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TelegramAdapter, "lookup_request", lambda _self, _reference: ASK)
    monkeypatch.setattr(
        TelegramAdapter,
        "read_lookup",
        lambda _self, reference, _answer: parsed(message(f"về {reference}", START)),
    )
    event = LookupNeeded(id="telegram:hoa-mai:lookup:1", identity=MAI, occurred_at=START, reference="7")  # noqa: E501  # fmt: skip
    frontline.log.append(event, "{}", START)
    pump.settle()
    ticket_id = frontline.contacts.by_identity(MAI).ticket_id or ""
    assert frontline.tickets.get(ticket_id).subject == "về 7"
    assert pump.items("OUTBOX#lookup")[0]["status"]["S"] == "sent"


def test_a_look_up_a_channel_does_not_know_is_given_up(frontline: Frontline, pump: Pump) -> None:
    event = LookupNeeded(id="telegram:hoa-mai:lookup:1", identity=MAI, occurred_at=START, reference="7")  # noqa: E501  # fmt: skip
    frontline.log.append(event, "{}", START)
    pump.settle()
    assert pump.items("OUTBOX#lookup")[0]["status"]["S"] == "failed"


def test_news_are_received_and_history_is_not(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = message("năm ngoái", START - timedelta(days=300), number=1)
    new = message("hôm nay", START, number=2)
    monkeypatch.setattr(TelegramAdapter, "is_polled", True)
    monkeypatch.setattr(TelegramAdapter, "poll_request", lambda _self: ASK)
    monkeypatch.setattr(TelegramAdapter, "read_poll", lambda _self, _answer: parsed(old, new))
    polled = dict(frontline.lookups.poll_all(frontline.desk().accounts))
    assert {channel: each.new for channel, each in polled.items()} == {"telegram": 1}
    again = dict(frontline.lookups.poll_all(frontline.desk().accounts))
    assert again["telegram"].repeated == 1


def test_an_account_that_does_not_answer_a_poll_holds_up_no_other(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object, _answer: object) -> Parsed:
        raise TransientSendError("down")

    monkeypatch.setattr(TelegramAdapter, "is_polled", True)
    monkeypatch.setattr(TelegramAdapter, "poll_request", lambda _self: ASK)
    monkeypatch.setattr(TelegramAdapter, "read_poll", refuse)
    assert list(frontline.lookups.poll_all(frontline.desk().accounts)) == []


@pytest.mark.parametrize(("can_hide", "status"), [(True, "sent"), (False, "failed")])
def test_hiding_is_asked_of_the_platform(
    frontline: Frontline, pump: Pump, monkeypatch: pytest.MonkeyPatch, can_hide: bool, status: str
) -> None:  # fmt: skip
    if can_hide:
        monkeypatch.setattr(TelegramAdapter, "hide_request", lambda _self, _message_id: ASK)
    frontline.log.append(message("spam", START, surface=Surface.PUBLIC), "{}", START)
    pump.settle()
    ticket_id = frontline.contacts.by_identity(MAI).ticket_id or ""
    act = AgentHid(id="hide:1", ticket_id=ticket_id, occurred_at=START, agent_id="lan", via="api")
    frontline.acts.perform(act)
    pump.settle()
    assert pump.items("OUTBOX#hide")[0]["status"]["S"] == status


class Issuer:
    """Grants numbered tokens that live an hour."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.granted = 0
        monkeypatch.setattr(TelegramAdapter, "exchange_request", lambda _self, _now: ASK)
        monkeypatch.setattr(
            TelegramAdapter, "read_exchange", lambda _self, _answer, now: self.grant(now)
        )

    def grant(self, now: datetime) -> Granted:
        self.granted += 1
        token = {"bot_token": f"token-{self.granted}"}
        return Granted(secrets=token, expires_at=now + timedelta(hours=1))


def test_a_token_of_a_short_life_is_asked_for_once_in_its_life(
    frontline: Frontline, platform: Platform, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer(monkeypatch)
    sender = frontline.senders.sender_for
    assert sender("telegram", "hoa-mai").secret("bot_token") == "token-1"
    clock.tick(minutes=4)
    assert sender("telegram", "hoa-mai").secret("bot_token") == "token-1"
    clock.tick(minutes=55)
    assert sender("telegram", "hoa-mai").secret("bot_token") == "token-2"
    assert issuer.granted == 2


def test_a_refused_exchange_is_a_refused_send(
    frontline: Frontline, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Granted:
        raise PermanentSendError("invalid client")

    monkeypatch.setattr(TelegramAdapter, "exchange_request", lambda _self, _now: ASK)
    monkeypatch.setattr(TelegramAdapter, "read_exchange", refuse)
    with pytest.raises(PermanentSendError):
        frontline.senders.sender_for("telegram", "hoa-mai")


def test_a_look_up_of_a_sick_account_waits_and_is_never_just_lost(
    frontline: Frontline, pump: Pump, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Parsed:
        raise PermanentSendError("401", SendFailure.ACCOUNT)

    monkeypatch.setattr(TelegramAdapter, "lookup_request", lambda _self, _reference: ASK)
    monkeypatch.setattr(TelegramAdapter, "read_lookup", refuse)
    event = LookupNeeded(id="telegram:hoa-mai:lookup:1", identity=MAI, occurred_at=START, reference="7")  # noqa: E501  # fmt: skip
    frontline.log.append(event, "{}", START)
    pump.settle()
    (item,) = pump.items("OUTBOX#lookup")
    assert item["status"]["S"] == "waiting"
    (health,) = frontline.healths.of([("telegram", "hoa-mai")])
    assert health.problem == "401"
    clock.tick(hours=7)
    frontline.deliverer.deliver(Key(item["pk"]["S"], item["sk"]["S"]))
    (part,) = frontline.quarantine.list()
    assert part.log_key == keys.log(event)


def test_an_answer_refused_for_its_token_is_tried_once_with_a_new_one(
    frontline: Frontline, pump: Pump, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    Issuer(monkeypatch)
    real, refusals = TelegramAdapter.read_reply, [PermanentSendError("401", SendFailure.ACCOUNT)]

    def read(self: TelegramAdapter, response: HttpResponse) -> str:
        if refusals:
            raise refusals.pop()
        return real(self, response)

    monkeypatch.setattr(TelegramAdapter, "read_reply", read)
    frontline.log.append(message("xin chào", START), "{}", START)
    pump.settle()
    (item,) = pump.items("OUTBOX#telegram")
    assert item["status"]["S"] == "waiting"
