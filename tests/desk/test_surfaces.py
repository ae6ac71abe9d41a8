"""What is said in public, and what follows from it: no greeting, stars, private answers, hiding."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.desk.decision import Fetch, Hide, Lookup, Reply
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import AgentHid, AgentReplied, LookupNeeded
from chalicelib.domain.messages import Attachment, AttachmentKind, Surface
from chalicelib.domain.tickets import Priority
from chalicelib.errors import InvalidRequestError
from tests.conftest import START
from tests.desk.events import MAI, message
from tests.desk.world import World
from tests.desks import shop


@pytest.fixture
def world() -> World:
    return World(shop())


def comment(text: str = "Shop ơi", number: int = 1, **more: Any) -> Any:
    return message(text, START, number=number, surface=Surface.PUBLIC, thread="post-1", **more)


def act(world: World, kind: Any, **facts: Any) -> None:
    ticket_id = world.only_ticket().id
    world.fold(
        kind(
            id=f"{kind.type}:1",
            ticket_id=ticket_id,
            occurred_at=START,
            agent_id="lan",
            via="api",
            **facts,
        ),
        START,
    )


def replies(world: World) -> list[Reply]:
    return [each for each in world.outbox if isinstance(each, Reply)]


def test_nobody_is_greeted_where_everybody_reads(world: World) -> None:
    world.fold(comment(), START)
    assert world.said_to_customer() == []
    assert world.only_ticket().assignee_id == "lan"


def test_an_answer_goes_where_the_customer_wrote(world: World) -> None:
    world.fold(comment(), START)
    act(world, AgentReplied, text="Dạ shop chào chị")
    (reply,) = replies(world)
    assert (reply.surface, reply.thread, reply.reply_to_id) == (Surface.PUBLIC, "post-1", "1")


def test_an_agent_may_answer_in_private_what_is_public(world: World) -> None:
    world.fold(comment(), START)
    act(world, AgentReplied, text="Chị cho em số điện thoại nhé", surface=Surface.DIRECT)
    (reply,) = replies(world)
    assert (reply.surface, reply.thread) == (Surface.DIRECT, "post-1")
    assert world.entry("message.sent").detail["surface"] == "direct"


def test_what_is_said_in_public_can_be_named_later(world: World) -> None:
    decision = world.fold(comment(), START)
    assert [(account, entry.message_id) for account, entry in decision.named] == [("hoa-mai", "1")]
    assert world.fold(message("riêng", START, number=2), START).named == ()


@pytest.mark.parametrize(
    ("rating", "priority"),
    [(1, Priority.URGENT), (2, Priority.URGENT), (3, Priority.NORMAL), (5, Priority.NORMAL)],
)
def test_a_bad_review_is_urgent(world: World, rating: int, priority: Priority) -> None:
    world.fold(comment("[★]", rating=rating), START)
    assert world.only_ticket().priority is priority
    assert world.entry("message.received").detail["rating"] == str(rating)


def test_a_rule_says_otherwise_of_a_bad_review() -> None:
    rule = {"name": "Đánh giá", "when": {"rating": [1, 2]}, "then": {"priority": "low"}}
    world = World(shop(rules=[rule]))
    world.fold(comment("[★]", rating=1), START)
    assert world.only_ticket().priority is Priority.LOW


def test_hiding_goes_to_the_platform(world: World) -> None:
    world.fold(comment(), START)
    act(world, AgentHid)
    hide = next(each for each in world.outbox if isinstance(each, Hide))
    assert (hide.channel, hide.account, hide.message_id) == ("telegram", "hoa-mai", "1")
    assert world.entry("message.hidden").actor == "agent:lan"


def test_only_what_is_public_can_be_hidden(world: World) -> None:
    world.fold(message("riêng tư", START), START)
    with pytest.raises(InvalidRequestError):
        act(world, AgentHid)


def test_the_files_of_a_message_are_fetched_and_nothing_else_is(world: World) -> None:
    attachments = (
        Attachment(kind=AttachmentKind.IMAGE, url="https://cdn.example/1.jpg"),
        Attachment(kind=AttachmentKind.LOCATION, latitude="10.77", longitude="106.70"),
        Attachment(kind=AttachmentKind.FILE, key="attachments/known"),
        Attachment(kind=AttachmentKind.AUDIO, file_id="voice-1"),
        Attachment(kind=AttachmentKind.LINK, url="https://example.com"),
        Attachment(kind=AttachmentKind.STICKER),
    )
    world.fold(message("", START, attachments=attachments), START)
    fetched = [each for each in world.outbox if isinstance(each, Fetch)]
    assert [(each.place, each.attachment.kind) for each in fetched] == [
        (0, AttachmentKind.IMAGE),
        (3, AttachmentKind.AUDIO),
    ]


def test_what_a_webhook_only_names_is_looked_up(world: World) -> None:
    event = LookupNeeded(id="l", identity=MAI, occurred_at=START, reference="reviews/7")
    world.fold(event, START)
    (lookup,) = world.outbox
    assert isinstance(lookup, Lookup)
    assert (lookup.channel, lookup.event.reference) == ("telegram", "reviews/7")


def test_the_talk_moves_where_the_customer_writes_next(world: World) -> None:
    world.fold(comment(), START)
    later = START + timedelta(minutes=1)
    world.fold(message("nhắn riêng", later, number=2), later)
    assert world.only_ticket().surface is Surface.DIRECT
    assert world.only_ticket().thread is None


def test_another_identity_starts_as_somebody_else(world: World) -> None:
    world.fold(comment(), START)
    world.fold(message("alo", START, identity=Identity("telegram", "hoa-mai", "78")), START)
    assert len(world.tickets) == 2
