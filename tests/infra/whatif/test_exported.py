"""Rows of a CSV file become events; what is wrong with any of them is told at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.events import AgentReplied, ContactUpdated, MessageReceived
from chalicelib.errors import InvalidRequestError
from infra.whatif.exported import exported, unknown_types
from infra.whatif.history import History
from infra.whatif.outcome import play
from infra.whatif.period import Period
from infra.whatif.promises import Kept
from infra.whatif.rows import Table, read_rows
from infra.whatif.sheet import SheetError
from tests.desks import shop
from tests.infra.whatif.test_replay import HASTY

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HEAD = "opened_at,channel,type,answered_at,resolved_at"


def table_of(*rows: str, head: str = HEAD) -> Table:
    return read_rows("\n".join((head, *rows)).encode(), "past.csv", HANOI)


def past(*rows: str, head: str = HEAD, period: Period | None = None) -> History:
    return exported(table_of(*rows, head=head), shop(), period or Period())


def test_a_row_is_a_message_an_answer_and_a_resolution_at_their_times() -> None:
    found = past("2026-11-23T09:00,zalo,complaint,2026-11-23T02:10Z,2026-11-23 10:00+07:00")
    assert [(at.strftime("%H:%M"), event.type) for at, event in found.events] == [
        ("02:00", "message.received"),
        ("02:10", "agent.replied"),
        ("03:00", "agent.resolved"),
    ]
    assert (found.begins_at, found.ends_at) == (found.events[0][0], found.events[-1][0])


def test_what_is_empty_never_happened() -> None:
    (only,) = past("2026-11-23T09:00,email,advice,,").events
    assert isinstance(only[1], MessageReceived)
    assert only[1].request_type == "advice"
    assert only[1].identity.account == "hotro"  # The one that the desk has.


def test_more_columns_tell_more() -> None:
    head = f"{HEAD},account,priority,tier,language,text,agent,handle_seconds,note"
    row = '2026-11-23T09:00,zalo,,2026-11-23T09:05,,hoa-mai,urgent,vip,en,"khieu nai,\nvo",lan,90,?'
    found = past(row, head=head)
    contact, message, changed, replied = [event for _, event in found.events]
    assert isinstance(contact, ContactUpdated)
    assert isinstance(message, MessageReceived)
    assert isinstance(replied, AgentReplied)
    assert (contact.tier, message.language, message.text) == ("vip", "en", "khieu nai,\nvo")
    assert (changed.type, replied.agent_id) == ("agent.changed", "lan")
    assert found.handled == {"row 2": timedelta(seconds=90)}
    (ticket,) = play(shop(), found)[1].memory.tickets.values()
    assert (ticket.priority, ticket.tier, ticket.language) == ("urgent", "vip", "en")
    assert ticket.request_type == "complaint"


def test_nobody_is_asked_to_accept_unless_the_file_tells_when_he_did() -> None:
    row = "2026-11-23T09:00,zalo,complaint,2026-11-23T10:00,2026-11-23T10:30"
    assert play(HASTY, past(row))[0].dropped == 0
    told = past(f"{row},2026-11-23T09:15", head=f"{HEAD},acknowledged_at")
    assert play(HASTY, told)[0].dropped == 1
    accepting = shop(policies=[{"name": "Nhận", "targets": {"accept": "20m"}}])
    assert play(accepting, told)[0].kept == {("Nhận", "care", "accept"): Kept(met=1)}
    assert play(accepting, past(row))[0].kept == {}


def test_an_unknown_type_is_taken_for_the_default_and_counted() -> None:
    rows = ("2026-11-23T09:00,zalo,xyz,,", "2026-11-23T09:00,zalo,complaint,,")
    table = table_of(*rows)
    assert unknown_types(table, shop()) == 1
    replay = play(shop(), exported(table, shop(), Period()))[1]
    types = sorted(ticket.request_type for ticket in replay.memory.tickets.values())
    assert types == ["advice", "complaint"]


def test_only_what_was_opened_in_the_period_counts() -> None:
    day = Period.between("2026-11-23", "2026-11-24", HANOI)
    found = past(
        "2026-11-22T23:59,zalo,complaint,2026-11-23T08:00,",
        "2026-11-23T09:00,zalo,complaint,2026-11-25T09:00,",
        period=day,
    )
    assert [event.id for _, event in found.events] == ["history:message:3"]
    assert found.ends_at == datetime(2026, 11, 23, 17, tzinfo=UTC)
    with pytest.raises(InvalidRequestError, match="nothing happened"):
        past("2026-11-22T23:59,zalo,complaint,,", period=day)


def test_every_problem_is_told_with_its_line() -> None:
    rows = (
        "soon,zalo,complaint,,",
        "2026-11-23T09:00,zallo,complaint,2026-11-23T08:00,",
        '2026-11-23T09:00,zalo,"a\nb",never,',
        ",zalo,,,,,",
        "2026-11-23T09:00,zalo,,,,high,six",
        "2026-11-23T09:00,zalo,,,,hot,-5",
        "2026-11-23T09:00,zalo,,,,,,,?",
    )
    head = f"{HEAD},priority,handle_seconds"
    with pytest.raises(SheetError) as raised:
        table_of(*rows, head=head)
    found = [(problem.line, problem.path) for problem in raised.value.problems]
    assert found == [
        (2, "opened_at"),
        (3, "answered_at"),
        (3, "channel"),
        (4, "answered_at"),
        (6, "opened_at"),
        (7, "handle_seconds"),
        (8, "priority"),
        (8, "handle_seconds"),
        (9, ""),
    ]
    told = str(raised.value).splitlines()
    assert told[0] == "past.csv:2: opened_at: “soon” không phải ngày giờ · is no time"
    assert "    → ý bạn là “zalo”? · did you mean “zalo”?" in told


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(InvalidRequestError, match="--to has to come after --from"):
        Period.between("2026-11-24", "2026-11-23", HANOI)
    with pytest.raises(InvalidRequestError, match="“next week” không phải ngày giờ"):
        Period.between("next week", None, HANOI)
