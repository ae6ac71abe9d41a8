"""Alerts on their way: each to its own, in its time, once."""

import json
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.desk.decision import Medium
from chalicelib.domain.events import AgentAssigned, AgentNoted, AgentResolved
from chalicelib.service.deliver import Outcome
from chalicelib.store.keys import Key
from tests.conftest import START, FrozenClock
from tests.desk.events import message
from tests.desks import DOCUMENT, shop
from tests.service.mailbox import Mailbox, mailbox_of
from tests.service.pump import Pump

HOOK = "https://hooks.slack.com/services/T0/B0/made-up"
LAN, MINH, HOA = (f"{name}@hoamai.example" for name in ("lan", "minh", "hoa"))
AT_ONCE = {
    "name": "Mọi việc",
    "targets": {"first_response": "30m"},
    "escalation": {"after": "0s", "to": ["assignee", "backup", "lead"]},
}
BY_SLACK = {**AT_ONCE, "escalation": {"after": "0s", "to": ["lead"], "by": ["slack"]}}


class Platform:
    """Takes whatever is said; a post to Slack is answered as told."""

    def __init__(self) -> None:
        self.posts: list[HttpRequest] = []
        self.slack = HttpResponse(status=200, headers={}, body=b"ok")

    def send(self, request: HttpRequest) -> HttpResponse:
        if "slack.com" in request.url:
            self.posts.append(request)
            return self.slack
        body = {"ok": True, "result": {"message_id": 1}}
        return HttpResponse(status=200, headers={}, body=json.dumps(body).encode())


@pytest.fixture
def platform(frontline: Frontline) -> Platform:
    platform = Platform()
    frontline.__dict__["transport"] = platform
    return platform


@pytest.fixture
def mailbox(frontline: Frontline) -> Mailbox:
    return mailbox_of(frontline)


@pytest.fixture
def pump(frontline: Frontline, platform: Platform, mailbox: Mailbox) -> Pump:
    return Pump(frontline)


def apply(frontline: Frontline, **changes: Any) -> None:
    frontline.desks.put(
        shop(**changes), source="", by="t", now=frontline.clock(), expected_version=1
    )


def written(frontline: Frontline, pump: Pump) -> str:
    """Let a customer write; return the ticket."""
    event = message("khiếu nại", START)
    frontline.log.append(event, "{}", frontline.clock())
    pump.settle()
    return frontline.contacts.by_identity(event.identity).ticket_id or ""


def overdue(frontline: Frontline, pump: Pump, clock: FrozenClock) -> str:
    """Let a deadline pass by; return the ticket."""
    ticket_id = written(frontline, pump)
    clock.tick(minutes=30)
    moment = frontline.tickets.get(ticket_id).moment
    assert moment
    frontline.firing.fire([(ticket_id, moment.at)])
    pump.settle()
    return ticket_id


def states(pump: Pump, recipient: str) -> list[str]:
    return [item["status"]["S"] for item in pump.items(f"OUTBOX#{recipient}")]


def key_of(pump: Pump, recipient: str) -> Key:
    item = pump.items(f"OUTBOX#{recipient}")[-1]
    return Key(item["pk"]["S"], item["sk"]["S"])


def delayed(frontline: Frontline) -> int:
    """Return how many outbox items wait in the queue for their second."""
    name = "ApproximateNumberOfMessagesDelayed"
    found = frontline.client("sqs").get_queue_attributes(
        QueueUrl=frontline.settings.outbox_queue_url, AttributeNames=[name]
    )
    return int(found["Attributes"][name])


def act(frontline: Frontline, kind: type[Any], ticket_id: str, **facts: Any) -> None:
    given = {"agent_id": "lan", "via": "page", **facts}
    frontline.acts.perform(
        kind(id=f"page:{kind.type}", ticket_id=ticket_id, occurred_at=frontline.clock(), **given)
    )


