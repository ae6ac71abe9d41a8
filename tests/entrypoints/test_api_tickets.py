"""Tickets over the API: found, read whole, acted on, each act once."""

from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.service import listing
from tests.aws import hooked
from tests.conftest import FrozenClock
from tests.desk.events import MAI, NAM
from tests.entrypoints.caller import Caller
from tests.entrypoints.conftest import Write
from tests.service.pump import Pump

COMPLAINT = "Tôi muốn khiếu nại đơn hàng"
REFUSAL = (
    b'{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",'
    b'"message": "m", "CancellationReasons": [{"Code": "TransactionConflict"}]}'
)


def ids(answer: Any) -> list[str]:
    return [ticket["id"] for ticket in answer.json["tickets"]]


def types(ticket: Any) -> list[str]:
    return [entry["type"] for entry in ticket["timeline"]]


def test_a_ticket_is_told_whole(reader: Caller, customer_writes: Write) -> None:
    photo = Attachment(kind=AttachmentKind.IMAGE, name="bình.jpg", key="attachments/1/a.jpg")
    ticket_id = customer_writes(COMPLAINT, attachments=(photo,))
    ticket = reader.get(f"/api/tickets/{ticket_id}").json
    assert ticket["number"] == f"{ticket_id[:4]}-{ticket_id[4:]}"
    assert (ticket["status"], ticket["priority"], ticket["team"]) == ("open", "high", "care")
    assert (ticket["channel"], ticket["account"]) == ("telegram", "hoa-mai")
    assert ticket["assignee"] in ("lan", "minh")
    assert ticket["contact"]["name"] == "Mai"
    assert ticket["contact"]["identities"][0]["external_id"] == "77"
    assert ticket["opened_at"] == "2026-11-23T02:00:00Z"
    due = {sla["metric"]: sla["due_at"] for sla in ticket["sla"]}
    assert due["first_response"] == "2026-11-23T02:30:00Z"
    assert ticket["moment"]["step"] == "reminder:50%"
    said = ticket["timeline"][0]
    assert (said["type"], said["actor"], said["text"]) == (
        "message.received",
        "customer",
        COMPLAINT,
    )
    assert "Signature=" in said["attachments"][0]["url"]


def test_a_number_is_read_with_its_dash_too(reader: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    answer = reader.get(f"/api/tickets/{ticket_id[:4]}-{ticket_id[4:]}")
    assert answer.json["id"] == ticket_id


@pytest.mark.parametrize("ticket_id", ["00000000", "1", "123456789", "1234-56-78", "١٢٣٤٥٦٧٨"])
def test_a_ticket_that_is_not_there_is_a_404(reader: Caller, ticket_id: str) -> None:
    answer = reader.get(f"/api/tickets/{ticket_id}")
    assert (answer.status, answer.error) == (404, "not_found")


@pytest.fixture
def four(customer_writes: Write, actor: Caller, clock: FrozenClock) -> dict[str, str]:
    """Four tickets by name; the complaint is due first, the resolved one has no deadline."""
    slow = customer_writes("shop ơi cho hỏi", MAI)
    clock.tick(minutes=1)
    urgent = customer_writes(COMPLAINT, NAM)
    parked = customer_writes("máy không bật được", Identity("zalo", "hoa-mai", "1"))
    also = customer_writes("máy không bật được", Identity("zalo", "hoa-mai", "2"))
    done = customer_writes("cảm ơn shop", Identity("telegram", "hoa-mai", "3"))
    assert actor.post(f"/api/tickets/{done}/resolve").status == 200
    return {"slow": slow, "urgent": urgent, "tuans": parked, "parked": also, "done": done}


def test_the_next_deadline_comes_first(reader: Caller, four: dict[str, str]) -> None:
    found = ids(reader.get("/api/tickets"))
    assert found[:2] == [four["urgent"], four["slow"]]
    assert found[-1] == four["done"]
    assert sorted(found) == sorted(four.values())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=resolved", ["done"]),
        ("status=resolved,closed", ["done"]),
        ("status=open,pending", ["parked", "slow", "tuans", "urgent"]),
        ("status=pending", []),
        ("team=tech", ["parked", "tuans"]),
        ("assignee=tuan", ["tuans"]),
        ("assignee=none", ["parked"]),
        ("assignee=none&team=care", []),
        ("assignee=nobody-of-that-name", []),
        ("channel=zalo", ["parked", "tuans", "urgent"]),
        ("channel=zalo&team=care&status=open", ["urgent"]),
        ("team=", ["done", "parked", "slow", "tuans", "urgent"]),
    ],
)
def test_a_list_is_narrowed_by_all_that_is_asked(
    reader: Caller, four: dict[str, str], query: str, names: list[str]
) -> None:
    answer = reader.get(f"/api/tickets?{query}")
    assert sorted(ids(answer)) == sorted(four[name] for name in names)
    assert answer.json["cursor"] is None


