"""Answers that a platform refuses: for good, and the agent is told; for now, and they arrive."""

import pytest

from tests.e2e.desk import HOME
from tests.e2e.world import Customer, Found, World, until

pytestmark = pytest.mark.e2e

REASONS = {"zalo": "blocked", "messenger": "blocked", "telegram": "blocked", "email": "rejected"}
PASSING = [
    ("zalo", "server_error"),
    ("messenger", "server_error"),
    ("messenger", "drop"),
    ("telegram", "throttle"),
    ("telegram", "server_error"),
    ("email", "throttle"),
]


def acknowledged(world: World, channel: str) -> tuple[Customer, Found]:
    """Return a customer who has heard from us, and his ticket; nothing more is being sent."""
    customer = world.customer(channel)
    ticket = world.opened(customer, "Shop ơi")
    until(lambda: world.heard_by(customer))
    world.mail(f"lan@{HOME}", ticket, "assigned")
    return customer, ticket


@pytest.mark.parametrize("channel", sorted(REASONS))
def test_a_refusal_for_good_is_on_the_timeline_and_the_agent_is_told(
    world: World, channel: str
) -> None:
    customer, ticket = acknowledged(world, channel)
    world.fault(channel, "blocked")
    world.act(ticket["id"], "messages", text="Dạ còn ạ", agent="lan")
    (failed,) = until(lambda: world.entries(ticket["id"], "message.failed"))
    assert failed["detail"] == {"reason": REASONS[channel]}
    answer = world.entries(ticket["id"], "message.sent")[1]
    assert (answer["delivery"], answer["detail"]["failure"]) == ("failed", REASONS[channel])
    mail = world.mail(f"lan@{HOME}", ticket, "send_failed")
    assert "chưa đến được" in mail["text"]
    assert "kênh khác" in mail["text"]
    assert len(world.heard_by(customer)) == 1


@pytest.mark.parametrize(("channel", "kind"), PASSING)
def test_a_refusal_for_now_is_tried_again_until_it_arrives(
    world: World, channel: str, kind: str
) -> None:
    customer, ticket = acknowledged(world, channel)
    world.fault(channel, kind)
    world.act(ticket["id"], "messages", text="Dạ còn ạ", agent="lan")
    until(lambda: world.heard_by(customer)[1:])
    assert world.heard_by(customer)[1:] == ["Dạ còn ạ"]
    until(lambda: world.entries(ticket["id"], "message.sent")[1]["delivery"] != "queued")
    assert world.entries(ticket["id"], "message.failed") == []


def test_an_agents_mail_refused_for_now_arrives_all_the_same(world: World) -> None:
    world.fault("email", "throttle", times=2)
    ticket = world.opened(world.customer("telegram"), "Shop ơi")
    world.mail(f"lan@{HOME}", ticket, "assigned")
