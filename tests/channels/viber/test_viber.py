"""Viber bots."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from viberbot import Api, BotConfiguration
from viberbot.api.messages import get_message
from viberbot.api.viber_requests import ViberMessageRequest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundFile, WebhookRequest
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactBlocked,
    ContactReturned,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Delivery
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

from ..contract import Secrets, SendContract, SignedBodyContract, proves

USER = Identity("viber", "hoa-mai", "k7Qe2mZs9xTtVb0aLr1wPg==")
AT = datetime(2026, 3, 2, 3, 0, 0, 123000, tzinfo=UTC)
TOKEN = 5912661846655238145
HOOK = "https://desk.example/webhooks/viber/hoa-mai"
URL = "https://files.example.com/1"


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


def file(kind: AttachmentKind, mime_type: str, size: int | None, name: str = "a") -> OutboundFile:
    return OutboundFile(kind=kind, name=name, mime_type=mime_type, url=URL, size=size)


class TestViber(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "viber"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {"auth_token": "4453b6-auth-token", "sender_name": "Gốm Hoa Mai"}
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-viber-content-signature"
    proven_by: ClassVar[str] = "auth_token"
    sample: ClassVar[str] = "message__text"

    def prove(self, body: bytes, secret: str) -> str:
        return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()

    def sdk(self) -> Api:
        configuration = BotConfiguration(
            name="Gốm Hoa Mai", avatar="", auth_token=self.secrets["auth_token"]
        )
        return Api(configuration)

    # Proof

    def test_what_the_official_sdk_takes_we_take(self) -> None:
        for path in self.payloads.glob("*.json"):
            body = path.read_bytes()
            signature = self.prove(body, self.secret())
            assert self.sdk().verify_signature(body, signature)
            assert proves(self.adapter(), WebhookRequest({self.proof: signature}, {}, body))

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_text(self) -> None:
        assert self.event("message__text") == MessageReceived(
            id=f"viber:hoa-mai:message:{TOKEN + 1}",
            identity=USER,
            occurred_at=AT,
            message_id=str(TOKEN + 1),
            text="Chào shop, áo này còn size L không? 😍",
            name="Lê Bảo Ngọc",
            language="vi",
        )

    def test_the_official_sdk_reads_the_same(self) -> None:
        read = self.sdk().parse_request(self.body("message__text"))
        assert isinstance(read, ViberMessageRequest)
        message = self.message("message__text")
        assert (message.text, message.message_id) == (read.message.text, str(read.message_token))
        assert message.identity.external_id == read.sender.id

    def test_a_token_of_64_bits_stays_exact(self) -> None:
        assert float(TOKEN + 1) == float(TOKEN + 2)
        assert self.message("message__text").id != self.message("message__button").id

    def test_a_tapped_button_says_its_words(self) -> None:
        assert self.message("message__button").text == "Đổi hàng"

    @pytest.mark.parametrize(
        ("name", "attachment"),
        [
            (
                "message__picture",
                Attachment(
                    kind=AttachmentKind.IMAGE,
                    name="a.jpg",
                    url="https://dl-media.example.com/a.jpg?Expires=1",
                ),
            ),
            (
                "message__video",
                Attachment(
                    kind=AttachmentKind.VIDEO,
                    size=120034,
                    url="https://dl-media.example.com/v.mp4",
                ),
            ),
            (
                "message__file",
                Attachment(
                    kind=AttachmentKind.FILE,
                    name="hóa đơn.pdf",
                    size=3220,
                    url="https://dl-media.example.com/h.pdf",
                ),
            ),
            (
                "message__sticker",
                Attachment(
                    kind=AttachmentKind.STICKER,
                    url="https://dl-media.example.com/s.png",
                    file_id="46105",
                ),
            ),
            (
                "message__sticker_id_only",
                Attachment(kind=AttachmentKind.STICKER, file_id="46105"),
            ),
            (
                "message__contact",
                Attachment(kind=AttachmentKind.CONTACT, name="Trần Minh +84900000123"),
            ),
            (
                "message__url",
                Attachment(kind=AttachmentKind.LINK, url="https://shop.example.com/ao"),
            ),
            (
                "message__location",
                Attachment(
                    kind=AttachmentKind.LOCATION, latitude="21.028511", longitude="105.804817"
                ),
            ),
        ],
    )
    def test_an_attachment(self, name: str, attachment: Attachment) -> None:
        assert self.message(name).attachments == (attachment,)

    def test_words_stay_with_their_picture(self) -> None:
        assert self.message("message__picture").text == "Áo bị rách ạ"
        assert self.message("message__picture_without_words").text == ""

    def test_a_file_is_fetched_where_it_lies(self) -> None:
        (picture,) = self.message("message__picture").attachments
        request = self.adapter().file_request(picture)
        assert request is not None
        assert (request.url, dict(request.headers)) == (picture.url, {})

    # Receipts, coming and going

    @pytest.mark.parametrize(
        ("name", "delivery", "reason"),
        [
            ("delivered__text", Delivery.DELIVERED, None),
            ("seen__text", Delivery.READ, None),
            ("failed__text", Delivery.FAILED, SendFailure.REJECTED),
        ],
    )
    def test_a_receipt(self, name: str, delivery: Delivery, reason: str | None) -> None:
        assert self.event(name) == ReceiptReceived(
            id=f"viber:hoa-mai:{delivery}:{TOKEN + 90}",
            identity=USER,
            occurred_at=AT,
            delivery=delivery,
            reason=reason,
            message_ids=(str(TOKEN + 90),),
        )

    def test_a_receipt_from_another_device_is_the_same_event(self) -> None:
        body = self.body("delivered__text")
        later = body.replace(b"1772420400123", b"1772420499999")
        (again,) = self.adapter().parse(WebhookRequest({}, {}, later)).received
        assert again.event.id == self.event("delivered__text").id

    def test_coming_and_going(self) -> None:
        came, left = self.event("subscribed__user"), self.event("unsubscribed__user")
        assert isinstance(came, ContactReturned)
        assert isinstance(left, ContactBlocked)
        assert came.identity == left.identity == USER

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        ["webhook__set", "conversation_started__link", "client_status__online", "message__group"],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__empty", "a message with neither text nor attachment"),
            ("message__no_location", "a message with neither text nor attachment"),
            ("message__hologram", "no content we know: hologram"),
            ("unknown__hologram", "no event we know: hologram"),
            ("unknown__no_event", "no event"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]

    # Sending

    def sent(self, **fields: Any) -> dict[str, Any]:
        """Return what goes out for a message, as the official SDK reads it, too."""
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        body: dict[str, Any] = json.loads(request.body)
        assert get_message(body).validate()
        return body

    def test_a_reply(self) -> None:
        request = self.reply()
        assert request.url == "https://chatapi.viber.com/pa/send_message"
        assert request.headers["x-viber-auth-token"] == "4453b6-auth-token"
        assert json.loads(request.body) == {
            "receiver": USER.external_id,
            "min_api_version": 1,
            "sender": {"name": "Gốm Hoa Mai"},
            "type": "text",
            "text": "Dạ, shop chào chị ạ 😊",
        }

    def test_a_name_over_the_limit_is_cut(self) -> None:
        request = self.adapter(sender_name="Gốm Hoa Mai " * 9).reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert len(json.loads(request.body)["sender"]["name"]) == 28

    def test_the_longest_text_fits_into_30_kilobytes(self) -> None:
        assert len(self.reply("ộ" * 7000).body) < 30_000

    def test_buttons_say_their_title(self) -> None:
        buttons = (Button(title="Đồng ý", payload="yes"), Button(title="Không", payload="no"))
        keyboard = self.sent(buttons=buttons)["keyboard"]
        assert keyboard["Type"] == "keyboard"
        assert [each["ActionBody"] for each in keyboard["Buttons"]] == ["Đồng ý", "Không"]
        assert [each["Columns"] for each in keyboard["Buttons"]] == [3, 3]

    def test_long_buttons_have_a_row_each(self) -> None:
        buttons = (Button(title="Đổi sang cỡ lớn hơn", payload="1"), Button(title="b", payload="2"))
        keyboard = self.sent(buttons=buttons)["keyboard"]
        assert [each["Columns"] for each in keyboard["Buttons"]] == [6, 6]

    def test_more_buttons_than_viber_shows_are_left_out(self) -> None:
        buttons = tuple(Button(title=str(n), payload=str(n)) for n in range(30))
        assert len(self.sent(buttons=buttons)["keyboard"]["Buttons"]) == 24

    @pytest.mark.parametrize(
        ("sent", "expected"),
        [
            (
                file(AttachmentKind.IMAGE, "image/jpeg", 900_000),
                {"type": "picture", "text": "", "media": URL},
            ),
            (
                file(AttachmentKind.IMAGE, "image/png", None),
                {"type": "picture", "text": "", "media": URL},
            ),
            (
                file(AttachmentKind.IMAGE, "image/jpeg", 2_000_000, "ảnh.jpg"),
                {"type": "file", "size": 2_000_000, "file_name": "ảnh.jpg", "media": URL},
            ),
            (
                file(AttachmentKind.IMAGE, "image/webp", 9, "ảnh.webp"),
                {"type": "file", "size": 9, "file_name": "ảnh.webp", "media": URL},
            ),
            (
                file(AttachmentKind.VIDEO, "video/mp4", 9_000_000),
                {"type": "video", "size": 9_000_000, "media": URL},
            ),
            (
                file(AttachmentKind.VIDEO, "video/mp4", 30_000_000, "v.mp4"),
                {"type": "file", "size": 30_000_000, "file_name": "v.mp4", "media": URL},
            ),
            (
                file(AttachmentKind.FILE, "application/pdf", 7, "a" * 300 + ".pdf"),
                {"type": "file", "size": 7, "file_name": "a" * 252 + ".pdf", "media": URL},
            ),
            (file(AttachmentKind.FILE, "application/pdf", None), {"type": "url", "media": URL}),
            (file(AttachmentKind.VIDEO, "video/mp4", 60_000_000), {"type": "url", "media": URL}),
        ],
    )
    def test_a_file(self, sent: OutboundFile, expected: dict[str, Any]) -> None:
        body = self.sent(text="", files=(sent,))
        assert {name: body[name] for name in expected} == expected

    def test_the_token_of_a_message_sent_is_exact(self) -> None:
        body = b'{"status":0,"status_message":"ok","message_token":5912661846655238147}'
        response = HttpResponse(status=200, headers={}, body=body)
        assert self.adapter().read_reply(response) == "5912661846655238147"

    def test_refused_for_now(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(answer({"status": 12, "status_message": "tooManyRequests"}))

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (1, SendFailure.REJECTED),
            (2, SendFailure.ACCOUNT),
            (3, SendFailure.REJECTED),
            (5, SendFailure.UNKNOWN_RECIPIENT),
            (6, SendFailure.BLOCKED),
            (7, SendFailure.ACCOUNT),
            (10, SendFailure.ACCOUNT),
            (11, SendFailure.UNKNOWN_RECIPIENT),
            (13, SendFailure.REJECTED),
            (24, SendFailure.ACCOUNT),
            (999, SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, status: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(answer({"status": status, "status_message": "no"}))
        assert failed.value.reason is reason

    # The account

    def test_the_webhook_is_set_with_all_events(self) -> None:
        (request,) = self.adapter().subscribe_requests(HOOK)
        assert request.url == "https://chatapi.viber.com/pa/set_webhook"
        assert json.loads(request.body) == {
            "url": HOOK,
            "event_types": ["delivered", "seen", "failed", "subscribed", "unsubscribed"],
            "send_name": True,
        }

    @pytest.mark.parametrize(
        ("told", "problem"),
        [
            ({"webhook": HOOK}, None),
            ({"webhook": "https://other.example/"}, "Viber sends its events elsewhere"),
            ({}, "Viber sends its events elsewhere"),
            ({"webhook": HOOK, "event_types": ["delivered", "failed"]}, "Viber doesn't send seen"),
            ({"status": 2}, "Viber refused with 2"),
        ],
    )
    def test_a_checkup(self, told: dict[str, Any], problem: str | None) -> None:
        request = self.adapter().check_request(HOOK)
        assert request is not None
        assert request.url == "https://chatapi.viber.com/pa/get_account_info"
        events = ["subscribed", "unsubscribed", "delivered", "message", "seen", "failed"]
        found = self.adapter().read_check(
            HOOK, answer({"status": 0, "event_types": events, **told})
        )
        assert (found.problem or "").startswith(problem or "")
        assert (found.problem is None) == (problem is None)

    @pytest.mark.parametrize("told", [{"status": 12}, {}, {"status": 0, "webhook": 5}])
    def test_a_checkup_that_tells_nothing(self, told: dict[str, Any]) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(HOOK, answer(told))
