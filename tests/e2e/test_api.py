"""The JSON API as its users call it: what each scope may, lists, pages and acts."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.world import Customer, Found, World, at, until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def tokens(world: World) -> Iterator[dict[str, str]]:
    """A token of each scope, made and taken back by the operator's command."""
    made = {}
    for scope in ("read", "act"):
        code, token = world.deskctl("token", "create", "--name", f"e2e-{scope}", "--scope", scope)
        assert code == 0, token
        made[scope] = token
    yield made
    for scope, token in made.items():
        assert world.deskctl("token", "revoke", "--name", f"e2e-{scope}")[0] == 0
        answer = world.api("GET", "/api/tickets", token=token)
        assert answer.status_code == 401


def test_health_and_the_document_need_no_token(world: World) -> None:
    assert world.get("/api/health", token="")["status"] == "ok"
    document = world.get("/api/openapi.json", token="")
    served = {(method.upper(), path) for path, ways in document["paths"].items() for method in ways}
    ticket = "/api/tickets/{ticket_id}"
    acts = ("messages", "notes", "acknowledge", "assign", "resolve", "reopen")
    assert served >= {
        ("GET", "/api/tickets"),
        ("GET", ticket),
        *(("POST", f"{ticket}/{act}") for act in acts),
        ("GET", "/api/contacts/{contact_id}"),
        ("GET", "/api/contacts"),
        ("GET", "/api/quarantine"),
        ("GET", "/api/desk"),
        ("PUT", "/api/desk"),
        ("GET", "/api/health"),
    }


@pytest.mark.parametrize("token", ["", "fl_nobodys", "x" * 500])
def test_nobody_gets_in_without_a_token_of_ours(world: World, token: str) -> None:
    for path in ("/api/tickets", "/api/desk", "/api/quarantine", "/api/contacts/1"):
        answer = world.api("GET", path, token=token)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_scope_may_what_it_says_and_no_more(world: World, tokens: dict[str, str]) -> None:
    ticket = world.opened(world.customer("zalo"), "Shop ơi")
    path = f"/api/tickets/{ticket['id']}"
    asked: dict[str, Callable[[str], httpx.Response]] = {
        "read": lambda token: world.api("GET", path, token=token),
        "act": lambda token: world.api("POST", f"{path}/acknowledge", token=token),
        "admin": lambda token: world.api("PUT", "/api/desk", token=token, json={}),
    }
    statuses = {
        scope: [ask(token).status_code for ask in asked.values()] for scope, token in tokens.items()
    }
    assert statuses == {"read": [200, 403, 403], "act": [200, 200, 403]}
    # An admin's empty desk is refused for what is wrong with it, not for who asks.
    assert asked["admin"](world.stack["token"]).status_code == 422


def test_a_ticket_is_worked_through_to_its_end_and_taken_up_again(world: World) -> None:
    customer = world.customer("zalo")
    ticket = world.opened(customer, "Bình này giá bao nhiêu?")
    assert world.ticket(ticket["number"])["id"] == ticket["id"]
    done = world.act(ticket["id"], "acknowledge", agent="lan")
    assert done["acknowledged_at"] is not None
    done = world.act(ticket["id"], "notes", text="Khách quen")
    assert done["timeline"][-1]["actor"] == "token:local"
    done = world.act(ticket["id"], "messages", text="Dạ 350.000đ ạ", agent="lan")
    assert done["status"] == "pending"
    until(lambda: world.heard_by(customer)[1:] == ["Dạ 350.000đ ạ"])
    done = world.act(ticket["id"], "assign", agent="emma", reason="khách nước ngoài")
    assert (done["assignee"], done["acknowledged_at"]) == ("emma", None)
    done = world.act(ticket["id"], "assign", team="hen")
    assert (done["team"], done["assignee"]) == ("hen", "quynh")
    done = world.act(ticket["id"], "resolve")
    assert (done["status"], done["moment"]) == ("resolved", None)
    done = world.act(ticket["id"], "reopen")
    assert (done["status"], done["assignee"]) == ("open", "quynh")


def test_the_same_key_does_a_thing_once(world: World) -> None:
    customer = world.customer("telegram")
    ticket = world.opened(customer, "Shop ơi")
    until(lambda: world.heard_by(customer))
    path = f"/api/tickets/{ticket['id']}/messages"
    sent = [
        world.api("POST", path, headers={"Idempotency-Key": "k-1"}, json={"text": text})
        for text in ("Dạ", "Dạ", "Khác")
    ]
    assert [answer.status_code for answer in sent] == [200, 200, 409]
    until(lambda: world.heard_by(customer)[1:])
    assert world.heard_by(customer)[1:] == ["Dạ"]