@pytest.mark.parametrize("code", ["MessageRejected", "AccountSuspendedException"])
def test_one_dead_address_silences_no_other(
    frontline: Frontline, pump: Pump, mailbox: Mailbox, clock: FrozenClock, code: str
) -> None:
    apply(frontline, policies=[AT_ONCE])
    clock.tick(seconds=20)
    mailbox.refusals[LAN] = code
    overdue(frontline, pump, clock)
    assert mailbox.kinds_to(MINH) == ["escalated"]
    assert mailbox.kinds_to(HOA) == ["escalated"]
    assert mailbox.to(LAN) == []
    assert states(pump, "email:lan") == ["failed", "failed"]
    # Nothing goes round: what is given up stands nowhere any more where it could be taken up.
    assert all("moment_pk" not in item for item in pump.items("OUTBOX#"))
    assert frontline.deliverer.deliver(key_of(pump, "email:lan")) is Outcome.NOT_OURS


def test_an_address_out_of_reach_is_tried_again_and_holds_up_nobody(
    frontline: Frontline, pump: Pump, mailbox: Mailbox, clock: FrozenClock
) -> None:
    apply(frontline, policies=[AT_ONCE])
    clock.tick(seconds=20)
    mailbox.refusals[LAN] = "Throttling"
    overdue(frontline, pump, clock)
    assert (mailbox.kinds_to(MINH), mailbox.kinds_to(HOA)) == (["escalated"], ["escalated"])
    mailbox.refusals.clear()
    clock.tick(minutes=1)
    for _ in range(2):
        frontline.deliverer.deliver(key_of(pump, "email:lan"))
    assert mailbox.kinds_to(LAN) == ["escalated"]


class TestQuietHours:
    """Lan sleeps until ten, an hour after the customer wrote."""

    @pytest.fixture
    def ticket_id(self, frontline: Frontline, pump: Pump, clock: FrozenClock) -> str:
        lan = {**DOCUMENT["agents"]["lan"], "quiet": "08:00-10:00"}
        apply(frontline, agents={**DOCUMENT["agents"], "lan": lan})
        clock.tick(seconds=20)
        return written(frontline, pump)

    def test_a_held_alert_waits_until_they_end_and_goes_once(
        self, frontline: Frontline, pump: Pump, mailbox: Mailbox, *, clock: FrozenClock,
        ticket_id: str,
    ) -> None:  # fmt: skip
        assert frontline.tickets.get(ticket_id).assignee_id == "lan"
        held = key_of(pump, "email:lan")
        clock.tick(minutes=50)
        assert frontline.deliverer.deliver(held) is Outcome.NOT_OURS
        assert mailbox.sent == []
        clock.tick(minutes=9)
        assert delayed(frontline) == 0
        frontline.sweeper.sweep()
        assert delayed(frontline) == 1
        assert frontline.deliverer.deliver(held) is Outcome.NOT_OURS
        clock.tick(seconds=40)
        assert frontline.deliverer.deliver(held) is Outcome.SENT
        assert frontline.deliverer.deliver(held) is Outcome.NOT_OURS
        assert mailbox.kinds_to(LAN) == ["assigned"]

    def test_an_alert_about_what_is_done_by_then_is_not_sent(
        self, frontline: Frontline, pump: Pump, mailbox: Mailbox, *, clock: FrozenClock,
        ticket_id: str,
    ) -> None:  # fmt: skip
        act(frontline, AgentResolved, ticket_id, agent_id="minh")
        clock.tick(hours=1)
        assert frontline.deliverer.deliver(key_of(pump, "email:lan")) is Outcome.MOOT
        assert mailbox.sent == []
        assert states(pump, "email:lan") == ["moot"]

    def test_nobody_is_told_that_he_has_what_somebody_else_has_by_then(
        self, frontline: Frontline, pump: Pump, mailbox: Mailbox, *, clock: FrozenClock,
        ticket_id: str,
    ) -> None:  # fmt: skip
        act(frontline, AgentAssigned, ticket_id, agent_id="hoa", to_agent_id="minh")
        pump.settle()
        clock.tick(hours=1)
        frontline.deliverer.deliver(key_of(pump, "email:lan"))
        assert (mailbox.to(LAN), mailbox.kinds_to(MINH)) == ([], ["assigned"])

    def test_a_note_for_him_is_told_even_then(
        self, frontline: Frontline, pump: Pump, mailbox: Mailbox, *, clock: FrozenClock,
        ticket_id: str,
    ) -> None:  # fmt: skip
        clock.tick(minutes=1)
        act(frontline, AgentNoted, ticket_id, agent_id="minh", text="@lan gọi lại chị Mai nhé")
        act(frontline, AgentResolved, ticket_id, agent_id="minh")
        clock.tick(hours=1)
        frontline.deliverer.deliver(key_of(pump, "email:lan"))
        pump.settle()
        (mail,) = mailbox.to(LAN)
        body = mail.get_body(("plain",))
        assert body is not None
        assert "Minh để lại ghi chú cho bạn về yêu cầu" in body.get_content()
        assert "/links/" in body.get_content()
        assert "Nhận việc:" not in body.get_content()

    def test_patience_counts_from_their_end(
        self, frontline: Frontline, pump: Pump, mailbox: Mailbox, *, clock: FrozenClock,
        ticket_id: str,
    ) -> None:  # fmt: skip
        mailbox.refusals[LAN] = "Throttling"
        clock.tick(hours=1)
        assert frontline.deliverer.deliver(key_of(pump, "email:lan")) is Outcome.WAITING
        clock.tick(hours=5, minutes=30)
        assert frontline.deliverer.deliver(key_of(pump, "email:lan")) is Outcome.WAITING
        clock.tick(hours=1)
        assert frontline.deliverer.deliver(key_of(pump, "email:lan")) is Outcome.FAILED


