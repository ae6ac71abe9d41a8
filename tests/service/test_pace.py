"""A desk whose minutes are seconds: what counts in its time, and what in that of the machines."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline, use
from chalicelib.channels.base import HttpRequest, HttpResponse, WebhookRequest
from chalicelib.channels.generic.standard_webhooks import keys_of, signed_headers
from chalicelib.domain.pace import Pace, Stretch
from chalicelib.errors import TransientSendError
from chalicelib.notify.addresses import reply_address, reply_token
from chalicelib.service.deliver import Outcome
from chalicelib.service.receive import Outcome as Taken
from chalicelib.store import keys
from chalicelib.store.queues import Queue
from infra.deskctl import clock as deskctl
from tests.channels.email.letters import letter, taken_in
from tests.conftest import START, FrozenClock
from tests.desks import DOCUMENT, shop
from tests.entrypoints.caller import send
from tests.service.pump import Pump

MORNING = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
"""What the desk's clock shows at START; eight o'clock in Vietnam."""

MINUTE = timedelta(minutes=1)
SECRET = "whsec_bWV0LW1hdC1raG9hLWR1LWRhaS1jaG8tdGhh"
SITE = {
    "channel": "generic",
    "account": "trang",
    "name": "Trang",
    "secrets": {"secret": SECRET, "reply_url": "https://trang.example/hook"},
}


class Delays:
    """Stands in for SQS: keeps the seconds after which each message is to come."""

    def __init__(self) -> None:
        self.seconds: list[int] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.seconds += [entry["DelaySeconds"] for entry in Entries]
        return {}


class Platforms:
    """Accept everything, unless told to be busy."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self.busy: timedelta | None = None

    def send(self, request: HttpRequest) -> HttpResponse:
        if self.busy is not None:
            raise TransientSendError("busy", retry_after=self.busy)
        self.requests.append(request)
        body = {"ok": True, "result": {"message_id": len(self.requests)}}
        return HttpResponse(status=200, headers={}, body=json.dumps(body).encode())


@pytest.fixture
def paced(frontline: Frontline, clock: FrozenClock, tmp_path: Path) -> Iterator[Frontline]:
    """The same Frontline at a pace of 60, from MORNING on."""
    file = tmp_path / "pace.json"
    deskctl.write(file, Pace((Stretch(60, START, MORNING),)))
    settings = replace(frontline.settings, pace_file=str(file))
    wired = Frontline(settings, client=frontline.client, clock=clock, sleep=clock.sleep)
    wired.desks.put(
        shop(accounts=[*DOCUMENT["accounts"], SITE]), source="", by="t", now=START,
        expected_version=1,
    )  # fmt: skip
    use(wired)
    yield wired
    use(frontline)


@pytest.fixture
def platforms(paced: Frontline) -> Platforms:
    platforms = Platforms()
    paced.__dict__["transport"] = platforms
    return platforms


@pytest.fixture
def delays(paced: Frontline) -> Delays:
    delays = Delays()
    paced.__dict__["_queue"] = lambda url: Queue(delays, url)
    return delays


@pytest.fixture
def pump(paced: Frontline, platforms: Platforms, delays: Delays) -> Pump:
    return Pump(paced)


def change(paced: Frontline, stretch: Stretch) -> None:
    pace = Pace((*paced.pace().stretches, stretch))
    deskctl.write(Path(paced.settings.pace_file), pace)


def telegram(paced: Frontline, at: datetime) -> Taken:
    """Let a customer write at a real time; return what became of the webhook."""
    chat = {"id": 5, "type": "private", "first_name": "Mai"}
    said = {"message_id": 1, "date": int(at.timestamp()), "text": "khiếu nại", "chat": chat}
    body = {"update_id": 1, "message": {**said, "from": {**chat, "is_bot": False}}}
    proof = {"x-telegram-bot-api-secret-token": "test-secret-token"}
    request = WebhookRequest(headers=proof, query={}, body=json.dumps(body).encode())
    return paced.receiver.receive("telegram", "hoa-mai", request, paced.real_clock())


def opened(paced: Frontline, pump: Pump, *, deliver: bool = True) -> str:
    telegram(paced, START)
    pump.settle(deliver=deliver)
    (item,) = (one for one in pump.items("TICKET#") if one["sk"]["S"] == "TICKET")
    return str(item["pk"]["S"]).removeprefix("TICKET#")


def times(paced: Frontline, ticket_id: str) -> dict[str, datetime]:
    _, entries = paced.tickets.with_timeline(ticket_id)
    return {entry.type: entry.at for entry in entries}


def unsent(pump: Pump) -> keys.Key:
    return next(key for key in pump.seen if key.pk.startswith("OUTBOX#telegram"))


