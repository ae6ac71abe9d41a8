"""Every place where a customer writes: in, out, seen outside, told when it is sick."""

import base64
import io
import json
import threading
import time
from dataclasses import replace
from typing import Any

import httpx
import pytest

from chalicelib.channels.registry import ADAPTERS, adapter_class
from tests.e2e.world import Customer, Found, World, until

pytestmark = pytest.mark.e2e

POLLED = [channel for channel in ADAPTERS if adapter_class(channel).is_polled]
WRITTEN_TO = [channel for channel in ADAPTERS if channel not in POLLED]
WATCHED = {"discourse"}
"""There a question is left to others at first."""

IN_OTHER_INBOXES = ("zalo", "messenger", "facebook", "instagram", "whatsapp", "linkedin", "x")
FILES = ("zalo", "messenger", "telegram", "whatsapp", "instagram", "viber", "line", "slack")
PICTURE = b"\x89PNG\r\n\x1a\n a picture of a vase"
WORDS = "Bình gốm này còn hàng không shop?"
CONNECT = ("accounts", "connect", "messenger", "chi-nhanh")
ANSWER = "Dạ còn ạ, em giữ cho mình nhé."


def begun(world: World, channel: str, text: str = WORDS, **more: Any) -> tuple[Customer, Found]:
    """Let somebody write; return him by the platform's own id, and his ticket."""
    customer = world.customer(channel)
    customer = world.named(customer, world.write(customer, text, **more))
    return customer, until(lambda: world.ticket_of(customer))


@pytest.mark.parametrize("channel", WRITTEN_TO)
def test_a_customer_is_answered_once_where_he_wrote(world: World, channel: str) -> None:
    customer, ticket = begun(world, channel)
    (received,) = world.entries(ticket["id"], "message.received")
    assert received["text"].endswith(WORDS)
    world.act(ticket["id"], "messages", text=ANSWER, agent="lan")
    until(lambda: ANSWER in "\n".join(world.heard_by(customer)))
    until(lambda: world.entries(ticket["id"], "message.sent")[-1]["delivery"] != "queued")
    time.sleep(1)  # What a platform tells of our own words comes a little later.
    sent = world.entries(ticket["id"], "message.sent")
    assert [line["actor"] for line in sent if line["text"] == ANSWER] == ["agent:lan"]
    assert [line["delivery"] for line in sent if line["delivery"] == "failed"] == []
    assert "\n".join(world.heard_by(customer)).count(ANSWER) == 1
    assert world.ticket(ticket["id"])["status"] == "pending"


@pytest.mark.parametrize("channel", sorted(set(WRITTEN_TO) - WATCHED))
def test_only_who_wrote_in_private_is_greeted(world: World, channel: str) -> None:
    _, ticket = begun(world, channel)
    until(lambda: world.entries(ticket["id"], "ticket.assigned"))
    greetings = [
        line for line in world.entries(ticket["id"], "message.sent") if line["actor"] == "desk"
    ]
    assert len(greetings) == (1 if ticket["surface"] == "direct" else 0)


@pytest.mark.parametrize("channel", IN_OTHER_INBOXES)
def test_an_answer_given_in_the_platforms_own_inbox_counts(world: World, channel: str) -> None:
    customer, ticket = begun(world, channel)
    (received,) = world.entries(ticket["id"], "message.received")
    below = {"reply_to_id": received["message_id"]} if ticket["surface"] == "public" else {}
    world.colleague_answers(customer, "Dạ shop gọi chị ngay ạ.", **below)
    until(lambda: world.ticket(ticket["id"])["status"] == "pending")
    outside = [
        line for line in world.entries(ticket["id"], "message.sent") if line["actor"] == "platform"
    ]
    assert [line["text"] for line in outside] == ["Dạ shop gọi chị ngay ạ."]


@pytest.mark.parametrize("channel", FILES)
def test_a_picture_is_kept_by_us_and_opens_for_the_agent(world: World, channel: str) -> None:
    picture = {
        "type": "image",
        "name": "binh.png",
        "content_base64": base64.b64encode(PICTURE).decode(),
    }
    _, ticket = begun(world, channel, "Hình đây ạ", attachments=[picture])

    def kept() -> list[Found]:
        lines = world.entries(ticket["id"], "message.received")
        return [each for line in lines for each in line["attachments"] if _is_ours(world, each)]

    (file,) = until(kept)
    assert httpx.get(file["url"], trust_env=False).content == PICTURE
    assert file["size"] == len(PICTURE)


def _is_ours(world: World, attachment: Found) -> bool:
    return str(attachment["url"]).startswith(str(world.stack["emulator_url"]))


def test_a_public_comment_goes_on_in_private_in_the_same_ticket(world: World) -> None:
    commenter, ticket = begun(world, "facebook", "Giá bao nhiêu vậy shop?")
    assert ticket["surface"] == "public"
    private = "Dạ 1.250.000 đ ạ. Chị cho em xin địa chỉ để báo phí giao nhé?"
    world.act(ticket["id"], "messages", text=private, agent="lan", private=True)

    def elsewhere() -> list[Found]:
        identities = world.ticket(ticket["id"])["contact"]["identities"]
        return [one for one in identities if one["channel"] == "messenger"]

    (identity,) = until(elsewhere)
    on_messenger = Customer(
        channel="messenger",
        account=identity["account"],
        external_id=identity["external_id"],
        name=commenter.name,
    )
    world.write(on_messenger, "12 Hàng Gai, Hà Nội ạ")
    until(lambda: len(world.entries(ticket["id"], "message.received")) == 2)
    assert [one["id"] for one in world.tickets_of(on_messenger)] == [ticket["id"]]
    world.act(ticket["id"], "messages", text="Dạ phí giao 30.000 đ ạ.", agent="lan")
    until(lambda: "Dạ phí giao 30.000 đ ạ." in world.heard_by(on_messenger))
    whole = world.ticket(ticket["id"])
    assert (whole["channel"], whole["surface"]) == ("messenger", "direct")


