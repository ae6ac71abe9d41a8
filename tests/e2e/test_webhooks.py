"""Webhooks signed by hand: proven ones are stored once, others leave nothing behind."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from tests.e2e.signing import SIGNATURE, messenger_entry, messenger_item, said, sign
from tests.e2e.world import Customer, Found, World, until

pytestmark = pytest.mark.e2e

SIGNED = ("zalo", "messenger", "telegram")
BRANCH = "chi-nhanh"


def post(world: World, channel: str, raw: bytes, headers: dict[str, str]) -> httpx.Response:
    return world.http.post(world.account(channel)["webhook_url"], content=raw, headers=headers)


def sent(world: World, channel: str, customer: Customer, text: str) -> tuple[bytes, dict[str, str]]:
    secrets = world.account(channel)["secrets"]
    return sign(channel, secrets, said(channel, secrets, customer.external_id, text))


def received(world: World, customer: Customer) -> list[str]:
    """Return the words of all the customer's messages, ticket by ticket."""
    return [
        line["text"]
        for ticket in world.tickets_of(customer)
        for line in world.entries(ticket["id"], "message.received")
    ]


@pytest.mark.parametrize("channel", SIGNED)
def test_a_webhook_that_comes_three_times_at_once_is_stored_once(
    world: World, channel: str
) -> None:
    customer = world.customer(channel)
    raw, headers = sent(world, channel, customer, "Chào shop")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: post(world, channel, raw, headers), range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    until(lambda: world.ticket_of(customer))
    assert received(world, customer) == ["Chào shop"]
    assert len(logged(world, customer)) == 1


@pytest.mark.parametrize("channel", SIGNED)
def test_two_first_messages_at_once_are_one_ticket(world: World, channel: str) -> None:
    customer = world.customer(channel)
    both = [sent(world, channel, customer, text) for text in ("Chào shop", "Còn hàng không?")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: post(world, channel, *one), both))
    assert [answer.status_code for answer in answers] == [200, 200]
    until(lambda: len(received(world, customer)) == 2)
    assert sorted(received(world, customer)) == ["Chào shop", "Còn hàng không?"]
    assert len(world.tickets_of(customer)) == 1


def _both_received(world: World, customer: Customer) -> bool:
    return len(received(world, customer)) == 2


def test_every_message_of_a_batch_is_stored(world: World) -> None:
    secrets = world.account("messenger")["secrets"]
    customers = [world.customer("messenger") for _ in range(2)]
    entries = [
        messenger_entry(
            secrets,
            *(messenger_item(secrets, customer.external_id, text) for text in ("Một", "Hai")),
        )
        for customer in customers
    ]
    batch = sign("messenger", secrets, {"object": "page", "entry": entries})
    assert post(world, "messenger", *batch).status_code == 200
    for customer in customers:
        until(partial(_both_received, world, customer))
        assert len(world.tickets_of(customer)) == 1


def test_what_is_understood_of_a_batch_is_not_held_up_by_the_rest(world: World) -> None:
    secrets, customer = world.account("messenger")["secrets"], world.customer("messenger")
    known = messenger_item(secrets, customer.external_id, "Chào shop")
    unknown = {key: value for key, value in known.items() if key != "message"}
    strange = {**unknown, f"kind_of_{customer.external_id}": {"a": 1}}
    body = {"object": "page", "entry": [messenger_entry(secrets, strange, known)]}
    assert post(world, "messenger", *sign("messenger", secrets, body)).status_code == 200
    until(lambda: received(world, customer) == ["Chào shop"])
    (part,) = quarantined(world, customer)
    assert "kind_of_" in part["reason"]


Tamper = Callable[[str, bytes, dict[str, str]], tuple[bytes, dict[str, str]]]