def test_a_contacts_tickets_are_found(reader: Caller, four: dict[str, str]) -> None:
    contact_id = reader.get(f"/api/tickets/{four['slow']}").json["contact_id"]
    assert ids(reader.get(f"/api/tickets?contact={contact_id}")) == [four["slow"]]


@pytest.mark.parametrize("query", ["", "channel=zalo", "assignee=lan", "status=open"])
def test_pages_hold_everything_once(reader: Caller, four: dict[str, str], query: str) -> None:
    everything = ids(reader.get(f"/api/tickets?{query}"))
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = reader.get(f"/api/tickets?{query}&limit=1&cursor={cursor}")
        assert len(answer.json["tickets"]) <= 1
        found += ids(answer)
        cursor = answer.json["cursor"]
    assert found == everything


def test_a_page_looks_at_a_bounded_number_of_tickets(
    reader: Caller, four: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LOOKED_AT", 2)
    first = reader.get("/api/tickets?channel=telegram")
    assert ids(first) == [four["slow"]]
    second = reader.get(f"/api/tickets?channel=telegram&cursor={first.json['cursor']}")
    assert ids(second) == []
    third = reader.get(f"/api/tickets?channel=telegram&cursor={second.json['cursor']}")
    assert (ids(third), third.json["cursor"]) == ([four["done"]], None)


def test_no_list_is_a_scan(frontline: Frontline, reader: Caller, four: dict[str, str]) -> None:
    calls: list[str] = []
    client = frontline.client("dynamodb")
    with hooked(client, "before-call.dynamodb", lambda model, **_: calls.append(model.name)):
        for query in ("", "?assignee=lan", "?team=care", "?channel=zalo"):
            reader.get(f"/api/tickets{query}")
    assert "Scan" not in calls
    assert "Query" in calls


@pytest.mark.parametrize(
    "query",
    [
        "status=new",
        "status=open,",
        "limit=0",
        "limit=201",
        "limit=ten",
        "cursor=abc",
        "cursor=%C3%A9",
        "cursor=AA==",
        "state=open",
        f"team={'x' * 41}",
    ],
)
def test_a_question_that_is_off_is_told_so(reader: Caller, query: str) -> None:
    answer = reader.get(f"/api/tickets?{query}")
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert query.partition("=")[0] in answer.json["error"]["message"]


def test_a_message_goes_to_the_customer_and_meets_the_first_response(
    frontline: Frontline, actor: Caller, customer_writes: Write, clock: FrozenClock, pump: Pump
) -> None:
    ticket_id = customer_writes(COMPLAINT)
    clock.tick(minutes=3)
    ticket = actor.post(
        f"/api/tickets/{ticket_id}/messages", {"text": " Dạ shop xin lỗi.\r\nMai ạ\x00\u200d "}
    ).json
    said = ticket["timeline"][-1]
    assert (said["type"], said["actor"], said["delivery"]) == (
        "message.sent",
        "token:crm",
        "queued",
    )
    assert said["text"] == "Dạ shop xin lỗi.\nMai ạ\u200d"
    assert said["at"] == "2026-11-23T02:03:01Z"
    met = {sla["metric"]: sla["met_at"] for sla in ticket["sla"]}
    assert met["first_response"] == "2026-11-23T02:03:01Z"
    assert "telegram:hoa-mai:77" in str(pump.items("OUTBOX"))


def test_an_act_can_be_on_an_agents_behalf(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"text": "Dạ chào chị", "agent": "minh"}
    ticket = actor.post(f"/api/tickets/{ticket_id}/messages", body).json
    assert ticket["timeline"][-1]["actor"] == "agent:minh"
    ticket = actor.post(f"/api/tickets/{ticket_id}/acknowledge", {"agent": "minh"}).json
    assert ticket["assignee"] == "minh"


@pytest.mark.parametrize("act", ["messages", "notes", "acknowledge", "resolve", "reopen"])
def test_an_agent_nobody_knows_does_nothing(
    actor: Caller, customer_writes: Write, act: str
) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"agent": "nam", **({"text": "a"} if act in ("messages", "notes") else {})}
    answer = actor.post(f"/api/tickets/{ticket_id}/{act}", body)
    assert answer.status == 400
    assert "'nam'" in answer.json["error"]["message"]


