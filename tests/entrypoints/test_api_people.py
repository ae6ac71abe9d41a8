"""Contacts, agents and the quarantine over the API."""

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.entrypoints.api import quarantine
from chalicelib.store.quarantine import Quarantined
from tests.conftest import FrozenClock
from tests.desks import DOCUMENT, shop
from tests.entrypoints.caller import Caller
from tests.entrypoints.conftest import Write

FIND = "/api/contacts?channel=telegram&account=hoa-mai&external_id="


def test_a_contact_has_his_identities_and_tickets_newest_first(
    reader: Caller, actor: Caller, customer_writes: Write, clock: FrozenClock
) -> None:
    first = customer_writes("xin chào")
    actor.post(f"/api/tickets/{first}/resolve")
    clock.tick(days=30)
    second = customer_writes("xin chào lần nữa")
    contact_id = reader.get(f"/api/tickets/{second}").json["contact_id"]
    contact = reader.get(f"/api/contacts/{contact_id}").json
    assert contact["name"] == "Mai"
    assert contact["identities"] == [
        {"channel": "telegram", "account": "hoa-mai", "external_id": "77"}
    ]
    assert [ticket["id"] for ticket in contact["tickets"]] == [second, first]


@pytest.mark.parametrize("contact_id", ["abc", "x" * 3000, "%23%00", "TICKET%231"])
def test_a_contact_that_is_not_there_is_a_404(reader: Caller, contact_id: str) -> None:
    assert reader.get(f"/api/contacts/{contact_id}").status == 404


def test_a_contact_is_found_by_an_identity(reader: Caller, customer_writes: Write) -> None:
    customer_writes("xin chào", Identity("telegram", "hoa-mai", "a b+c@d.vn"))
    found = reader.get(f"{FIND}a%20b%2Bc%40d.vn").json["contacts"]
    assert [contact["name"] for contact in found] == ["Mai"]


def test_nobody_is_an_empty_list(reader: Caller) -> None:
    answer = reader.get(f"{FIND}404")
    assert (answer.status, answer.json) == (200, {"contacts": []})


@pytest.mark.parametrize(
    "query",
    ["", "?channel=zalo", "?channel=zalo&account=hoa-mai&external_id=", f"{FIND[13:]}{'1' * 600}"],
)
def test_an_identity_is_asked_for_whole(reader: Caller, query: str) -> None:
    assert reader.get(f"/api/contacts{query}").status == 400


def test_agents_are_listed_with_load_and_presence(reader: Caller, customer_writes: Write) -> None:
    customer_writes("máy không bật được")
    agents = {agent["id"]: agent for agent in reader.get("/api/agents").json["agents"]}
    assert set(agents) == {"lan", "minh", "tuan", "hoa"}
    tuan = agents["tuan"]
    assert (tuan["load"], tuan["capacity"], tuan["present"]) == (1, 1, True)
    assert (tuan["teams"], tuan["skills"]) == (["tech"], ["technical"])
    assert agents["lan"]["backup"] == "minh"


def test_an_agent_leaves_and_comes_back(actor: Caller) -> None:
    left = actor.post("/api/agents/lan/away").json
    assert (left["away"], left["present"]) == (True, False)
    back = actor.post("/api/agents/lan/back", {}).json
    assert (back["away"], back["present"]) == (False, True)


def test_a_request_sent_again_does_not_send_him_away_again(actor: Caller) -> None:
    key = {"idempotency-key": "ca-sang-1"}
    assert actor.post("/api/agents/lan/away", **key).json["away"]
    actor.post("/api/agents/lan/back")
    assert not actor.post("/api/agents/lan/away", **key).json["away"]


@pytest.mark.parametrize("act", ["away", "back", "capacity"])
def test_an_agent_nobody_knows_is_a_404(actor: Caller, act: str) -> None:
    assert actor.post(f"/api/agents/nam/{act}").status == 404


@pytest.fixture
def parts(frontline: Frontline) -> list[str]:
    ids = ["telegram:hoa-mai:x:1", "telegram:hoa-mai:x:2", "zalo:hoa-mai:ẩn:3"]
    for part_id in ids:
        frontline.quarantine.put(
            Quarantined(
                id=part_id,
                channel=part_id.partition(":")[0],
                account="hoa-mai",
                reason="no such event",
                received_at=frontline.clock(),
                raw='{"text": "lời của khách"}',
            )
        )
    return ids


def test_only_an_admin_sees_what_a_platform_sent(
    reader: Caller, admin: Caller, parts: list[str]
) -> None:
    seen = reader.get("/api/quarantine")
    assert [part["id"] for part in seen.json["quarantine"]] == parts
    assert "khách" not in seen.text
    assert "khách" in admin.get("/api/quarantine").json["quarantine"][0]["raw"]


