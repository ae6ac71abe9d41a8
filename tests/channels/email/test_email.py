"""The adapter: a mail to a message, and an answer to a mail that real readers understand."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from chalicelib.channels.base import HttpResponse, MailRequest, OutboundMessage, WebhookRequest
from chalicelib.channels.email.adapter import MAX_TEXT, EmailAdapter
from chalicelib.channels.email.mime import read_mail
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageReceived
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PermanentSendError,
    TransientSendError,
)

from .letters import letter, taken_in

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
ADAPTER = EmailAdapter("cskh", {"address": "HoTro@hoamai.example", "name": "Hoa Mai, CSKH"})
LAN = Identity("email", "cskh", "lan@khach.example")
REQUEST = WebhookRequest(headers={}, query={}, body=taken_in(letter()))


def received(**headers: str) -> MessageReceived:
    return ADAPTER.received(read_mail(taken_in(letter(**headers))), occurred_at=NOON)


def sent(**changes: object) -> tuple[MailRequest, EmailMessage]:
    fields: dict[str, object] = {
        "id": "ob-1:0",
        "to": LAN,
        "text": "Dạ còn ạ.\n\nGiá <500k> & freeship.",
        "sent_at": NOON,
    }
    request = ADAPTER.reply(OutboundMessage(**(fields | changes)))  # type: ignore[arg-type]
    assert isinstance(request, MailRequest)
    message = message_from_bytes(request.mime, policy=default)
    assert isinstance(message, EmailMessage)
    return request, message


def test_is_registered() -> None:
    assert adapter_class("email") is EmailAdapter


def test_no_webhook_is_ever_believed() -> None:
    with pytest.raises(InvalidSignatureError):
        ADAPTER.verify(REQUEST)
    with pytest.raises(InvalidSignatureError):
        ADAPTER.challenge(REQUEST)
    with pytest.raises(MalformedPayloadError):
        ADAPTER.parse(REQUEST)


def test_a_mail_is_a_message() -> None:
    event = received(
        text="Còn hàng không ạ?\n\nOn 23 Nov 2026, at 09:05, Hoa Mai wrote:\n> Chào chị",
        References="<cu@khach.example> <010f-a@email.amazonses.com>",
        In_Reply_To="<010f-b@ap-southeast-1.amazonses.com>",
    )
    assert event == MessageReceived(
        id="email:cskh:message:thu-1@khach.example",
        identity=LAN,
        occurred_at=NOON,
        message_id="thu-1@khach.example",
        text="Còn hàng không ạ?",
        name="Nguyễn Thị Lan",
        subject="Hỏi giá",
        thread_refs=("cu", "010f-a", "010f-b"),
    )


def test_the_same_mail_is_the_same_event() -> None:
    assert received() == received()


def test_a_forwarded_mail_keeps_what_it_forwards() -> None:
    text = "Xem giúp em\n\n---------- Forwarded message ---------\nGiá cũ là 500k"
    assert "500k" in received(text=text, subject="Fwd: Báo giá").text


def test_vacation_notes_are_marked() -> None:
    assert received(Auto_Submitted="auto-replied").automatic


def test_a_text_too_long_for_an_event_is_cut_there() -> None:
    assert len(received(text="a " * MAX_TEXT).text) == MAX_TEXT


def test_an_answer_is_text_and_html() -> None:
    request, message = sent(subject="Hỏi giá", reply_to_id="thu-1@khach.example")
    assert (request.sender, request.recipient) == ("hotro@hoamai.example", "lan@khach.example")
    assert message["From"] == '"Hoa Mai, CSKH" <hotro@hoamai.example>'
    assert message["To"] == "lan@khach.example"
    assert message["Subject"] == "Re: Hỏi giá"
    assert message["In-Reply-To"] == message["References"] == "<thu-1@khach.example>"
    assert message["Auto-Submitted"] is None
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert text.get_content().split() == ["Dạ", "còn", "ạ.", "Giá", "<500k>", "&", "freeship."]
    assert html is not None
    assert "Giá &lt;500k&gt; &amp; freeship.</p>" in html.get_content()


def test_an_answer_reads_back_as_it_was_written() -> None:
    request, _ = sent(subject="Hỏi giá " * 30, reply_address="reply+abc@thu.hoamai.example")
    mail = read_mail(request.mime)
    assert mail.text == "Dạ còn ạ.\n\nGiá <500k> & freeship."
    assert mail.subject == "Re: " + "Hỏi giá " * 29 + "Hỏi giá"
    assert mail.header("reply-to").endswith("<reply+abc@thu.hoamai.example>")


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("Re: Hỏi giá", "Re: Hỏi giá"),
        ("RE: x", "RE: x"),
        ("Trả lời: x", "Trả lời: x"),
        ("Fwd: x", "Re: Fwd: x"),
        ("hai\r\nBcc: x@y.example", "Re: hai Bcc: x@y.example"),
        (None, "Re: Yêu cầu của bạn / Your request"),
    ],
)
def test_subjects_of_answers(subject: str | None, written: str) -> None:
    _, message = sent(subject=subject)
    assert message["Subject"] == written
    assert message["Bcc"] is None


def test_automatic_mail_says_so() -> None:
    _, message = sent(automatic=True)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Frontline-Loop"] == "hotro@hoamai.example"


def test_a_retry_sends_the_same_bytes() -> None:
    assert sent()[0] == sent()[0]
    assert sent()[0].mime != sent(id="ob-2:0")[0].mime


@pytest.mark.parametrize("parent", ["sha256:abc", None, "", "a>\r\nBcc: <x@y.example"])
def test_what_is_no_message_id_is_not_written_as_one(parent: str | None) -> None:
    _, message = sent(reply_to_id=parent)
    assert message["Bcc"] is None
    assert (message["In-Reply-To"] or "<>").count("<") == 1


@pytest.mark.parametrize("address", ["", "không phải địa chỉ", "a@b\r\nBcc: c@d.example", "a b@c"])
def test_an_address_nobody_can_have_is_refused_for_good(address: str) -> None:
    with pytest.raises(PermanentSendError):
        sent(to=Identity("email", "cskh", address))


def test_the_answer_of_ses_holds_the_message_id() -> None:
    body = b'{"MessageId": "010f-c"}'
    assert ADAPTER.read_reply(HttpResponse(status=200, headers={}, body=body)) == "010f-c"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"{}", PermanentSendError),
        (200, b"[]", PermanentSendError),
        (200, b"\xff", PermanentSendError),
        (400, b"{}", PermanentSendError),
        (429, b"{}", TransientSendError),
        (503, b"", TransientSendError),
    ],
)
def test_other_answers_of_ses_are_errors(status: int, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        ADAPTER.read_reply(HttpResponse(status=status, headers={}, body=body))


def test_nothing_a_customer_wrote_becomes_a_header() -> None:
    """`email` decodes encoded words in what it is given: a line break may hide in one."""
    hidden = "=?utf-8?q?=0D=0ABcc:_spy@example.com?="
    adapter = EmailAdapter("hotro", {"address": "hotro@example.com", "name": hidden})
    message = OutboundMessage(
        id="m",
        to=adapter.identity("mai@example.com"),
        text="Dạ",
        sent_at=datetime(2026, 11, 23, tzinfo=UTC),
        reply_to_id=f"{hidden}@example.com",
        subject=hidden,
        reply_address="reply+x@example.com",
    )
    mail = message_from_bytes(adapter.reply(message).mime)
    assert mail["Bcc"] is None