def test_a_bad_review_is_urgent(world: World) -> None:
    _, ticket = begun(world, "google_reviews", "Giao chậm, gói hàng ẩu", payload="1")
    assert ticket["priority"] == "urgent"
    (received,) = world.entries(ticket["id"], "message.received")
    assert received["detail"]["rating"] == "1"


def test_a_question_in_the_forum_is_left_to_others_at_first(world: World) -> None:
    asker, ticket = begun(world, "discourse", "Men lam có dùng được trong lò vi sóng không?")
    assert (ticket["status"], ticket["assignee"]) == ("watched", None)
    assert ticket["moment"]["step"] == "watched"
    neighbour = world.customer("discourse", "Một người khác")
    topic = world.entries(ticket["id"], "message.received")[0]["message_id"]
    world.write(neighbour, "Được bạn nhé, mình dùng suốt.", reply_to_id=topic)
    until(lambda: world.ticket(ticket["id"])["status"] == "closed")
    assert asker.external_id != neighbour.external_id


@pytest.mark.parametrize("channel", ["twilio_sms", "aws_sms"])
def test_stop_is_honoured_until_start(world: World, channel: str) -> None:
    customer, ticket = begun(world, channel)
    until(lambda: world.heard_by(customer))
    world.write(customer, "STOP")
    until(lambda: world.entries(ticket["id"], "contact.blocked"))
    heard = len(world.heard_by(customer))
    world.act(ticket["id"], "messages", text=ANSWER, agent="lan")
    (failed,) = until(lambda: world.entries(ticket["id"], "message.failed"))
    assert failed["detail"] == {"reason": "blocked"}
    world.write(customer, "START")
    until(lambda: not world.ticket(ticket["id"])["contact"]["blocked"])
    world.act(ticket["id"], "messages", text="Dạ em đây ạ.", agent="lan")
    until(lambda: world.heard_by(customer)[heard:])
    assert "Dạ em đây ạ." in world.heard_by(customer)[-1]


def test_a_sick_account_stands_out_in_the_list(world: World) -> None:
    _, ticket = begun(world, "viber")
    world.fault("viber", "expired_token")
    world.act(ticket["id"], "messages", text=ANSWER, agent="lan")
    until(lambda: world.entries(ticket["id"], "message.failed"))

    def sick() -> list[str]:
        accounts = world.get("/api/accounts")["accounts"]
        return [one["channel"] for one in accounts if one["problem"]]

    assert "viber" in until(sick)
    code, said = world.deskctl("accounts", "list")
    assert code == 1
    assert [line for line in said.splitlines() if line.startswith("viber") and "✗" in line]
    assert {line.split()[0] for line in said.splitlines()[1:]} == set(ADAPTERS)


def test_connecting_an_account_is_proven_by_an_event(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers nothing to the questions, so that the secrets stay, and writes a little later."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 20))
    customer = replace(world.customer("messenger"), account="chi-nhanh")
    later = threading.Timer(3, lambda: world.write(customer, WORDS))
    later.start()
    try:
        code, said = world.deskctl(*CONNECT, "--wait", "60")
    finally:
        later.cancel()
    assert (code, "đã kết nối" in said) == (0, True), said


def test_tripadvisor_is_asked_and_answered_by_its_link(world: World) -> None:
    reviewer = world.customer("tripadvisor")
    world.http.post(
        f"{world.platforms}/customers/tripadvisor/hoa-mai",
        json={"external_id": reviewer.external_id, "name": "Ann", "text": "★☆☆☆☆ Broken cup"},
    )
    _look_after_the_accounts(world)

    def reviews() -> list[Found]:
        found: list[Found] = world.get("/api/tickets", channel="tripadvisor")["tickets"]
        return [one for one in found if one["priority"] == "urgent"]

    (ticket, *_) = until(reviews)
    assert ticket["permalink"].startswith("https://www.tripadvisor.com/")
    whole = json.dumps(world.ticket(ticket["id"]), ensure_ascii=False)
    assert "Broken cup" not in whole
    assert "Ann" not in whole


def _look_after_the_accounts(world: World) -> None:
    """Run the watch now, instead of waiting for its five minutes."""
    outputs = {
        one["OutputKey"]: one["OutputValue"]
        for one in world.aws("cloudformation").describe_stacks()["Stacks"][0]["Outputs"]
    }
    event = {
        "version": "0", "id": "now", "account": "000000000000", "region": "us-east-1",
        "time": "2026-01-01T00:00:00Z", "source": "aws.events", "resources": [],
        "detail-type": "Scheduled Event", "detail": {},
    }  # fmt: skip
    answer = world.aws("lambda").invoke(
        FunctionName=outputs["WatchFunction"], Payload=json.dumps(event)
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
