"""On each channel: a customer writes, and everybody is told what he has to know."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.e2e.desk import HOME
from tests.e2e.world import Found, World, at, until

pytestmark = pytest.mark.e2e

CHANNELS = ("zalo", "messenger", "telegram", "email")
CALLED = {
    "zalo": ("openapi.zalo.me", "/v3.0/oa/message/cs"),
    "messenger": ("graph.facebook.com", "/messages"),
    "telegram": ("api.telegram.org", "/sendMessage"),
}
NAMED = {"telegram", "email"}
"""The channels whose messages say who writes; the others are asked later."""

SHOWN = {"zalo": "Zalo", "messenger": "Messenger", "telegram": "Telegram", "email": "Email"}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_message_becomes_a_ticket_with_an_owner_and_deadlines(world: World, channel: str) -> None:
    customer = world.customer(channel)
    ticket = world.opened(customer, "Bộ ấm chén này còn hàng không shop?")
    assert (ticket["status"], ticket["team"], ticket["assignee"]) == ("open", "tu-van", "lan")
    assert (ticket["channel"], ticket["account"]) == (customer.channel, customer.account)
    opened_at = at(ticket["opened_at"])
    assert {one["metric"]: at(one["due_at"]) - opened_at for one in ticket["sla"]} == {
        "first_response": timedelta(minutes=30),
        "resolution": timedelta(hours=8),
    }
    (received,) = world.entries(ticket["id"], "message.received")
    assert received["text"].endswith("Bộ ấm chén này còn hàng không shop?")
    (assigned,) = world.entries(ticket["id"], "ticket.assigned")
    assert assigned["detail"]["agent"] == "lan"
    assert assigned["detail"]["reason"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_customer_hears_at_once_by_when_an_answer_comes(world: World, channel: str) -> None:
    customer = world.customer(channel, "Lê Thị Sương")
    ticket = world.opened(customer, "Cho em hỏi giá bình hoa")
    (heard,) = until(lambda: world.heard_by(customer))
    assert "Gốm Hoa Mai" in heard
    assert ticket["number"] in heard
    assert re.search(r"trước \d\d:\d\d hôm nay|trước \d\d:\d\d ngày mai", heard)
    assert ("Lê Thị Sương" if channel in NAMED else "anh/chị") in heard
    (sent,) = world.entries(ticket["id"], "message.sent")
    assert (sent["actor"], sent["detail"]) == ("desk", {"automatic": "true"})


@pytest.mark.parametrize("channel", sorted(CALLED))
def test_the_platform_is_called_at_its_documented_place(world: World, channel: str) -> None:
    customer = world.customer(channel)
    world.opened(customer, "Shop ơi")
    (call,) = until(lambda: world.calls_to(customer))
    host, path = CALLED[channel]
    assert call["host"] == host
    assert call["path"].endswith(path)
    assert call["status"] == 200


@pytest.mark.parametrize("channel", ["zalo", "messenger"])
def test_receipts_move_the_answer_on(world: World, channel: str) -> None:
    customer = world.customer(channel)
    ticket = world.opened(customer, "Shop ơi")
    until(lambda: world.entries(ticket["id"], "message.sent")[0]["delivery"] == "delivered")


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_agent_gets_a_mail_with_name_channel_words_and_deadline(
    world: World, channel: str
) -> None:
    customer = world.customer(channel, "Đặng Ngọc Uyên")
    ticket = world.opened(customer, "Cho em xin báo giá bộ đồ thờ")
    mail = world.mail(f"lan@{HOME}", ticket, "assigned")
    assert ticket["number"] in mail["subject"]
    for part in (mail["text"], mail["html"]):
        assert "Đặng Ngọc Uyên" in part
        assert SHOWN[channel] in part
        assert "Cho em xin báo giá bộ đồ thờ" in part
        assert re.search(r"Trả lời đầu tiên", part)
        assert re.search(r"\d\d:\d\d (hôm nay|ngày mai)", part)
    assert re.fullmatch(rf"reply\+[a-z2-7]{{24}}@reply\.{HOME}", mail["reply_to"][0])
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert all(f"{world.url}/links/" in part for part in (mail["text"], mail["html"]))


def test_a_second_message_goes_on_with_the_ticket_and_is_not_acknowledged_again(
    world: World,
) -> None:
    customer = world.customer("zalo")
    ticket = world.opened(customer, "Em hỏi chút")
    world.write(customer, "Dạ còn ai không ạ?")
    world.mail(f"lan@{HOME}", ticket, "customer_wrote")
    assert len(world.tickets_of(customer)) == 1
    assert len(world.entries(ticket["id"], "message.received")) == 2
    assert len(world.heard_by(customer)) == 1


def test_a_customer_who_comes_back_soon_reopens_his_ticket(world: World) -> None:
    customer = world.customer("messenger")
    ticket = world.opened(customer, "Em hỏi chút")
    assert world.act(ticket["id"], "resolve")["status"] == "resolved"
    world.write(customer, "Em hỏi thêm ạ")
    until(lambda: world.entries(ticket["id"], "ticket.reopened"))
    now = world.ticket(ticket["id"])
    assert (now["status"], now["assignee"], now["resolved_at"]) == ("open", "lan", None)
    assert len(world.tickets_of(customer)) == 1


def test_programs_are_told_by_a_topic_and_learn_nothing_private(world: World) -> None:
    queue, received = _subscribed(world)
    customer = world.customer("telegram", "Lý Thị Hương")
    ticket = world.opened(customer, "Số em là 0900000009")
    told = until(lambda: [one for one in received() if one["ticket"]["id"] == ticket["id"]])
    assert [(one["kind"], one["agent"]) for one in told] == [("assigned", "lan")]
    assert told[0]["ticket"]["number"] == ticket["number"]
    assert {one["metric"] for one in told[0]["ticket"]["sla"]} == {"first_response", "resolution"}
    assert not re.search(r"Hương|0900000009", str(told))
    world.aws("sqs").delete_queue(QueueUrl=queue)


def test_an_attached_file_can_be_downloaded(world: World) -> None:
    customer = world.customer("email")
    attachments = [{"name": "hóa đơn.txt", "text": "Bình hoa: 350.000đ"}]
    ticket = world.opened(customer, "Em gửi hóa đơn ạ", subject="Hóa đơn", attachments=attachments)
    (received,) = world.entries(ticket["id"], "message.received")
    (file,) = received["attachments"]
    assert file["name"] == "hóa đơn.txt"
    download = world.http.get(file["url"])
    assert download.content.decode() == "Bình hoa: 350.000đ"
    assert quote("hóa đơn.txt") in download.headers["content-disposition"]


def test_a_mail_answers_in_its_own_thread(world: World) -> None:
    customer = world.customer("email")
    sent = world.write(customer, "Lọ hoa bị lệch màu ạ", subject="Lọ hoa xanh")
    ticket = until(lambda: world.ticket_of(customer))
    world.act(ticket["id"], "messages", text="Dạ, bên em đổi lọ khác cho mình ạ.", agent="lan")
    mail = until(lambda: _saying(world, customer.external_id, "đổi lọ khác"))
    assert "Lọ hoa xanh" in mail["subject"]
    assert sent["message_ids"][0] in mail["headers"]["References"]
    world.answer(mail, "Cảm ơn shop")
    until(lambda: len(world.entries(ticket["id"], "message.received")) == 2)
    # Mails are dated by the second: of the same one, either may stand first.
    written = {line["text"] for line in world.entries(ticket["id"], "message.received")}
    assert written == {"Lọ hoa bị lệch màu ạ", "Cảm ơn shop"}
    assert len(world.tickets_of(customer)) == 1


def test_outside_opening_hours_the_customer_hears_them(world: World) -> None:
    customer = world.customer("zalo")
    world.opened(customer, "Em hỏi ngoài giờ chút")
    (heard,) = until(lambda: world.heard_by(customer))
    (hours,) = world.get("/api/desk")["calendars"]["dang-dong"]["week"]["mon"]
    assert hours in heard


def test_an_answer_longer_than_the_channel_takes_is_split_and_whole(world: World) -> None:
    customer = world.customer("zalo")
    ticket = world.opened(customer, "Cho em xin danh sách")
    until(lambda: world.heard_by(customer))
    sentences = [f"Mẫu số {number} men xanh ngọc, giá 100.000 đồng." for number in range(90)]
    world.act(ticket["id"], "messages", text=" ".join(sentences), agent="lan")
    parts = until(lambda: world.heard_by(customer)[1:])
    until(lambda: world.entries(ticket["id"], "message.sent")[1]["delivery"] != "queued")
    parts = world.heard_by(customer)[1:]
    assert len(parts) > 1
    assert max(map(len, parts)) <= 2000
    assert " ".join(parts) == " ".join(sentences)
    assert all(part.endswith("đồng.") for part in parts)


def _subscribed(world: World) -> tuple[str, Callable[[], list[Found]]]:
    """Return a queue that hears the notifications' topic, and how to read what it has heard."""
    sns, sqs = world.aws("sns"), world.aws("sqs")
    topic = next(
        one["TopicArn"] for one in sns.list_topics()["Topics"] if "Notification" in one["TopicArn"]
    )
    queue = sqs.create_queue(QueueName="e2e-notifications")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    heard: list[Found] = []

    def received() -> list[Found]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        heard.extend(json.loads(one["Body"]) for one in answer.get("Messages", ()))
        return heard

    return queue, received


def _saying(world: World, to: str, words: str) -> Found | None:
    return next((mail for mail in world.mails(to) if words in mail["text"]), None)