class TestSlack:
    @pytest.fixture(params=["ssm:slack/alerts", ["https://hooks.slack.com/old", HOOK]])
    def secret(self, frontline: Frontline, request: pytest.FixtureRequest) -> str | list[str]:
        frontline.client("ssm").put_parameter(
            Name="/frontline/test/slack/alerts", Type="SecureString", Value=HOOK
        )
        secret: str | list[str] = request.param
        return secret

    def test_an_alert_is_posted_to_the_desks_own_channel(
        self, frontline: Frontline, pump: Pump, platform: Platform, *, clock: FrozenClock,
        secret: str | list[str],
    ) -> None:  # fmt: skip
        apply(frontline, policies=[BY_SLACK], slack=secret)
        clock.tick(seconds=20)
        ticket_id = overdue(frontline, pump, clock)
        (post,) = platform.posts
        assert post.url == HOOK
        text = json.loads(post.body)["text"]
        url = f"https://desk.example/api/pages/tickets/{ticket_id}"
        number = f"{ticket_id[:4]}-{ticket_id[4:]}"
        assert text.startswith(f"*Cần bạn hỗ trợ* <{url}|{number}> · Khiếu nại · Telegram")
        assert text.endswith(" · Lan")
        assert "/links/" not in text

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [(404, "failed"), (400, "failed"), (429, "waiting"), (500, "waiting")],
    )
    def test_what_slack_refuses_for_now_is_posted_later_and_else_given_up(
        self, frontline: Frontline, pump: Pump, platform: Platform, *, clock: FrozenClock,
        status: int, outcome: str,
    ) -> None:  # fmt: skip
        apply(frontline, policies=[BY_SLACK], slack=HOOK)
        clock.tick(seconds=20)
        platform.slack = HttpResponse(status=status, headers={"Retry-After": "30"}, body=b"no")
        overdue(frontline, pump, clock)
        assert states(pump, Medium.SLACK) == [outcome]

    def test_a_secret_that_is_not_there_ends_the_alert_and_no_other(
        self, frontline: Frontline, pump: Pump, platform: Platform, *, clock: FrozenClock,
        mailbox: Mailbox,
    ) -> None:  # fmt: skip
        apply(frontline, policies=[BY_SLACK], slack="ssm:slack/nowhere")
        clock.tick(seconds=20)
        overdue(frontline, pump, clock)
        assert states(pump, Medium.SLACK) == ["failed"]
        assert (platform.posts, mailbox.kinds_to(LAN)) == ([], ["assigned", "breached"])
