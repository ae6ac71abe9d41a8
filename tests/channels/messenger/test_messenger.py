"""Facebook Messenger."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest

from chalicelib.channels.base import (
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundFile,
    Passage,
    WebhookRequest,
)
from chalicelib.channels.meta import PAGE_FIELDS
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactUpdated,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Delivery
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves

PAGE_ID = "210984733105522"
USER = Identity("messenger", "hoa-mai", "8811402277633901")
AT = datetime(2026, 3, 2, 2, 0, 0, 123000, tzinfo=UTC)
WEBHOOK = "https://desk.example.com/webhooks/messenger/hoa-mai"
FILE = OutboundFile(
    kind=AttachmentKind.FILE,
    name="hoa-don.pdf",
    mime_type="application/pdf",
    url="https://files.example.com/hoa-don.pdf?X-Amz-Signature=1",
    size=48_211,
)
MID = "m_Qx7TaLk0vB2dRz"


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


def refused(code: int, subcode: int = 0, *, is_transient: bool = False) -> HttpResponse:
    error = {
        "message": "(#1) no",
        "type": "OAuthException",
        "code": code,
        "error_subcode": subcode,
        "is_transient": is_transient,
        "fbtrace_id": "A1",
    }
    return answer({"error": error}, 400)


class TestMessenger(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "messenger"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "app_id": "640118274993321",
        "page_id": PAGE_ID,
        "app_secret": "app-secret",
        "verify_token": "verify-token",
        "page_access_token": "page-access-token",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-hub-signature-256"
    proven_by: ClassVar[str] = "app_secret"
    sample: ClassVar[str] = "message__reply"

    def prove(self, body: bytes, secret: str) -> str:
        return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"

    # Proof

    def handshake(self, **query: str) -> WebhookRequest:
        asked = {"mode": "subscribe", "verify_token": "verify-token", "challenge": "1158201444"}
        return WebhookRequest({}, {f"hub.{k}": v for k, v in {**asked, **query}.items()}, b"")

    def test_the_handshake_is_answered_with_its_challenge(self) -> None:
        assert self.adapter().challenge(self.handshake()).body == "1158201444"

    @pytest.mark.parametrize(
        "query",
        [{"verify_token": ""}, {"verify_token": "other"}, {"mode": "unsubscribe"}, {"mode": ""}],
    )
    def test_another_handshake_is_refused(self, query: dict[str, str]) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(self.handshake(**query))

    def test_a_handshake_without_anything_is_refused(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(WebhookRequest({}, {}, b""))

    def test_without_a_verify_token_no_handshake_is_answered(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter(verify_token="").challenge(self.handshake(verify_token=""))

    def test_escaped_unicode_is_signed_as_sent(self) -> None:
        body = self.body("message__text_vietnamese")
        assert b"\\u00e0" in body
        again = json.dumps(json.loads(body), ensure_ascii=False).encode()
        assert not proves(self.adapter(), WebhookRequest(self.request(body).headers, {}, again))

    def test_the_older_sha1_signature_proves_nothing(self) -> None:
        body = self.body(self.sample)
        sha1 = hmac.new(b"app-secret", body, hashlib.sha1).hexdigest()
        for name in ("x-hub-signature", "x-hub-signature-256"):
            assert not proves(self.adapter(), WebhookRequest({name: f"sha1={sha1}"}, {}, body))

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_text(self) -> None:
        assert self.event("message__text_vietnamese") == MessageReceived(
            id=f"messenger:hoa-mai:message:{MID}01",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}01",
            text="Chào shop, áo này còn size L không? 😍",
        )

    def test_reply(self) -> None:
        assert self.message("message__reply").thread_refs == (f"{MID}90",)

    @pytest.mark.parametrize(
        ("name", "attachment"),
        [
            (
                "message__image",
                Attachment(
                    kind=AttachmentKind.IMAGE, url="https://cdn.example.com/a.jpg?oh=1&oe=2"
                ),
            ),
            (
                "message__audio",
                Attachment(kind=AttachmentKind.AUDIO, url="https://cdn.example.com/a.mp4"),
            ),
            (
                "message__sticker_2026",
                Attachment(
                    kind=AttachmentKind.STICKER,
                    url="https://cdn.example.com/s.png",
                    file_id="369239263222822",
                ),
            ),
            (
                "message__sticker_id_only",
                Attachment(kind=AttachmentKind.STICKER, file_id="369239263222822"),
            ),
            (
                "message__location",
                Attachment(
                    kind=AttachmentKind.LOCATION,
                    name="Vị trí đã ghim",
                    url="https://www.example.com/maps",
                    latitude="21.028511",
                    longitude="0.0000105",
                ),
            ),
            (
                "message__link",
                Attachment(
                    kind=AttachmentKind.LINK, name="Áo dài lụa", url="https://shop.example.com/ao"
                ),
            ),
            (
                "message__link_older",
                Attachment(
                    kind=AttachmentKind.LINK, name="Áo dài lụa", url="https://shop.example.com/ao"
                ),
            ),
            (
                "message__reel",
                Attachment(
                    kind=AttachmentKind.LINK, name="ig_reel", url="https://cdn.example.com/reel"
                ),
            ),
        ],
    )
    def test_an_attachment(self, name: str, attachment: Attachment) -> None:
        assert self.message(name).attachments == (attachment,)

    def test_several_attachments_with_words(self) -> None:
        message = self.message("message__video_and_file")
        assert message.text == "Đây ạ"
        assert [each.kind for each in message.attachments] == [
            AttachmentKind.VIDEO,
            AttachmentKind.FILE,
        ]

    def test_a_sticker_that_comes_as_image_and_as_sticker_is_shown_once(self) -> None:
        (sticker,) = self.message("message__sticker_pair").attachments
        assert (sticker.kind, sticker.file_id) == (AttachmentKind.STICKER, "369239263222822")

    def test_a_quick_reply_reads_as_the_person_saw_it(self) -> None:
        assert self.message("message__quick_reply").text == "Đổi hàng"

    @pytest.mark.parametrize(
        ("name", "phone", "email"),
        [
            ("message__quick_reply_phone", "+84900000123", None),
            ("message__quick_reply_email", None, "khach@example.com"),
        ],
    )
    def test_a_shared_contact(self, name: str, phone: str | None, email: str | None) -> None:
        message, updated = self.events(name)
        assert isinstance(message, MessageReceived)
        assert isinstance(updated, ContactUpdated)
        assert (updated.phone, updated.email) == (phone, email)
        assert updated.identity == USER

    def test_a_message_from_an_advertisement(self) -> None:
        assert self.message("message__ad_referral").text == "Tư vấn giúp mình"

    def test_a_message_messenger_cannot_show_says_so(self) -> None:
        assert self.message("message__unsupported").text == "[unsupported]"

    def test_half_an_emoji_does_not_lose_the_message(self) -> None:
        assert self.message("message__half_an_emoji").text == "Cảm ơn \ufffd"

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("postback__button", "Theo dõi đơn hàng"),
            ("postback__get_started_referral", "Bắt đầu"),
            ("postback__older", "TRACK_ORDER"),
        ],
    )
    def test_a_postback_reads_as_the_button(self, name: str, text: str) -> None:
        message = self.message(name)
        assert message.text == text
        assert message.id == f"messenger:hoa-mai:postback:{message.message_id}"

    @pytest.mark.parametrize(
        ("name", "choice"),
        [
            ("message__quick_reply", "EXCHANGE"),
            ("postback__button", "TRACK_ORDER"),
            ("postback__older", "TRACK_ORDER"),
            ("message__text_vietnamese", None),
        ],
    )
    def test_a_tap_tells_its_payload(self, name: str, choice: str | None) -> None:
        assert self.message(name).choice == choice

    def test_an_older_postback_is_told_apart_by_person_time_and_payload(self) -> None:
        body = self.body("postback__older")
        changes = ((b"8811402277633901", b"8811402277633902"), (b"800123", b"800124"))
        bodies = [body, *(body.replace(old, new) for old, new in changes)]
        requests = [WebhookRequest({}, {}, each) for each in bodies]
        parsed = [self.adapter().parse(request).received[0].event.id for request in requests]
        assert len(set(parsed)) == len(bodies)

    def test_a_message_taken_back(self) -> None:
        assert self.event("message__unsent") == MessageDeleted(
            id=f"messenger:hoa-mai:deleted:{MID}01",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}01",
        )

    def test_an_edit(self) -> None:
        event = self.event("message_edit__text")
        assert isinstance(event, MessageEdited)
        assert event.id == f"messenger:hoa-mai:edit:1:{MID}01"
        assert event.text == "Chào shop, áo này còn size M không?"

    def test_an_edit_without_words_is_ignored(self) -> None:
        assert self.events("message_edit__num_0") == []

    # Echoes, receipts, reactions

    def test_an_echo_of_our_app_is_ours(self) -> None:
        assert self.event("message_echo__ours") == MessageEchoed(
            id=f"messenger:hoa-mai:echo:{MID}23",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}23",
            text="Dạ còn ạ",
            ours=True,
        )

    def test_an_echo_of_another_app_is_a_persons(self) -> None:
        event = self.event("message_echo__page_inbox")
        assert isinstance(event, MessageEchoed)
        assert (event.ours, event.author_id) == (False, "263902037430900")
        assert event.identity == USER

    def test_an_echo_of_a_template(self) -> None:
        event = self.event("message_echo__template")
        assert isinstance(event, MessageEchoed)
        assert event.attachments == (
            Attachment(kind=AttachmentKind.LINK, name="template", url="https://www.example.com/"),
        )

    def test_a_reaction_and_its_end(self) -> None:
        react, unreact = self.event("reaction__react"), self.event("reaction__unreact")
        assert isinstance(react, MessageReacted)
        assert isinstance(unreact, MessageReacted)
        assert (react.emoji, unreact.emoji) == ("😍", "")
        assert react.message_id == unreact.message_id == f"{MID}23"
        assert react.id != unreact.id

    def test_the_pages_own_reaction_is_ignored(self) -> None:
        assert self.events("reaction__by_page") == []

    def test_delivered_messages_are_named_and_have_a_watermark(self) -> None:
        event = self.event("delivery__mids")
        assert isinstance(event, ReceiptReceived)
        assert event.delivery is Delivery.DELIVERED
        assert event.message_ids == (f"{MID}23", f"{MID}24")
        assert event.watermark_at == datetime(2026, 3, 2, 2, 0, 10, tzinfo=UTC)

    def test_receipts_with_a_watermark_only(self) -> None:
        for name, delivery in (
            ("delivery__watermark_only", Delivery.DELIVERED),
            ("read__watermark", Delivery.READ),
        ):
            event = self.event(name)
            assert isinstance(event, ReceiptReceived)
            assert (event.delivery, event.message_ids) == (delivery, ())
            assert event.watermark_at is not None

    def test_two_receipts_of_one_watermark_are_two(self) -> None:
        assert self.event("delivery__mids").id != self.event("delivery__watermark_only").id

    # Standby: another app has the thread

    def test_what_a_customer_says_in_standby_is_said_all_the_same(self) -> None:
        message = self.message("standby__other_app")
        assert (message.id, message.text) == (f"messenger:hoa-mai:message:{MID}27", "Xin chào")

    def test_an_answer_in_standby_is_a_persons_in_page_inbox(self) -> None:
        event = self.event("standby__echo_page_inbox")
        assert isinstance(event, MessageEchoed)
        assert (event.identity, event.ours, event.author_id) == (USER, False, "263902037430900")
        assert event.text == "Dạ em kiểm tra ngay ạ"

    def test_a_receipt_in_standby_counts(self) -> None:
        assert isinstance(self.event("standby__read"), ReceiptReceived)

    def test_the_same_message_in_standby_and_out_of_it_is_the_same_event(self) -> None:
        body = self.body("standby__other_app")
        again = self.adapter().parse(
            WebhookRequest({}, {}, body.replace(b'"standby"', b'"messaging"'))
        )
        assert [each.event for each in again.received] == [self.event("standby__other_app")]

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "pass_thread_control__to_inbox",
            "referral__shortlink",
            "optin__marketing",
            "test_button__messages",
            "feed__comment",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__empty", "a message with neither text nor attachment"),
            ("message__guest", "the customer has no page-scoped id"),
            (
                "policy_enforcement__block",
                "no event we know among ['policy_enforcement', 'recipient', 'timestamp']",
            ),
            (
                "unknown__hologram",
                "no event we know among ['hologram', 'recipient', 'sender', 'timestamp']",
            ),
            ("unknown__empty_element", "no event we know among []"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    # Batches

    def test_every_message_of_every_entry_comes_through(self) -> None:
        events = self.events("batch__two_entries_two_messages_and_receipt")
        texts = [each.text for each in events if isinstance(each, MessageReceived)]
        assert texts == ["một", "hai", "ba", "bốn"]
        assert isinstance(events[-1], ReceiptReceived)

    def test_bad_parts_do_not_lose_the_others(self) -> None:
        parsed = self.parse("batch__one_bad_part")
        messages = [each.event for each in parsed.received]
        texts = [each.text for each in messages if isinstance(each, MessageReceived)]
        assert texts == ["một", "bốn", "sáu"]
        assert [part.reason for part in parsed.unrecognised] == [
            "Messaging: message.mid: string_type",
            "Messaging: message.text: string_pattern_mismatch",
            "an entry of another page",
            "an entry without a page",
        ]

    def test_a_part_is_the_same_however_it_is_batched(self) -> None:
        batch = json.loads(self.body("batch__one_bad_part"))
        batch["entry"] = [{**batch["entry"][0], "time": 1}]
        batch["entry"][0]["messaging"] = batch["entry"][0]["messaging"][1:2]
        alone = self.adapter().parse(WebhookRequest({}, {}, json.dumps(batch).encode()))
        together = self.parse("batch__one_bad_part")
        assert alone.unrecognised[0].id == together.unrecognised[0].id

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"object": "page"},
            {"object": "page", "entry": {}},
            {"object": "instagram", "entry": []},
            {"object": "user", "entry": [{"id": PAGE_ID}]},
        ],
    )
    def test_another_kind_of_payload_is_malformed(self, payload: object) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))

    # Sending

    def test_a_reply_carries_our_id(self) -> None:
        request = self.reply()
        assert request.method == "POST"
        assert request.url == f"https://graph.facebook.com/v25.0/{PAGE_ID}/messages"
        assert request.headers["authorization"] == "Bearer page-access-token"
        assert json.loads(request.body) == {
            "recipient": {"id": USER.external_id},
            "messaging_type": "RESPONSE",
            "message": {"text": "Dạ, shop chào chị ạ 😊", "metadata": "4821937000000001"},
        }

    def composed(self, **fields: Any) -> Any:
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        return json.loads(request.body)

    def test_a_late_answer_is_marked_as_a_persons(self) -> None:
        call = self.composed(passage=Passage.TAGGED)
        assert (call["messaging_type"], call["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
        can = self.adapter().capabilities
        assert (can.open_window, can.reply_window) == (timedelta(hours=24), timedelta(days=7))
        assert can.late_passage is Passage.TAGGED

    def test_the_first_part_of_a_persons_answer_quotes_what_it_answers(self) -> None:
        assert self.composed(reply_to_id=f"{MID}01")["reply_to"] == {"mid": f"{MID}01"}
        for without in ({"part": 1}, {"automatic": True}, {"attempt": 2}):
            assert "reply_to" not in self.composed(reply_to_id=f"{MID}01", **without)

    def test_an_older_postback_is_no_message_to_quote(self) -> None:
        assert "reply_to" not in self.composed(reply_to_id="0" * 32)

    def test_a_quote_that_is_refused_is_tried_again_without(self) -> None:
        error = {"message": "(#100) Invalid reply_to mid", "code": 100}
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(answer({"error": error}, 400))

    def test_a_closed_window_stays_closed_whatever_the_words(self) -> None:
        error = {"message": "reply_to", "code": 10, "error_subcode": 2018278}
        with pytest.raises(PermanentSendError):
            self.adapter().read_reply(answer({"error": error}, 400))

    def test_buttons_are_quick_replies_of_a_length_meta_takes(self) -> None:
        buttons = tuple(Button(title=f"Lựa chọn {n}", payload=f"choice-{n}") for n in range(15))
        replies = self.composed(buttons=buttons)["message"]["quick_replies"]
        assert len(replies) == 13
        assert replies[0] == {
            "content_type": "text",
            "title": "Lựa chọn 0",
            "payload": "choice-0",
        }
        (long,) = self.composed(buttons=(Button(title="Tôi chưa nhận được hàng", payload="x"),))[
            "message"
        ]["quick_replies"]
        assert long["title"] == "Tôi chưa nhận được…"

    @pytest.mark.parametrize(
        ("kind", "type_"),
        [
            (AttachmentKind.IMAGE, "image"),
            (AttachmentKind.AUDIO, "audio"),
            (AttachmentKind.VIDEO, "video"),
            (AttachmentKind.FILE, "file"),
        ],
    )
    def test_a_file_is_fetched_from_its_address(self, kind: AttachmentKind, type_: str) -> None:
        message = self.composed(text="", files=(replace(FILE, kind=kind),))["message"]
        assert message == {
            "attachment": {"type": type_, "payload": {"url": FILE.url, "is_reusable": False}},
            "metadata": "4821937000000001",
        }

    def test_words_beside_a_file_take_its_link_along(self) -> None:
        message = self.composed(text="Hóa đơn ạ", files=(FILE,))["message"]
        assert message["text"] == f"Hóa đơn ạ\n{FILE.url}"
        assert "attachment" not in message

    # Health

    def test_app_and_page_are_subscribed_in_this_order(self) -> None:
        app, page = self.adapter().subscribe_requests(WEBHOOK)
        assert app.url == "https://graph.facebook.com/v25.0/640118274993321/subscriptions"
        assert app.headers["authorization"] == "Bearer 640118274993321|app-secret"
        asked = json.loads(app.body)
        assert (asked["object"], asked["callback_url"]) == ("page", WEBHOOK)
        assert asked["verify_token"] == "verify-token"
        place, _, query = page.url.partition("?")
        assert place == f"https://graph.facebook.com/v25.0/{PAGE_ID}/subscribed_apps"
        assert page.headers["authorization"] == "Bearer page-access-token"
        fields = dict(parse_qsl(query))["subscribed_fields"].split(",")
        assert fields == asked["fields"].split(",")
        assert {"messages", "feed"} <= set(fields)
        assert "app-secret" not in repr(app)

    @pytest.mark.parametrize(
        ("apps", "problem"),
        [
            ([{"id": "640118274993321", "subscribed_fields": list(PAGE_FIELDS)}], None),
            ([{"id": 640118274993321, "subscribed_fields": [*PAGE_FIELDS, "calls"]}], None),
            ([], "the app is not subscribed to these events any more"),
            (
                [{"id": "1", "subscribed_fields": list(PAGE_FIELDS)}],
                "the app is not subscribed to these events any more",
            ),
            (
                [
                    {
                        "id": "640118274993321",
                        "subscribed_fields": [
                            each for each in PAGE_FIELDS if each not in ("messages", "standby")
                        ],
                    }
                ],
                "not subscribed to messages",
            ),
            ({}, "Meta lists the subscribed apps in no shape we know"),
        ],
    )
    def test_what_meta_says_of_the_page(self, apps: object, problem: str | None) -> None:
        asked = self.adapter().check_request(WEBHOOK)
        assert asked is not None
        assert asked.url == f"https://graph.facebook.com/v25.0/{PAGE_ID}/subscribed_apps"
        told = answer({"data": apps})
        assert self.adapter().read_check(WEBHOOK, told) == Checkup(problem=problem)

    def test_a_token_that_expired_is_a_problem(self) -> None:
        found = self.adapter().read_check(WEBHOOK, refused(190, 463))
        assert (
            found.problem
            == "Meta refused with 190/463: the token is refused, or lacks a permission"
        )

    def test_a_check_of_a_busy_platform_is_made_again(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(WEBHOOK, refused(4))

    # Files of customers

    def test_a_file_is_fetched_from_metas_link(self) -> None:
        (image,) = self.message("message__image").attachments
        request = self.adapter().file_request(image)
        assert request is not None
        assert request.url == "https://cdn.example.com/a.jpg?oh=1&oe=2"

    def test_the_id_of_a_message_sent(self) -> None:
        sent = {"recipient_id": USER.external_id, "message_id": "m_1"}
        assert self.adapter().read_reply(answer(sent)) == "m_1"

    @pytest.mark.parametrize("code", [1, 2, 4, 17, 32, 613, 1200])
    def test_refused_for_now(self, code: int) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(refused(code))

    def test_what_calls_itself_transient_is_refused_for_now(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(refused(9999, is_transient=True))

    def test_a_rate_limit_asks_for_a_minute(self) -> None:
        with pytest.raises(TransientSendError) as slow:
            self.adapter().read_reply(refused(613))
        assert slow.value.retry_after == timedelta(minutes=1)

    @pytest.mark.parametrize(
        ("code", "subcode", "reason"),
        [
            (10, 2018278, SendFailure.WINDOW_CLOSED),
            (10, 2534022, SendFailure.WINDOW_CLOSED),
            (551, 1545041, SendFailure.BLOCKED),
            (200, 1545041, SendFailure.BLOCKED),
            (551, 0, SendFailure.BLOCKED),
            (10, 2018108, SendFailure.UNKNOWN_RECIPIENT),
            (100, 2018001, SendFailure.UNKNOWN_RECIPIENT),
            (190, 463, SendFailure.ACCOUNT),
            (102, 0, SendFailure.ACCOUNT),
            (3, 0, SendFailure.ACCOUNT),
            (10, 0, SendFailure.ACCOUNT),
            (230, 0, SendFailure.ACCOUNT),
            (100, 2018047, SendFailure.REJECTED),
            (100, 0, SendFailure.REJECTED),
            (9999, 0, SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, code: int, subcode: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(code, subcode))
        assert failed.value.reason is reason

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request(USER.external_id)
        assert request is not None
        assert request.url == (
            f"https://graph.facebook.com/v25.0/{USER.external_id}?fields=name,first_name,last_name"
        )
        assert request.headers["authorization"] == "Bearer page-access-token"

    @pytest.mark.parametrize(
        ("told", "name"),
        [
            ({"name": "Trần Thị Mẫu", "first_name": "Mẫu", "id": "8"}, "Trần Thị Mẫu"),
            ({"first_name": "Mẫu", "last_name": "Trần"}, "Mẫu Trần"),
            ({"first_name": "Mẫu"}, "Mẫu"),
        ],
    )
    def test_a_profile(self, told: object, name: str) -> None:
        event = self.adapter().read_profile(USER.external_id, answer(told), NOON)
        assert event is not None
        assert (event.identity, event.name, event.occurred_at) == (USER, name, NOON)

    @pytest.mark.parametrize(
        "told", [{}, {"error": {"code": 100, "error_subcode": 2018218}}, {"name": 5}, []]
    )
    def test_a_profile_that_tells_nothing(self, told: object) -> None:
        assert self.adapter().read_profile("8", answer(told), NOON) is None