def test_a_note_stays_between_colleagues(actor: Caller, customer_writes: Write, pump: Pump) -> None:
    ticket_id = customer_writes("xin chào")
    before = len(pump.items("OUTBOX"))
    ticket = actor.post(f"/api/tickets/{ticket_id}/notes", {"text": "khách quen"}).json
    assert ticket["timeline"][-1]["type"] == "note.added"
    assert len(pump.items("OUTBOX")) == before


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "a" * 20_001])
@pytest.mark.parametrize("act", ["messages", "notes"])
def test_nothing_and_too_much_is_not_said(
    actor: Caller, customer_writes: Write, act: str, text: str
) -> None:
    ticket_id = customer_writes("xin chào")
    before = types(actor.get(f"/api/tickets/{ticket_id}").json)
    answer = actor.post(f"/api/tickets/{ticket_id}/{act}", {"text": text})
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert types(actor.get(f"/api/tickets/{ticket_id}").json) == before


def test_the_longest_text_allowed_is_kept_whole(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    ticket = actor.post(f"/api/tickets/{ticket_id}/notes", {"text": "ă" * 20_000}).json
    assert len(ticket["timeline"][-1]["text"]) == 20_000


def test_a_ticket_is_resolved_and_reopened(
    actor: Caller, customer_writes: Write, clock: FrozenClock
) -> None:
    ticket_id = customer_writes("xin chào")
    owner = actor.get(f"/api/tickets/{ticket_id}").json["assignee"]
    ticket = actor.post(f"/api/tickets/{ticket_id}/resolve").json
    assert (ticket["status"], ticket["resolved_at"]) == ("resolved", "2026-11-23T02:00:01Z")
    clock.tick(minutes=5)
    ticket = actor.post(f"/api/tickets/{ticket_id}/reopen", {}).json
    assert (ticket["status"], ticket["assignee"]) == ("open", owner)


def test_a_ticket_is_handed_to_an_agent_with_the_reason(
    actor: Caller, customer_writes: Write
) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"agent": "tuan", "reason": "rành máy"}
    ticket = actor.post(f"/api/tickets/{ticket_id}/assign", body).json
    assert ticket["assignee"] == "tuan"
    assigned = [one for one in ticket["timeline"] if one["type"] == "ticket.assigned"][-1]
    assert (assigned["actor"], assigned["detail"]["reason"]) == ("token:crm", "rành máy")


def test_a_ticket_is_handed_to_a_team(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    ticket = actor.post(f"/api/tickets/{ticket_id}/assign", {"team": "tech"}).json
    assert ticket["team"] == "tech"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"agent": "lan", "team": "care"},
        {"agent": "nam"},
        {"team": "nowhere"},
        {"agent": ""},
        {"agent": "lan", "reason": "x" * 501},
    ],
)
def test_a_ticket_is_handed_to_nobody_unknown(
    actor: Caller, customer_writes: Write, body: dict[str, str]
) -> None:
    ticket_id = customer_writes("xin chào")
    assert actor.post(f"/api/tickets/{ticket_id}/assign", body).status == 400


def test_a_resolved_ticket_is_not_accepted(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    actor.post(f"/api/tickets/{ticket_id}/resolve")
    answer = actor.post(f"/api/tickets/{ticket_id}/acknowledge")
    assert (answer.status, "reopen" in answer.json["error"]["message"]) == (400, True)


@pytest.mark.parametrize("act", ["messages", "notes", "acknowledge", "resolve", "reopen"])
def test_nothing_is_done_to_a_ticket_that_is_not_there(actor: Caller, act: str) -> None:
    body = {"text": "a"} if act in ("messages", "notes") else {}
    assert actor.post(f"/api/tickets/00000000/{act}", body).status == 404


@pytest.mark.parametrize(
    ("until", "wake_at"),
    [
        ("2h", "2026-11-23T04:00:01Z"),
        ("2026-11-24T08:00:00+07:00", "2026-11-24T01:00:00Z"),
        (None, None),
    ],
)
def test_a_ticket_is_left_to_wait(
    actor: Caller, customer_writes: Write, until: str | None, wake_at: str | None
) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"until": until, "agent": "lan"}
    ticket = actor.post(f"/api/tickets/{ticket_id}/pend", body).json
    assert (ticket["status"], ticket["wake_at"]) == ("pending", wake_at)
    assert ticket["waiting_since"] == "2026-11-23T02:00:00Z"