def test_what_cannot_be_done_is_said_and_changes_nothing(world: World) -> None:
    ticket = world.opened(world.customer("zalo"), "Shop ơi")
    path = f"/api/tickets/{ticket['id']}"
    refused = {
        "nobody": world.api("POST", f"{path}/assign", json={"agent": "khong-co"}),
        "both": world.api("POST", f"{path}/assign", json={"agent": "lan", "team": "hen"}),
        "empty": world.api("POST", f"{path}/messages", json={"text": "  "}),
        "unknown": world.api("POST", f"{path}/notes", json={"text": "a", "colour": 1}),
        "not JSON": world.api("POST", f"{path}/notes", content=b"{"),
    }
    assert {name: one.status_code for name, one in refused.items()} == dict.fromkeys(refused, 400)
    assert all(one.json()["error"]["message"] for one in refused.values())
    missing = [world.api("GET", f"/api/{where}") for where in ("tickets/10000000", "contacts/0")]
    assert [answer.status_code for answer in missing] == [404, 404]
    large = world.api("POST", f"{path}/notes", json={"text": "x" * 300_000})
    assert large.status_code == 413
    plain = world.api("POST", f"{path}/notes", content=b"a", headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415
    now = world.ticket(ticket["id"])
    assert now["assignee"] == "lan"
    assert [line["id"] for line in now["timeline"]] == [line["id"] for line in ticket["timeline"]]


# -- lists ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guests(world: World) -> list[Customer]:
    """Customers of a team whose tickets no other test opens."""
    customers = [world.customer(channel) for channel in ("zalo", "telegram", "email", "zalo")]
    for customer in customers:
        ticket = world.opened(customer, "Can you ship abroad?")
        assert ticket["assignee"] == "emma"
    return customers


def listed(world: World, **query: Any) -> list[Found]:
    """Return all pages of a list."""
    tickets: list[Found] = []
    cursor = None
    while True:
        page = world.get("/api/tickets", **query, **({"cursor": cursor} if cursor else {}))
        tickets += page["tickets"]
        if (cursor := page["cursor"]) is None:
            return tickets


def ids(tickets: list[Found]) -> list[str]:
    return [ticket["id"] for ticket in tickets]


def test_a_list_in_small_pages_is_the_whole_list(world: World, guests: list[Customer]) -> None:
    whole = listed(world, team="quoc-te", limit=200)
    assert len(whole) == len(guests)
    assert ids(listed(world, team="quoc-te", limit=1)) == ids(whole)
    assert ids(listed(world, team="quoc-te", limit=3)) == ids(whole)
    deadlines = [min(at(timer["due_at"]) for timer in ticket["sla"]) for ticket in whole]
    assert deadlines == sorted(deadlines)


def test_filters_narrow_a_list(world: World, guests: list[Customer]) -> None:
    by_channel = listed(world, team="quoc-te", channel="zalo")
    assert len(by_channel) == 2
    assert {ticket["channel"] for ticket in by_channel} == {"zalo"}
    contact_id = by_channel[0]["contact_id"]
    assert ids(listed(world, contact=contact_id)) == [by_channel[0]["id"]]
    assert set(ids(by_channel)) <= set(ids(listed(world, assignee="emma", status="open")))
    assert listed(world, team="quoc-te", assignee="lan") == []
    assert listed(world, team="quoc-te", status="resolved") == []
    world.act(by_channel[0]["id"], "resolve")
    assert ids(listed(world, team="quoc-te", status="resolved")) == [by_channel[0]["id"]]
    assert by_channel[0]["id"] not in ids(listed(world, team="quoc-te", status="open,pending"))


@pytest.mark.parametrize(
    "query", ["status=openn", "limit=0", "limit=201", "cursor=x", "colour=red", "limit=many"]
)
def test_a_question_nobody_understands_is_refused(world: World, query: str) -> None:
    assert world.api("GET", f"/api/tickets?{query}").status_code == 400


def test_a_contact_has_his_identities_and_tickets(world: World, guests: list[Customer]) -> None:
    customer = guests[1]
    (found,) = world.get(
        "/api/contacts",
        channel=customer.channel,
        account=customer.account,
        external_id=customer.external_id,
    )["contacts"]
    assert found["name"] == customer.name
    whole = world.get(f"/api/contacts/{found['id']}")
    assert whole["identities"] == [
        {
            "channel": customer.channel,
            "account": customer.account,
            "external_id": customer.external_id,
        }
    ]
    assert len(whole["tickets"]) == 1
    nobody = world.get("/api/contacts", channel="zalo", account="hoa-mai", external_id="0")
    assert nobody == {"contacts": []}


def test_raw_payloads_and_written_secrets_are_for_admins(
    world: World, tokens: dict[str, str]
) -> None:
    for part in world.get("/api/quarantine", token=tokens["read"])["quarantine"]:
        assert part["raw"] is None
    desk = world.get("/api/desk", token=tokens["read"])
    mailbox = next(one for one in desk["accounts"] if one["channel"] == "email")
    assert mailbox["secrets"]["address"] != "hotro@gomhoamai.example"


def test_who_is_away_gets_nothing_until_he_is_back(world: World) -> None:
    assert world.api("POST", "/api/agents/khoa/away").status_code == 200
    try:
        ticket = world.opened(world.customer("zalo"), "Trang web báo lỗi thanh toán")
        assert ticket["assignee"] == "my"
        (line,) = world.entries(ticket["id"], "ticket.assigned")
        assert line["detail"]["backup_for"] == "khoa"
    finally:
        assert world.api("POST", "/api/agents/khoa/back").status_code == 200
    khoa = next(one for one in world.get("/api/agents")["agents"] if one["id"] == "khoa")
    assert (khoa["away"], khoa["present"]) == (False, True)