def test_the_quarantine_has_pages(reader: Caller, parts: list[str]) -> None:
    first = reader.get("/api/quarantine?limit=2").json
    second = reader.get(f"/api/quarantine?limit=2&cursor={first['cursor']}").json
    assert [part["id"] for part in first["quarantine"] + second["quarantine"]] == parts
    assert second["cursor"] is None


def test_a_page_of_the_quarantine_is_never_too_large_to_answer(
    admin: Caller, parts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "LARGEST_PAGE", 10)
    page = admin.get("/api/quarantine").json
    assert [part["id"] for part in page["quarantine"]] == parts[:1]
    assert page["cursor"] is not None


CHANGES = {
    "tier": "vip",
    "manager": "minh",
    "time_zone": "Europe/Kyiv",
    "name": "Chị Mai",
    "language": "en",
}


def test_a_company_tells_what_it_knows_of_a_person(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    contact_id = actor.get(f"/api/tickets/{ticket_id}").json["contact_id"]
    told = actor.put(f"/api/contacts/{contact_id}", CHANGES)
    assert {name: told.json[name] for name in CHANGES} == CHANGES
    assert told.json["tickets"][0]["id"] == ticket_id
    assert actor.put(f"/api/contacts/{contact_id}", {"name": "Mai"}).json["tier"] == "vip"


def test_a_new_tier_counts_the_open_ticket_again(
    frontline: Frontline, actor: Caller, customer_writes: Write, clock: FrozenClock
) -> None:
    policies = [
        {"name": "VIP", "match": {"tier": ["vip"]}, "targets": {"first_response": "5m"}},
        *DOCUMENT["policies"],
    ]
    frontline.desks.put(shop(policies=policies), source="", by="t", now=clock(), expected_version=1)
    clock.tick(minutes=1)
    ticket_id = customer_writes("xin chào")
    before = actor.get(f"/api/tickets/{ticket_id}").json
    actor.put(f"/api/contacts/{before['contact_id']}", {"tier": "vip"})
    after = actor.get(f"/api/tickets/{ticket_id}").json
    assert (after["tier"], after["rank"]) == ("vip", 0)
    assert [line["type"] for line in after["timeline"]][-2:] == ["ticket.changed", "sla.recomputed"]
    assert after["sla"][0]["due_at"] < before["sla"][0]["due_at"]


def test_the_same_key_tells_once(actor: Caller, customer_writes: Write, clock: FrozenClock) -> None:
    contact_id = actor.get(f"/api/tickets/{customer_writes('xin chào')}").json["contact_id"]
    path = f"/api/contacts/{contact_id}"
    assert actor.put(path, {"tier": "vip"}, idempotency_key="k1").json["tier"] == "vip"
    assert actor.put(path, {"tier": "gold"}).json["tier"] == "gold"
    clock.tick(hours=3)
    again = actor.put(path, {"tier": "vip"}, idempotency_key="k1")
    assert (again.status, again.json["tier"]) == (200, "gold")
    assert actor.put(path, {"tier": "silver"}, idempotency_key="k1").status == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tier": None},
        {"tier": ""},
        {"manager": "nam"},
        {"time_zone": "Asia/Hanoi"},
        {"time_zone": "../etc/passwd"},
        {"language": "tiếng Việt"},
        {"name": "a" * 101},
        {"phone": "+84900000123"},
    ],
)
def test_what_can_not_be_of_a_person_is_refused(
    actor: Caller, customer_writes: Write, body: dict[str, object]
) -> None:
    contact_id = actor.get(f"/api/tickets/{customer_writes('xin chào')}").json["contact_id"]
    assert actor.put(f"/api/contacts/{contact_id}", body).status == 400


def test_a_person_nobody_knows_is_not_told_of(actor: Caller) -> None:
    assert actor.put("/api/contacts/abc", {"tier": "vip"}).status == 404


def test_an_agent_says_how_many_tickets_he_takes(actor: Caller, customer_writes: Write) -> None:
    customer_writes("xin chào")
    path = "/api/agents/lan/capacity"
    assert actor.post(path, {"capacity": 1}).json["capacity"] == 1
    lan = actor.post(path, {"capacity": None}).json
    assert (lan["capacity"], lan["load"], lan["by_channel"]) == (3, 1, {"telegram": 1})
    assert lan["assigned_at"] == "2026-11-23T02:00:00Z"


@pytest.mark.parametrize("body", [{}, {"capacity": -1}, {"capacity": 1001}, {"capacity": "many"}])
def test_no_other_capacity_is_taken(actor: Caller, body: dict[str, object]) -> None:
    assert actor.post("/api/agents/lan/capacity", body).status == 400