@pytest.mark.parametrize(
    "until", ["2 hours", "", "2026-11-24T08:00:00", "2020-01-01T00:00:00Z", "400d", "0s", 7]
)
def test_a_ticket_waits_for_a_time_that_can_be(
    actor: Caller, customer_writes: Write, until: object
) -> None:
    ticket_id = customer_writes("xin chào")
    assert actor.post(f"/api/tickets/{ticket_id}/pend", {"until": until}).status == 400


def test_what_a_ticket_is_can_be_corrected(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"request_type": "technical", "priority": "urgent", "product": "Bếp từ", "tier": "vip"}
    ticket = actor.post(f"/api/tickets/{ticket_id}/change", body).json
    assert {name: ticket[name] for name in body} == body
    assert (ticket["team"], ticket["assignee"], ticket["rank"]) == ("tech", "tuan", 0)


def test_the_type_it_has_calls_no_ticket_back_from_where_it_was_handed(
    actor: Caller, customer_writes: Write
) -> None:
    ticket_id = customer_writes("xin chào")
    actor.post(f"/api/tickets/{ticket_id}/assign", {"team": "tech"})
    body = {"request_type": "advice", "priority": "urgent"}
    ticket = actor.post(f"/api/tickets/{ticket_id}/change", body).json
    assert (ticket["priority"], ticket["team"]) == ("urgent", "tech")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"agent": "lan"},
        {"request_type": "gossip"},
        {"priority": "huge"},
        {"product": ""},
        {"team": "tech"},
    ],
)
def test_nothing_is_corrected_into_what_is_not(
    actor: Caller, customer_writes: Write, body: dict[str, str]
) -> None:
    ticket_id = customer_writes("xin chào")
    assert actor.post(f"/api/tickets/{ticket_id}/change", body).status == 400


def test_two_tickets_become_one(actor: Caller, customer_writes: Write) -> None:
    first, second = customer_writes("xin chào"), customer_writes("xin chào", NAM)
    number = f"{first[:4]}-{first[4:]}"
    ticket = actor.post(f"/api/tickets/{second}/merge", {"ticket": number}).json
    assert ticket["opened_at"] == "2026-11-23T02:00:00Z"
    gone = actor.get(f"/api/tickets/{first}").json
    assert (gone["status"], gone["merged_into"]) == ("resolved", second)


@pytest.mark.parametrize(("other", "status"), [("00000000", 404), ("1", 400), (None, 400)])
def test_a_ticket_is_merged_with_one_that_is_there(
    actor: Caller, customer_writes: Write, other: str | None, status: int
) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"ticket": other or ticket_id}
    assert actor.post(f"/api/tickets/{ticket_id}/merge", body).status == status


def test_somebody_of_the_company_is_brought_in(
    actor: Caller, customer_writes: Write, pump: Pump
) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"address": " Quang@HoaMai.example ", "text": "Kho còn hàng không?", "agent": "lan"}
    ticket = actor.post(f"/api/tickets/{ticket_id}/invite", body).json
    assert ticket["guests"] == ["quang@hoamai.example"]
    told = ticket["timeline"][-1]
    assert (told["type"], told["text"]) == ("guest.invited", "Kho còn hàng không?")
    assert "guest:quang@hoamai.example" in str(pump.items("OUTBOX#email"))


@pytest.mark.parametrize("address", ["quang@khac.example", "quang", "", "a" * 330])
def test_nobody_else_is_brought_in(actor: Caller, customer_writes: Write, address: str) -> None:
    ticket_id = customer_writes("xin chào")
    answer = actor.post(f"/api/tickets/{ticket_id}/invite", {"address": address})
    assert answer.status == 400