def test_a_message_gets_the_time_that_the_desk_had_when_it_was_sent(
    paced: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    clock.tick(seconds=3)
    ticket_id = opened(paced, pump)
    found = times(paced, ticket_id)
    assert found["message.received"] == MORNING
    assert found["ticket.assigned"] == MORNING + 3 * MINUTE
    (response, _) = paced.tickets.get(ticket_id).timers
    assert response.due_at == MORNING + 30 * MINUTE


def test_a_message_told_again_at_another_pace_is_the_same(
    paced: Frontline, clock: FrozenClock
) -> None:
    assert telegram(paced, START) == Taken(new=1)
    now = clock.tick(seconds=30)
    change(paced, Stretch(5, now, MORNING + 900 * MINUTE))
    assert telegram(paced, START) == Taken(repeated=1)


def test_a_moment_is_handed_over_in_real_seconds_and_fires_at_its_second_of_the_desk(
    paced: Frontline, pump: Pump, delays: Delays, clock: FrozenClock
) -> None:
    ticket_id = opened(paced, pump)
    # The reminder is 15 minutes ahead, and a delivery begins two seconds early.
    assert delays.seconds == [13]
    clock.tick(seconds=13, milliseconds=200)
    paced.firing.fire([(ticket_id, MORNING + 15 * MINUTE)])
    assert clock() == START + timedelta(seconds=15)
    assert times(paced, ticket_id)["sla.reminded"] == MORNING + 15 * MINUTE


def test_the_horizon_of_a_sweep_is_as_long_as_two_real_minutes_and_a_half(
    paced: Frontline, pump: Pump, delays: Delays, clock: FrozenClock
) -> None:
    ticket_id = opened(paced, pump)
    delays.seconds.clear()
    assert paced.sweeper.sweep() == 1
    assert delays.seconds == [17]
    paced.desks.put(
        shop(policies=[{"name": "Xa", "targets": {"first_response": "151m"}}]), source="", by="t",
        now=START, expected_version=2,
    )  # fmt: skip
    clock.tick(seconds=16)
    paced.follower.recompute("care", "")
    assert paced.tickets.get(ticket_id).moment is not None
    clock.now = START + timedelta(seconds=59) / 60
    assert paced.sweeper.sweep() == 0
    clock.now = START + timedelta(seconds=61) / 60
    assert paced.sweeper.sweep() == 1


def test_a_lease_lasts_a_real_minute(paced: Frontline, pump: Pump, clock: FrozenClock) -> None:
    opened(paced, pump, deliver=False)
    assert paced.outbox.claim(unsent(pump), paced.clock())
    clock.tick(seconds=59)
    assert paced.outbox.claim(unsent(pump), paced.clock()) is None
    clock.tick(seconds=2)
    assert paced.outbox.claim(unsent(pump), paced.clock())


def test_a_platform_that_asks_for_half_a_minute_gets_half_a_real_minute(
    paced: Frontline, pump: Pump, platforms: Platforms, delays: Delays
) -> None:
    platforms.busy = timedelta(seconds=30)
    opened(paced, pump)
    item = paced.table.get(unsent(pump)) or {}
    assert item["moment_sk"]["S"].startswith(keys.stamp(MORNING + 30 * MINUTE))
    assert set(delays.seconds) == {13, 30}
    delays.seconds.clear()
    assert paced.sweeper.sweep() == 2
    assert delays.seconds == [17, 30]


def test_a_send_is_given_up_after_six_real_hours(
    paced: Frontline, pump: Pump, platforms: Platforms, clock: FrozenClock
) -> None:
    platforms.busy = timedelta(minutes=1)
    opened(paced, pump)
    outcomes = []
    for _ in range(7):
        clock.tick(hours=1)
        outcomes.append(paced.deliverer.deliver(unsent(pump)))
    assert outcomes == [*[Outcome.WAITING] * 6, Outcome.FAILED]


def test_proofs_are_as_old_as_they_really_are_in_and_out(
    paced: Frontline, pump: Pump, platforms: Platforms, clock: FrozenClock
) -> None:
    now = clock.tick(seconds=20)
    words = {"contact": {"id": "k"}, "message": {"id": 1, "text": "Alo"}}
    told = {"type": "message.received", "timestamp": START.isoformat(), "data": words}
    body = json.dumps(told).encode()
    proof = signed_headers(keys_of([SECRET]), "w1", now, body)
    headers = {name.replace("-", "_"): value for name, value in proof.items()}
    answer = send(
        "POST", "/webhooks/generic/trang", body, content_type="application/json", **headers
    )
    assert answer.status == 200
    pump.settle()
    (request,) = platforms.requests
    assert request.headers["webhook-timestamp"] == str(int(now.timestamp()))


def test_an_answer_by_mail_gets_the_time_that_the_desk_had_when_the_mail_came(
    paced: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    ticket_id = opened(paced, pump)
    clock.tick(seconds=5)
    address = reply_address(
        reply_token(ticket_id, "lan", paced.signing_keys()), paced.settings.mail_domain
    )
    mail = letter("Dạ em gửi lại ly mới ạ.", sender="Lan <lan@hoamai.example>", to=address)
    paced.intake.take(taken_in(mail, address), "inbound/1")
    (response, _) = paced.tickets.get(ticket_id).timers
    # SES dated it two o'clock sharp, which is START.
    assert response.met_at == MORNING


def test_what_a_container_remembers_grows_old_in_real_time(
    paced: Frontline, clock: FrozenClock
) -> None:
    clock.tick(seconds=1)
    assert paced.desk().name == "Hoa Mai"
    change(paced, Stretch(1, clock(), clock()))
    paced.desks.put(shop(name="Mới"), source="", by="t", now=START, expected_version=2)
    clock.tick(seconds=16)
    assert paced.desk().name == "Mới"


def test_without_a_pace_both_clocks_are_one(frontline: Frontline, clock: FrozenClock) -> None:
    assert frontline.clock is frontline.real_clock is clock
