"""WhatsApp's webhooks."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.channels.base import WebhookRequest
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactUpdated,
    IdentityLinked,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError

from ..contract import Secrets, SignedBodyContract, proves

NUMBER = "482190377001122"
PHONE, NEW_PHONE = "84900000123", "84900000999"
USER = Identity("whatsapp", "hoa-mai", "VN.30918275566410937725")
NEW_USER = Identity("whatsapp", "hoa-mai", "VN.77120934418820016553")
BY_PHONE = Identity("whatsapp", "hoa-mai", PHONE)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
WAMID = "wamid.HBgLODQ5MDAwMDAxMjMVAgASGBQzQTAw"

SECRETS: Secrets = {
    "phone_number_id": NUMBER,
    "waba_id": "204918273645500",
    "app_secret": "app-secret",
    "verify_token": "verify-token",
    "access_token": "access-token",
}


class TestWhatsApp(SignedBodyContract):
    channel: ClassVar[str] = "whatsapp"
    secrets: ClassVar[Secrets] = SECRETS
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-hub-signature-256"
    proven_by: ClassVar[str] = "app_secret"
    sample: ClassVar[str] = "reaction__react"

    def prove(self, body: bytes, secret: str) -> str:
        return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"

    # Proof

    def handshake(self, **query: str) -> WebhookRequest:
        asked = {"mode": "subscribe", "verify_token": "verify-token", "challenge": "1158201444"}
        return WebhookRequest({}, {f"hub.{k}": v for k, v in {**asked, **query}.items()}, b"")

    def test_the_handshake_is_answered_with_its_challenge(self) -> None:
        assert self.adapter().challenge(self.handshake()).body == "1158201444"

    @pytest.mark.parametrize("query", [{"verify_token": "other"}, {"mode": "unsubscribe"}])
    def test_another_handshake_is_refused(self, query: dict[str, str]) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(self.handshake(**query))

    def test_without_a_verify_token_no_handshake_is_answered(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter(verify_token="").challenge(self.handshake(verify_token=""))

    def test_escaped_unicode_is_signed_as_sent(self) -> None:
        body = self.body("message__text_vietnamese")
        assert b"\\u00e0" in body
        again = json.dumps(json.loads(body), ensure_ascii=False).encode()
        assert not proves(self.adapter(), WebhookRequest(self.request(body).headers, {}, again))

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.events(name)[0]
        assert isinstance(event, MessageReceived)
        return event

    def phones(self, name: str) -> list[str | None]:
        telling = (MessageReceived, ContactUpdated)
        told = [each for each in self.events(name) if isinstance(each, telling)]
        return [each.phone for each in told if each.phone]

    def test_text(self) -> None:
        assert self.events("message__text_vietnamese") == [
            MessageReceived(
                id=f"whatsapp:hoa-mai:message:{WAMID}01",
                identity=USER,
                occurred_at=AT,
                message_id=f"{WAMID}01",
                text="Chào shop, bình gốm này còn không ạ? 😍",
                name="Trần Thị Mẫu",
                phone="+84900000123",
            ),
        ]

    def test_somebody_is_the_same_with_and_without_a_phone(self) -> None:
        without = self.message("message__text_without_phone")
        assert without.identity == self.message("message__text_vietnamese").identity
        assert without.name == "Trần Thị Mẫu"
        assert self.phones("message__text_without_phone") == []

    def test_where_no_user_id_is_given_the_phone_is_who_it_is(self) -> None:
        assert self.message("message__text_without_user_id").identity == BY_PHONE
        assert self.phones("message__text_without_user_id") == ["+84900000123"]

    def test_a_number_given_on_request_is_the_senders(self) -> None:
        assert self.message("message__own_contact_asked_for").identity == USER
        assert self.phones("message__own_contact_asked_for") == ["+84900000123"]

    def test_a_number_passed_on_is_somebody_elses(self) -> None:
        assert self.phones("message__contacts") == ["+84900000123"]

    @pytest.mark.parametrize(
        ("name", "refs"),
        [
            ("message__reply", (f"{WAMID}90",)),
            ("message__button_reply", (f"{WAMID}92",)),
            ("message__forwarded", ()),
        ],
    )
    def test_what_a_message_answers(self, name: str, refs: tuple[str, ...]) -> None:
        assert self.message(name).thread_refs == refs

    @pytest.mark.parametrize(
        ("name", "text", "attachment"),
        [
            (
                "message__image",
                "Ly bị vỡ như vầy",
                Attachment(
                    kind=AttachmentKind.IMAGE, mime_type="image/jpeg", file_id="1754951608042154"
                ),
            ),
            (
                "message__voice",
                "",
                Attachment(
                    kind=AttachmentKind.AUDIO,
                    mime_type="audio/ogg; codecs=opus",
                    file_id="1754951608042155",
                ),
            ),
            (
                "message__video",
                "",
                Attachment(
                    kind=AttachmentKind.VIDEO, mime_type="video/mp4", file_id="1754951608042156"
                ),
            ),
            (
                "message__document",
                "Hoá đơn",
                Attachment(
                    kind=AttachmentKind.FILE,
                    name="hoa-don.pdf",
                    mime_type="application/pdf",
                    file_id="1754951608042157",
                ),
            ),
            (
                "message__sticker",
                "",
                Attachment(
                    kind=AttachmentKind.STICKER, mime_type="image/webp", file_id="1754951608042158"
                ),
            ),
            (
                "message__location",
                "",
                Attachment(
                    kind=AttachmentKind.LOCATION,
                    name="Chợ Bến Thành, Quận 1",
                    url="https://maps.example.com/?cid=2",
                    latitude="10.7769",
                    longitude="106.7009",
                ),
            ),
            (
                "message__location_pin",
                "",
                Attachment(kind=AttachmentKind.LOCATION, latitude="10.77", longitude="106"),
            ),
            (
                "message__own_contact_asked_for",
                "",
                Attachment(kind=AttachmentKind.CONTACT, name="+84900000123"),
            ),
            (
                "message__ad_referral",
                "Tư vấn giúp mình",
                Attachment(
                    kind=AttachmentKind.LINK,
                    name="Gốm Hoa Mai giảm 20%",
                    url="https://fb.me/3cr4Wqqkv",
                ),
            ),
            (
                "message__about_a_product",
                "Ly này còn màu xanh không?",
                Attachment(kind=AttachmentKind.LINK, name="LY-GOM-01"),
            ),
        ],
    )
    def test_an_attachment(self, name: str, text: str, attachment: Attachment) -> None:
        message = self.message(name)
        assert (message.text, message.attachments) == (text, (attachment,))

    def test_several_contacts(self) -> None:
        names = [each.name for each in self.message("message__contacts").attachments]
        assert names == ["Chị Lan +84900000456", "Kho"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("message__button_reply", "Rất hài lòng"),
            ("message__list_reply", "Đổi trả"),
            ("message__template_button", "Đúng rồi ạ"),
            ("message__flow_reply_garbled", "[flow]"),
            ("message__interactive_not_converted", "[interactive]"),
            ("message__unsupported", "[unsupported]"),
            ("message__unsupported_poll", "[poll]"),
            ("message__half_an_emoji", "Cảm ơn \ufffd"),
        ],
    )
    def test_what_is_said_otherwise(self, name: str, text: str) -> None:
        assert self.message(name).text == text

    @pytest.mark.parametrize(
        ("name", "choice"),
        [
            ("message__button_reply", "rate:5"),
            ("message__list_reply", "topic:return"),
            ("message__template_button", "YES"),
            ("message__flow_reply", None),
            ("message__unsupported", None),
        ],
    )
    def test_a_tap_tells_its_payload(self, name: str, choice: str | None) -> None:
        assert self.message(name).choice == choice

    def test_a_form_tells_its_answers_by_name(self) -> None:
        assert self.message("message__flow_reply").fields == {
            "Số đơn": "1024",
            "lý do": "vỡ, sai màu",
            "giao lại": "true",
            "x": "ab",
        }
        assert self.message("message__flow_reply_garbled").fields == {}

    def test_a_form_reads_as_it_was_filled_in(self) -> None:
        assert self.message("message__flow_reply").text == (
            "[flow]\nSố đơn: 1024\nlý do: vỡ, sai màu\ngiao lại: true\nx: ab"
        )

    def test_an_order_reads_as_a_list(self) -> None:
        assert self.message("message__order").text == (
            "[order]\n2 × LY-GOM-01 (120000 VND)\n1 × TRA-SEN\nGiao chiều nay nhé"
        )

    def test_a_reaction_and_its_end(self) -> None:
        react, unreact = self.event("reaction__react"), self.event("reaction__unreact")
        assert isinstance(react, MessageReacted)
        assert isinstance(unreact, MessageReacted)
        assert (react.emoji, unreact.emoji) == ("😍", "")
        assert react.message_id == unreact.message_id == f"{WAMID}90"
        assert react.id != unreact.id

    def test_an_edit(self) -> None:
        assert self.event("edit__text") == MessageEdited(
            id=f"whatsapp:hoa-mai:edit:{WAMID}43",
            identity=USER,
            occurred_at=AT,
            message_id=f"{WAMID}01",
            text="Chào shop, bình gốm này còn 2 cái không ạ?",
        )

    @pytest.mark.parametrize(
        ("name", "kept_id", "message_id"),
        [("revoke__text", "45", "01"), ("status__deleted", "90", "90")],
    )
    def test_a_message_taken_back(self, name: str, kept_id: str, message_id: str) -> None:
        assert self.event(name) == MessageDeleted(
            id=f"whatsapp:hoa-mai:deleted:{WAMID}{kept_id}",
            identity=USER,
            occurred_at=AT,
            message_id=f"{WAMID}{message_id}",
        )

    # Who it is

    @pytest.mark.parametrize(
        ("name", "old", "new", "phones"),
        [
            ("system__changed_number", USER, NEW_USER, [f"+{NEW_PHONE}"]),
            (
                "system__changed_number_phones_only",
                BY_PHONE,
                Identity("whatsapp", "hoa-mai", NEW_PHONE),
                [f"+{NEW_PHONE}"],
            ),
            (
                "system__changed_number_older",
                BY_PHONE,
                Identity("whatsapp", "hoa-mai", NEW_PHONE),
                [f"+{NEW_PHONE}"],
            ),
            ("system__changed_user_id", USER, NEW_USER, []),
        ],
    )
    def test_old_and_new_ids_are_one_person(
        self, name: str, old: Identity, new: Identity, phones: list[str]
    ) -> None:
        linked = self.events(name)[0]
        assert isinstance(linked, IdentityLinked)
        assert (linked.identity, linked.other) == (old, new)
        assert self.phones(name) == phones

    # Receipts and echoes

    @pytest.mark.parametrize(
        ("name", "delivery"),
        [
            ("sent", Delivery.SENT),
            ("delivered", Delivery.DELIVERED),
            ("read", Delivery.READ),
            ("played", Delivery.READ),
        ],
    )
    def test_a_receipt_names_its_message(self, name: str, delivery: Delivery) -> None:
        assert self.event(f"status__{name}") == ReceiptReceived(
            id=f"whatsapp:hoa-mai:{name}:{WAMID}90",
            identity=USER,
            occurred_at=AT,
            delivery=delivery,
            message_ids=(f"{WAMID}90",),
        )

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("failed_window", "window_closed"), ("failed_without_a_reason", "rejected")],
    )
    def test_a_message_that_did_not_arrive_says_why(self, name: str, reason: str) -> None:
        receipt = self.event(f"status__{name}")
        assert isinstance(receipt, ReceiptReceived)
        assert (receipt.delivery, receipt.reason) == (Delivery.FAILED, reason)

    def test_a_receipt_of_a_phone_only(self) -> None:
        assert self.event("status__of_a_phone_only").identity == BY_PHONE

    def test_an_answer_in_the_business_app_is_a_persons(self) -> None:
        assert self.event("smb_message_echoes__text") == MessageEchoed(
            id=f"whatsapp:hoa-mai:echo:{WAMID}60",
            identity=USER,
            occurred_at=AT,
            message_id=f"{WAMID}60",
            text="Dạ còn ạ, em gửi chị xem",
        )

    def test_a_picture_sent_from_the_business_app(self) -> None:
        echo = self.event("smb_message_echoes__image")
        assert isinstance(echo, MessageEchoed)
        assert [each.kind for each in echo.attachments] == [AttachmentKind.IMAGE]

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "account_update__of_no_use",
            "calls__of_no_use",
            "edit__caption_taken_away",
            "history__of_no_use",
            "message__call_permission",
            "message__of_a_group",
            "message__welcome",
            "message_template_status_update__of_no_use",
            "smb_app_state_sync__of_no_use",
            "smb_message_echoes__edit",
            "smb_message_echoes__revoke",
            "standby__of_no_use",
            "status__of_a_group",
            "system__identity_changed",
            "test_button__messages",
            "user_preferences__of_no_use",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("errors__of_the_account", "neither message nor status; errors [130429]"),
            ("message__empty", "a message with neither text nor attachment"),
            ("message__hologram", "no message type we know: hologram"),
            ("message__interactive_unknown", "no interactive type we know: hologram_reply"),
            ("message__nobody", "the customer has neither a user id nor a phone"),
            ("message__of_another_number", "a change of another phone number"),
            ("reaction__to_nothing", "a reaction to nothing"),
            ("status__unknown", "no status we know: evaporated"),
            ("system__unknown", "no change we know: user_became_hologram"),
            ("unknown__field", "no field we know: holograms"),
            ("unknown__no_changes", "no field we know: None"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    @pytest.mark.parametrize("type_", ["edit", "revoke", "system"])
    def test_a_kind_without_its_object_is_kept(self, type_: str) -> None:
        body = self.body("reaction__to_nothing").replace(b'"reaction"', f'"{type_}"'.encode())
        parsed = self.adapter().parse(WebhookRequest({}, {}, body))
        assert (len(parsed.received), len(parsed.unrecognised)) == (0, 1)

    # Batches

    def test_everything_in_every_change_of_every_entry_comes_through(self) -> None:
        events = self.events("batch__two_entries_several_changes")
        said = [(each.text, each.name) for each in events if isinstance(each, MessageReceived)]
        assert said == [("một", "Trần Thị Mẫu"), ("hai", "Lê Văn Hùng"), ("ba", "Lê Văn Hùng")]
        receipts = [each for each in events if isinstance(each, ReceiptReceived)]
        assert [each.delivery for each in receipts] == [Delivery.DELIVERED, Delivery.READ]
        assert [each.identity for each in receipts] == [
            USER,
            Identity("whatsapp", "hoa-mai", "VN.10020030040050060070"),
        ]

    def test_beside_an_event_no_other_customer_is_kept(self) -> None:
        for each in self.parse("batch__two_entries_several_changes").received:
            contacts = json.loads(each.raw)["entry"][0]["changes"][0]["value"]["contacts"]
            assert [contact["user_id"] for contact in contacts] == [each.event.identity.external_id]

    def test_bad_parts_do_not_lose_the_others(self) -> None:
        parsed = self.parse("batch__one_bad_part")
        messages = [each.event for each in parsed.received]
        texts = [each.text for each in messages if isinstance(each, MessageReceived)]
        assert texts == ["một", "bốn", "sáu"]
        assert [part.reason for part in parsed.unrecognised] == [
            "Value: messages.0.text.body: string_pattern_mismatch",
            "Value: messages.0: model_type",
            "Value: messages.0.id: missing",
            "no field we know: None",
            "no field we know: None",
        ]

    def test_a_part_is_the_same_however_it_is_batched(self) -> None:
        batch = json.loads(self.body("batch__one_bad_part"))
        entry = {**batch["entry"][0], "time": 1}
        entry["changes"] = entry["changes"][:1]
        entry["changes"][0]["value"]["messages"] = entry["changes"][0]["value"]["messages"][1:3]
        payload = json.dumps({**batch, "entry": [entry]}).encode()
        again = self.adapter().parse(WebhookRequest({}, {}, payload)).unrecognised
        first = self.parse("batch__one_bad_part").unrecognised
        assert [part.id for part in again] == [part.id for part in first[:2]]

    @pytest.mark.parametrize("odd", [None, True, 7, "", "x" * 300, [], {}, [[]], [{}], [7]])
    def test_whatever_stands_in_a_place_the_part_is_read_or_kept(self, odd: object) -> None:
        names = ("batch__two_entries_several_changes", "system__changed_number", "message__order")
        for name in names:
            for changed in with_each_place_replaced(json.loads(self.body(name)), odd):
                body = json.dumps(changed).encode()
                with suppress(MalformedPayloadError):
                    self.adapter().parse(WebhookRequest({}, {}, body))

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"object": "whatsapp_business_account"},
            {"object": "whatsapp_business_account", "entry": {}},
            {"object": "page", "entry": []},
        ],
    )
    def test_another_kind_of_payload_is_malformed(self, payload: object) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def with_each_place_replaced(document: Any, odd: object) -> Iterator[Any]:
    """Yield copies of a document with `odd` in one of its places each."""
    yield odd
    places: Iterable[tuple[Any, Any]] = ()
    if isinstance(document, dict):
        places = document.items()
    elif isinstance(document, list):
        places = enumerate(document)
    for place, value in places:
        for changed in with_each_place_replaced(value, odd):
            copy = document.copy()
            copy[place] = changed
            yield copy