def _body(_: str, raw: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    return raw.replace(b"shop", b"sh0p"), headers


def _signature(channel: str, raw: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    proof = headers[SIGNATURE[channel]]
    wrong = proof[:-1] + ("0" if proof[-1] != "0" else "1")
    return raw, {**headers, SIGNATURE[channel]: wrong}


def _missing(channel: str, raw: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    return raw, {name: value for name, value in headers.items() if name != SIGNATURE[channel]}


def _empty(channel: str, raw: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    return raw, {**headers, SIGNATURE[channel]: ""}


def _bare(channel: str, raw: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    scheme, equals, _ = headers[SIGNATURE[channel]].partition("=")
    return raw, {**headers, SIGNATURE[channel]: f"{scheme}{equals}" if equals else "mac="}


TAMPERED: dict[str, Tamper] = {
    "body": _body,
    "signature": _signature,
    "missing": _missing,
    "empty": _empty,
    "scheme alone": _bare,
}
UNSIGNED_BODY = {("telegram", "body")}
"""Telegram's header proves who calls, and says nothing about the body."""


def test_nobody_who_tampers_gets_in_and_nothing_is_stored(world: World) -> None:
    cases = [
        (channel, name)
        for channel in SIGNED
        for name in TAMPERED
        if (channel, name) not in UNSIGNED_BODY
    ]
    customer = world.customer("zalo")
    statuses = {}
    for channel, name in cases:
        raw, headers = sent(world, channel, customer, "Chào shop")
        answer = post(world, channel, *TAMPERED[name](channel, raw, headers))
        statuses[channel, name] = answer.status_code
    assert statuses == dict.fromkeys(cases, 401)
    assert naming(world, customer) == []


@pytest.mark.parametrize("place", ["zalo/khong-co", "pigeon/hoa-mai", "telegram/hoa-mai"])
def test_an_unknown_door_is_404(world: World, place: str) -> None:
    url = f"{world.url}/webhooks/{place}"
    assert world.http.post(url, json={"update_id": 1}).status_code == 404
    assert world.http.get(url).status_code == 404


def test_the_handshake_is_answered_to_who_knows_the_token(world: World) -> None:
    account = world.account("messenger")
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": "1158201444",
        "hub.verify_token": account["secrets"]["verify_token"],
    }
    answer = world.http.get(account["webhook_url"], params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    wrong = {**query, "hub.verify_token": "x"}
    assert world.http.get(account["webhook_url"], params=wrong).status_code == 401
    assert world.http.get(account["webhook_url"]).status_code == 401


@pytest.mark.parametrize("channel", ["zalo", "telegram"])
def test_a_channel_without_a_handshake_answers_none(world: World, channel: str) -> None:
    assert world.http.get(world.account(channel)["webhook_url"]).status_code == 401


def strange(channel: str, body: Found, name: str) -> Found:
    """Return a body of the right sender and a kind that nobody knows."""
    if channel == "zalo":
        return {**body, "event_name": f"user_{name}"}
    if channel == "telegram":
        return {"update_id": body["update_id"], f"update_{name}": body["message"]}
    item = body["entry"][0]["messaging"][0]
    unknown = {key: item[key] for key in ("sender", "recipient", "timestamp")} | {name: {"a": 1}}
    return {**body, "entry": [{**body["entry"][0], "messaging": [unknown]}]}


@pytest.mark.parametrize("channel", SIGNED)
def test_what_is_proven_but_unknown_is_kept_whole_and_shown(world: World, channel: str) -> None:
    secrets, customer = world.account(channel)["secrets"], world.customer(channel)
    body = strange(channel, said(channel, secrets, customer.external_id, "Chào"), "la")
    raw, headers = sign(channel, secrets, body)
    for _ in range(2):
        assert post(world, channel, raw, headers).status_code == 200
    (part,) = quarantined(world, customer)
    assert (part["channel"], part["account"]) == (channel, world.account(channel)["account"])
    assert json.loads(part["raw"]) == body
    code, listed = world.deskctl("quarantine", "list")
    assert code == 0
    assert part["id"] in listed
    code, shown = world.deskctl("quarantine", "show", part["id"])
    assert code == 0
    assert customer.external_id in shown


def test_replaying_what_is_still_unknown_changes_nothing(world: World) -> None:
    secrets, customer = world.account("zalo")["secrets"], world.customer("zalo")
    body = strange("zalo", said("zalo", secrets, customer.external_id, "Chào"), "la")
    post(world, "zalo", *sign("zalo", secrets, body))
    (part,) = quarantined(world, customer)
    code, words = world.deskctl("quarantine", "replay", part["id"])
    assert code == 1
    assert part["id"] in words
    assert [one["id"] for one in quarantined(world, customer)] == [part["id"]]


def test_replaying_what_is_understood_by_now_makes_a_ticket_of_it(world: World) -> None:
    branch, customer = world.account("messenger", BRANCH), world.customer("messenger")
    page_id = f"9{customer.external_id}"
    secrets = {**branch["secrets"], "page_id": page_id}
    raw, headers = sign(
        "messenger", secrets, said("messenger", secrets, customer.external_id, "Chào")
    )
    answer = world.http.post(branch["webhook_url"], content=raw, headers=headers)
    assert answer.status_code == 200
    (part,) = quarantined(world, customer)
    assert "another page" in part["reason"]
    world.aws("ssm").put_parameter(
        Name=f"/frontline/local/messenger/{BRANCH}/page_id",
        Value=page_id,
        Type="SecureString",
        Overwrite=True,
    )
    code, words = world.deskctl("quarantine", "replay", part["id"])
    assert code == 0, words
    assert quarantined(world, customer) == []
    elsewhere = Customer(
        channel="messenger", account=BRANCH, external_id=customer.external_id, name=""
    )
    ticket = until(lambda: world.ticket_of(elsewhere))
    assert ticket["timeline"][0]["text"] == "Chào"


DEEP = 100_000
BOUND = 10.0
"""Seconds that no body may cost; even on a busy machine."""

STILL_FINE = ("half a surrogate pair", "not UTF-8")
"""Replaced by U+FFFD, in the one message that all of these are: the gateway itself mends UTF-8."""

HARMFUL: dict[str, Callable[[bytes], bytes]] = {
    "arrays in arrays": lambda raw: raw[:-1] + b', "x": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects in objects": lambda raw: raw[:-1] + b"," + b'"x":{' * DEEP + b"}" * (DEEP + 1),
    "1.5 MB": lambda raw: raw[:-1] + b', "x": "' + b"x" * 1_500_000 + b'"}',
    "not UTF-8": lambda raw: raw.replace(b"shop", b"\xff\xfe\xc3("),
    "a NUL byte": lambda raw: raw.replace(b"shop", b"sh\x00op"),
    "a NUL, escaped": lambda raw: raw.replace(b"shop", b"sh\\u0000op"),
    "half a surrogate pair": lambda raw: raw.replace(b"shop", b"\\ud83d"),
    "a number of 5000 digits": lambda raw: raw[:-1] + b', "x": ' + b"9" * 5000 + b"}",
    "a huge exponent": lambda raw: raw[:-1] + b', "x": 1e999999999}',
    "a key twice": lambda raw: raw[:-1] + b', "x": 1, "x": 2}',
    "cut off": lambda raw: raw[:-1],
    "nothing": lambda _: b"",
    "no object": lambda _: b"[]",
    "a word": lambda _: b"null",
    "not JSON": lambda _: b"<xml/>",
}


@pytest.mark.parametrize("channel", SIGNED)
def test_harmful_bodies_are_refused_or_kept_apart_and_never_a_fault_of_ours(
    world: World, channel: str
) -> None:
    secrets, customer = world.account(channel)["secrets"], world.customer(channel)
    raw = json.dumps(said(channel, secrets, customer.external_id, "Chào shop")).encode()
    spoilt = {name: spoil(raw) for name, spoil in HARMFUL.items()}
    outcomes, slowest = {}, 0.0
    for name, body in spoilt.items():
        started = time.monotonic()
        outcomes[name] = post(world, channel, *sign(channel, secrets, body)).status_code
        slowest = max(slowest, time.monotonic() - started)
    assert outcomes["1.5 MB"] == 413
    assert set(outcomes.values()) <= {200, 400, 401, 413, 415}
    assert slowest < BOUND
    kept = {part["raw"] for part in quarantine(world)}
    taken = [name for name, code in outcomes.items() if code == 200 and name not in STILL_FINE]
    lost = [name for name in taken if spoilt[name].decode(errors="replace") not in kept]
    assert lost == []
    fine = [name for name in STILL_FINE if outcomes[name] == 200]
    assert len(logged(world, customer)) == bool(fine)


@pytest.mark.parametrize("channel", SIGNED)
def test_a_text_that_no_person_types_is_kept_apart(world: World, channel: str) -> None:
    secrets, customer = world.account(channel)["secrets"], world.customer(channel)
    body = said(channel, secrets, customer.external_id, "Chào \x00shop")
    assert post(world, channel, *sign(channel, secrets, body)).status_code == 200
    (part,) = quarantined(world, customer)
    assert "\\u0000" in part["raw"]
    assert world.tickets_of(customer) == []


@pytest.mark.parametrize("content_type", ["application/xml", "multipart/form-data", "nonsense"])
def test_another_content_type_is_refused(world: World, content_type: str) -> None:
    raw, headers = sent(world, "telegram", world.customer("telegram"), "Chào")
    answer = post(world, "telegram", raw, {**headers, "Content-Type": content_type})
    assert answer.status_code == 415


FROM_OUTSIDE = ("LOG#", "CONTACT#", "IDENTITY#", "QUARANTINE")
"""The items that only what comes from outside can make."""


def naming(world: World, customer: Customer) -> list[Any]:
    """Return what came from outside and names a customer, anywhere in it."""
    outside = (item for item in world.items() if item["pk"]["S"].startswith(FROM_OUTSIDE))
    return [item["pk"] for item in outside if customer.external_id in json.dumps(item, default=str)]


def logged(world: World, customer: Customer) -> list[dict[str, Any]]:
    """Return the messages that the log holds of a customer."""
    return [
        item
        for item in world.items()
        if item["pk"]["S"].startswith("LOG#")
        if customer.external_id in item["pk"]["S"]
        if item["type"]["S"] == "message.received"
    ]


def quarantined(world: World, customer: Customer) -> list[Found]:
    """Return what is kept apart of a customer."""
    return [part for part in quarantine(world) if customer.external_id in part["raw"]]


def quarantine(world: World) -> list[Found]:
    """Return all that is kept apart, page by page."""
    parts: list[Found] = []
    cursor = None
    while True:
        page = world.get("/api/quarantine", limit=20, **({"cursor": cursor} if cursor else {}))
        parts += page["quarantine"]
        if (cursor := page["cursor"]) is None:
            return parts
