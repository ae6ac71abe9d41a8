"""Whom others were given to since he was chosen is chosen anew, for some attempts."""

from datetime import timedelta

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.desk.decide import decide
from chalicelib.desk.decision import Context
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import AgentAssigned, AgentAway, MessageReceived
from chalicelib.errors import ConflictError
from chalicelib.store.agents import MEANWHILE
from chalicelib.store.commit import CAREFUL
from tests.conftest import START
from tests.desk.events import message, said_of_himself


def said(number: int) -> MessageReceived:
    return message("khiếu nại", START, identity=Identity("telegram", "hoa-mai", f"6{number}"))


def given(frontline: Frontline, tickets: int) -> None:
    """Give somebody else's tickets to lan."""
    frontline.folder.fold(said_of_himself(AgentAway, "minh", START))
    for number in range(tickets):
        frontline.folder.fold(said(number))


def commit_what_was_decided_before(frontline: Frontline, seen: Context, attempt: int) -> None:
    decision = decide(said(9), seen, frontline.desk(), START)
    assert decision.ticket
    assert decision.ticket.assignee_id == "lan"
    context = seen._replace(attempt=attempt)
    frontline.folder.committer.commit(context, decision, None, START + timedelta(seconds=1))


@pytest.fixture
def seen(frontline: Frontline) -> Context:
    """What a worker read while nobody had a ticket."""
    return frontline.folder.reader.read(said(9), frontline.desk(), 0)


def test_one_ticket_more_than_was_seen_is_no_matter(frontline: Frontline, seen: Context) -> None:
    given(frontline, MEANWHILE)
    commit_what_was_decided_before(frontline, seen, attempt=0)
    assert frontline.agents.states(["lan"])["lan"].load == MEANWHILE + 1


def test_who_got_more_than_that_is_chosen_anew(frontline: Frontline, seen: Context) -> None:
    given(frontline, MEANWHILE + 1)
    with pytest.raises(ConflictError):
        commit_what_was_decided_before(frontline, seen, attempt=0)


def test_after_some_attempts_only_his_limits_count(frontline: Frontline, seen: Context) -> None:
    given(frontline, MEANWHILE + 1)
    commit_what_was_decided_before(frontline, seen, attempt=CAREFUL)
    assert frontline.agents.states(["lan"])["lan"].load == MEANWHILE + 2


def test_whom_a_person_chose_gets_it_whatever_he_got_meanwhile(frontline: Frontline) -> None:
    ticket = frontline.folder.fold(said(8))
    assert ticket
    handed_over = AgentAssigned(
        id="act:1",
        ticket_id=ticket.id,
        agent_id="hoa",
        via="page",
        occurred_at=START,
        to_agent_id="minh",
    )
    seen = frontline.folder.reader.read(handed_over, frontline.desk(), 0)
    frontline.folder.fold(said_of_himself(AgentAway, "lan", START))
    for number in range(MEANWHILE + 1):
        frontline.folder.fold(said(number))
    decision = decide(handed_over, seen, frontline.desk(), START)
    frontline.folder.committer.commit(seen, decision, None, START)
    assert frontline.tickets.get(ticket.id).assignee_id == "minh"


def test_a_full_agent_gets_none_however_often_it_is_tried(
    frontline: Frontline, seen: Context
) -> None:
    given(frontline, frontline.desk().agents["lan"].capacity)
    with pytest.raises(ConflictError):
        commit_what_was_decided_before(frontline, seen, attempt=CAREFUL)