def test_a_note_goes_along_with_a_ticket(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    body = {"agent": "minh", "reason": "rành hơn", "note": "Khách quen, cần gấp."}
    ticket = actor.post(f"/api/tickets/{ticket_id}/assign", body).json
    notes = [line["text"] for line in ticket["timeline"] if line["type"] == "note.added"]
    assert (ticket["assignee"], notes) == ("minh", ["Khách quen, cần gấp."])


class TestIdempotencyKey:
    def test_a_wait_counts_from_when_it_was_first_said(
        self, actor: Caller, customer_writes: Write, clock: FrozenClock
    ) -> None:
        path = f"/api/tickets/{customer_writes('xin chào')}/pend"
        first = actor.post(path, {"until": "2h"}, idempotency_key="k1").json
        clock.tick(minutes=5)
        again = actor.post(path, {"until": "2h"}, idempotency_key="k1").json
        assert again["wake_at"] == first["wake_at"]
        assert actor.post(path, {"until": "3h"}, idempotency_key="k1").status == 409

    def test_the_same_key_is_one_message(
        self, actor: Caller, customer_writes: Write, clock: FrozenClock
    ) -> None:
        ticket_id = customer_writes("xin chào")
        path = f"/api/tickets/{ticket_id}/messages"
        first = actor.post(path, {"text": "Dạ"}, idempotency_key="k-1")
        clock.tick(seconds=30)
        again = actor.post(path, {"text": "Dạ"}, idempotency_key="k-1")
        assert again.status == 200
        assert types(again.json) == types(first.json)

    def test_another_text_under_the_same_key_is_a_conflict(
        self, actor: Caller, customer_writes: Write
    ) -> None:
        path = f"/api/tickets/{customer_writes('xin chào')}/messages"
        actor.post(path, {"text": "Dạ"}, idempotency_key="k-1")
        answer = actor.post(path, {"text": "Vâng"}, idempotency_key="k-1")
        assert (answer.status, answer.error) == (409, "conflict")

    def test_each_kind_of_act_and_each_ticket_has_keys_of_its_own(
        self, actor: Caller, customer_writes: Write
    ) -> None:
        one, two = customer_writes("xin chào", MAI), customer_writes("xin chào", NAM)
        for ticket_id in (one, two):
            for act in ("messages", "notes"):
                path = f"/api/tickets/{ticket_id}/{act}"
                assert actor.post(path, {"text": "Dạ"}, idempotency_key="k").status == 200
            said = types(actor.get(f"/api/tickets/{ticket_id}").json)
            assert (said.count("note.added"), said.count("message.sent")) == (1, 2)

    def test_what_was_done_stays_done_when_the_ticket_has_moved_on(
        self, actor: Caller, customer_writes: Write
    ) -> None:
        ticket_id = customer_writes("xin chào")
        accept = f"/api/tickets/{ticket_id}/acknowledge"
        assert actor.post(accept, {}, idempotency_key="k").status == 200
        actor.post(f"/api/tickets/{ticket_id}/resolve")
        assert actor.post(accept, {}, idempotency_key="k").status == 200

    @pytest.mark.parametrize("key", ["", "có dấu", "two words", "x" * 256])
    def test_a_key_is_visible_and_short(
        self, actor: Caller, customer_writes: Write, key: str
    ) -> None:
        path = f"/api/tickets/{customer_writes('xin chào')}/notes"
        assert actor.post(path, {"text": "a"}, idempotency_key=key).status == 400

    def test_without_a_key_the_same_words_are_said_twice(
        self, actor: Caller, customer_writes: Write, clock: FrozenClock
    ) -> None:
        path = f"/api/tickets/{customer_writes('xin chào')}/notes"
        actor.post(path, {"text": "a"})
        ticket = actor.post(path, {"text": "a"}).json
        assert types(ticket).count("note.added") == 2


def test_an_act_in_the_log_is_done_even_when_the_ticket_stays_busy(
    frontline: Frontline, actor: Caller, customer_writes: Write, pump: Pump
) -> None:
    """The stream will fold it: telling the caller "try again" would double it."""
    ticket_id = customer_writes("xin chào")
    refused: list[str] = []

    def refuse(request: Any, **_: object) -> Any:
        if b"TransactItems" not in (request.body or b""):
            return None
        refused.append(request.url)
        return _response(request.url, REFUSAL)

    with hooked(frontline.client("dynamodb"), "before-send.dynamodb", refuse):
        answer = actor.post(f"/api/tickets/{ticket_id}/notes", {"text": "vẫn còn"})
    assert (answer.status, len(refused) > 1) == (200, True)
    pump.settle(deliver=False)
    said = actor.get(f"/api/tickets/{ticket_id}").json
    assert types(said).count("note.added") == 1


def _response(url: str, body: bytes) -> Any:
    import io

    from botocore.awsrequest import AWSResponse

    class Raw(io.BytesIO):
        def stream(self, **_: object) -> Any:
            yield self.read()

    return AWSResponse(url, 400, {"content-type": "application/x-amz-json-1.0"}, Raw(body))
