"""Zalo Official Account."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.channels.base import HttpResponse, Parsed, WebhookRequest
from chalicelib.channels.zalo.tokens import read_tokens, refresh_request
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    MessageEchoed,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery
from chalicelib.errors import (
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves

APP_ID = "4031172906508817425"
USER = Identity("zalo", "hoa-mai", "7718209365541120984")
AT = datetime(2026, 3, 2, 2, 0, 0, 123000, tzinfo=UTC)


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


class TestZalo(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "zalo"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "app_id": APP_ID,
        "oa_id": "2915630847711640023",
        "oa_secret_key": "oa-secret-key",
        "access_token": "access-token",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-zevent-signature"
    proven_by: ClassVar[str] = "oa_secret_key"
    sample: ClassVar[str] = "user_send_text__vietnamese"

    def prove(self, body: bytes, secret: str) -> str:
        try:
            timestamp = str(json.loads(body)["timestamp"])
        except (ValueError, TypeError, KeyError, RecursionError):
            timestamp = ""
        signed = APP_ID.encode() + body + timestamp.encode() + secret.encode()
        return f"mac={hashlib.sha256(signed).hexdigest()}"

    # Proof

    def test_the_signature_is_taken_without_its_prefix(self) -> None:
        request = self.request(self.body(self.sample))
        bare = {self.proof: request.headers[self.proof].removeprefix("mac=")}
        assert proves(self.adapter(), WebhookRequest(bare, {}, request.body))

    def test_a_number_as_timestamp_is_signed_as_printed(self) -> None:
        body = self.body(self.sample).replace(b'"1772416800123"', b"1772416800123")
        assert proves(self.adapter(), self.request(body))

    def test_the_app_secret_is_taken_where_configured(self) -> None:
        request = self.request(self.body(self.sample), "app-secret")
        assert proves(self.adapter(app_secret="app-secret"), request)
        assert not proves(self.adapter(), request)

    def test_the_app_secret_alone_is_taken_too(self) -> None:
        request = self.request(self.body(self.sample), "app-secret")
        adapter = self.adapter(oa_secret_key="", app_secret="app-secret")
        assert proves(adapter, request)

    @pytest.mark.parametrize(
        "body",
        [
            b'{"app_id":"999","timestamp":"1"}',
            b'{"timestamp":"1"}',
            b'{"app_id":"4031172906508817425"}',
            b'{"app_id":"4031172906508817425","timestamp":null}',
            b'{"app_id":["4031172906508817425"],"timestamp":"1"}',
        ],
    )
    def test_a_body_of_another_app_or_time_is_refused(self, body: bytes) -> None:
        assert not proves(self.adapter(), self.request(body))

    def test_hmac_is_not_the_rule(self) -> None:
        body = self.body(self.sample)
        wrong = hashlib.sha256(b"oa-secret-key" + body).hexdigest()
        assert not proves(self.adapter(), WebhookRequest({self.proof: f"mac={wrong}"}, {}, body))

    @pytest.mark.parametrize("body", [b"{}", b" {}\n"])
    def test_the_registration_probe_is_let_in_and_tells_nothing(self, body: bytes) -> None:
        probe = WebhookRequest({}, {}, body)
        assert proves(self.adapter(), probe)
        assert self.adapter().parse(probe) == Parsed()

    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ({"x-zevent-signature": ""}, b"{}"),
            ({"x-zevent-signature": "mac=" + "0" * 64}, b"{}"),
            ({}, b'{"x":1}'),
            ({}, b"[]"),
            ({}, b""),
            ({}, b"{ }"),
        ],
    )
    def test_nothing_but_the_probe_is_let_in(self, headers: dict[str, str], body: bytes) -> None:
        assert not proves(self.adapter(), WebhookRequest(headers, {}, body))

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def attachment(self, name: str) -> Attachment:
        (attachment,) = self.message(name).attachments
        return attachment

    def test_text(self) -> None:
        assert self.event("user_send_text__vietnamese") == MessageReceived(
            id="zalo:hoa-mai:message:5f0c1d7be2a94683d011",
            identity=USER,
            occurred_at=AT,
            message_id="5f0c1d7be2a94683d011",
            text="Áo giao bị rách, đổi giúp mình nhé 😢",
        )

    def test_quote(self) -> None:
        assert self.message("user_send_text__quote").thread_refs == ("aa90be5526dd3f10c7e4",)

    def test_image_with_caption_keeps_both(self) -> None:
        message = self.message("user_send_image__caption")
        assert message.text == "Hộp bị móp"
        assert message.attachments == (
            Attachment(kind=AttachmentKind.IMAGE, url="https://photo.example.com/a.jpg"),
        )

    def test_gif(self) -> None:
        assert self.attachment("user_send_gif__gif").kind is AttachmentKind.IMAGE

    def test_link(self) -> None:
        assert self.attachment("user_send_link__link") == Attachment(
            kind=AttachmentKind.LINK, name="Áo dài lụa", url="https://shop.example.com/ao-dai"
        )

    def test_audio(self) -> None:
        assert self.attachment("user_send_audio__voice") == Attachment(
            kind=AttachmentKind.AUDIO, url="https://voice.example.com/v.amr"
        )

    def test_video(self) -> None:
        assert self.attachment("user_send_video__video") == Attachment(
            kind=AttachmentKind.VIDEO, url="https://video.example.com/v.mp4"
        )

    def test_sticker(self) -> None:
        assert self.attachment("user_send_sticker__sticker") == Attachment(
            kind=AttachmentKind.STICKER,
            url="https://sticker.example.com/s?eid=1",
            file_id="83e90e033246db188257",
        )

    def test_location_as_zalo_printed_it(self) -> None:
        assert self.attachment("user_send_location__place") == Attachment(
            kind=AttachmentKind.LOCATION, latitude="21.0285110", longitude="105.8041700"
        )

    def test_business_card(self) -> None:
        assert self.attachment("user_send_business_card__phone") == Attachment(
            kind=AttachmentKind.CONTACT,
            name="+84900000123",
            url="https://zalo.example.com/84900000123",
        )

    def test_file(self) -> None:
        assert self.attachment("user_send_file__pdf") == Attachment(
            kind=AttachmentKind.FILE,
            name="hoa-don.pdf",
            size=48211,
            url="https://file.example.com/hoa-don.pdf",
        )

    def test_the_consoles_test_button(self) -> None:
        assert self.message("user_send_audio__test_button").text == "This is testing message"

    def test_a_message_without_its_content_says_what_it_was(self) -> None:
        assert self.message("user_send_sticker__without_attachment").text == "[sticker]"

    def test_a_question_about_a_product(self) -> None:
        message = self.message("user_asking_product__shop")
        assert message.text == "Áo này có size L không ạ?"
        assert [each.name for each in message.attachments] == ["Áo dài lụa"]

    # Echoes, receipts, reactions

    def test_an_echo_without_admin_is_ours(self) -> None:
        assert self.event("oa_send_text__by_api") == MessageEchoed(
            id="zalo:hoa-mai:echo:73c200350e6cef30b671",
            identity=USER,
            occurred_at=AT,
            message_id="73c200350e6cef30b671",
            text="Dạ shop đổi ngay ạ",
            ours=True,
        )

    def test_an_echo_with_admin_is_a_persons(self) -> None:
        event = self.event("oa_send_text__by_admin")
        assert isinstance(event, MessageEchoed)
        assert (event.ours, event.author_id) == (False, "6603918274410095523")
        assert event.identity == USER

    def test_an_echo_of_an_image(self) -> None:
        event = self.event("oa_send_image__by_admin")
        assert isinstance(event, MessageEchoed)
        assert [each.kind for each in event.attachments] == [AttachmentKind.IMAGE]

    def test_received_turns_sender_and_recipient_round(self) -> None:
        assert self.event("user_received_message__one") == ReceiptReceived(
            id=f"zalo:hoa-mai:delivered:{USER.external_id}:1772416800123:73c200350e6cef30b671",
            identity=USER,
            occurred_at=AT,
            delivery=Delivery.DELIVERED,
            message_ids=("73c200350e6cef30b671",),
        )

    def test_a_receipt_of_a_template_to_a_phone_is_ignored(self) -> None:
        assert self.events("user_received_message__zns") == []

    def test_seen_names_each_message_once(self) -> None:
        event = self.event("user_seen_message__several")
        assert isinstance(event, ReceiptReceived)
        assert event.delivery is Delivery.READ
        assert event.message_ids == ("73c200350e6cef30b671", "73c200350e6cef30b672")
        assert event.identity == USER

    def test_a_reaction(self) -> None:
        event = self.event("user_reacted_message__heart")
        assert isinstance(event, MessageReacted)
        assert (event.message_id, event.emoji) == ("73c200350e6cef30b671", "❤️")

    # The person

    @pytest.mark.parametrize(
        "name",
        ["follow__profile", "user_click_chatnow__first", "widget_interaction_accepted__site"],
    )
    def test_who_lets_the_account_write(self, name: str) -> None:
        event = self.event(name)
        assert isinstance(event, ContactReturned)
        assert (event.identity, event.occurred_at) == (USER, AT)

    def test_unfollow(self) -> None:
        event = self.event("unfollow__unfollow")
        assert isinstance(event, ContactBlocked)
        assert event.id == f"zalo:hoa-mai:unfollow:{USER.external_id}:1772416800123"

    @pytest.mark.parametrize("name", ["user_submit_info__phone", "user_submit_info__older"])
    def test_a_submitted_phone_becomes_e164(self, name: str) -> None:
        event = self.event(name)
        assert isinstance(event, ContactUpdated)
        assert (event.name, event.phone) == ("Nguyễn Thị Mẫu", "+84900000123")

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        ["user_send_group_text__mention", "add_user_to_tag__vip", "oa_reacted_message__own"],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("user_withdraw__erasure", "no event we know: user_withdraw"),
            ("anonymous_send_text__guest", "no event we know: anonymous_send_text"),
            ("user_send_text__other_account", "an event of another Official Account"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    @pytest.mark.parametrize("timestamp", ['"x"', "null", "-5", '"99999999999999999999"', "true"])
    def test_a_time_that_is_none_is_kept(self, timestamp: str) -> None:
        body = self.body(self.sample).replace(b'"1772416800123"', timestamp.encode())
        parsed = self.adapter().parse(WebhookRequest({}, {}, body))
        assert [part.reason for part in parsed.unrecognised] == ["Event: timestamp: value_error"]

    def test_nul_in_a_text_is_kept(self) -> None:
        body = self.body(self.sample).replace(b"Hello", b"").replace(b"nh\xc3", b"\\u0000nh\xc3")
        parsed = self.adapter().parse(WebhookRequest({}, {}, body))
        assert parsed.received == ()
        assert len(parsed.unrecognised) == 1

    # Sending

    def test_a_reply(self) -> None:
        request = self.reply()
        assert (request.method, request.url) == (
            "POST",
            "https://openapi.zalo.me/v3.0/oa/message/cs",
        )
        assert request.headers["access_token"] == "access-token"
        assert json.loads(request.body) == {
            "recipient": {"user_id": USER.external_id},
            "message": {"text": "Dạ, shop chào chị ạ 😊"},
        }

    def test_the_id_of_a_message_sent(self) -> None:
        sent = {"error": 0, "message": "Success", "data": {"message_id": "a1", "user_id": "7"}}
        assert self.adapter().read_reply(answer(sent)) == "a1"

    @pytest.mark.parametrize(
        ("code", "retry_after"),
        [
            (-32, timedelta(minutes=1)),
            (-200, None),
            (-216, timedelta(minutes=1)),
            (-220, timedelta(minutes=1)),
        ],
    )
    def test_refused_for_now(self, code: int, retry_after: timedelta | None) -> None:
        with pytest.raises(TransientSendError) as refused:
            self.adapter().read_reply(answer({"error": code, "message": "no"}))
        assert refused.value.retry_after == retry_after

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            (-230, SendFailure.WINDOW_CLOSED),
            (-232, SendFailure.WINDOW_CLOSED),
            (-213, SendFailure.BLOCKED),
            (-217, SendFailure.BLOCKED),
            (-244, SendFailure.BLOCKED),
            (-227, SendFailure.UNKNOWN_RECIPIENT),
            (-211, SendFailure.ACCOUNT),
            (-221, SendFailure.ACCOUNT),
            (-224, SendFailure.ACCOUNT),
            (-321, SendFailure.ACCOUNT),
            (-201, SendFailure.REJECTED),
            (-210, SendFailure.REJECTED),
            (-218, SendFailure.REJECTED),
            (-233, SendFailure.REJECTED),
            (-99999, SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, code: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as refused:
            self.adapter().read_reply(answer({"error": code, "message": "no"}))
        assert refused.value.reason is reason

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request(USER.external_id)
        assert request is not None
        parts = urlsplit(request.url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
            "https://openapi.zalo.me/v3.0/oa/user/detail"
        )
        assert json.loads(parse_qs(parts.query)["data"][0]) == {"user_id": USER.external_id}
        assert request.headers["access_token"] == "access-token"

    def test_a_profile_with_a_shared_phone(self) -> None:
        told = {
            "error": 0,
            "data": {"display_name": "Mẫu Trần", "shared_info": {"phone": 84900000123}},
        }
        event = self.adapter().read_profile(USER.external_id, answer(told), NOON)
        assert event is not None
        assert (event.identity, event.name, event.phone) == (USER, "Mẫu Trần", "+84900000123")
        assert event.occurred_at == NOON

    @pytest.mark.parametrize(
        "told",
        [
            {"error": -216, "message": "Access token is invalid"},
            {"error": 0, "data": {"display_name": "", "shared_info": {"phone": 0}}},
            {"error": 0, "data": []},
            [],
        ],
    )
    def test_a_profile_that_tells_nothing(self, told: object) -> None:
        assert self.adapter().read_profile("7", answer(told), NOON) is None


class TestZaloTokens:
    def test_a_refresh_uses_up_the_old_token(self) -> None:
        request = refresh_request(APP_ID, "app-secret", "old token")
        assert request.url == "https://oauth.zaloapp.com/v4/oa/access_token"
        assert request.headers["secret_key"] == "app-secret"
        assert parse_qs(request.body.decode()) == {
            "app_id": [APP_ID],
            "grant_type": ["refresh_token"],
            "refresh_token": ["old token"],
        }

    def test_the_new_pair_says_when_it_ends(self) -> None:
        told = {"access_token": "new", "refresh_token": "next", "expires_in": "90000"}
        pair = read_tokens(answer(told), NOON)
        assert (pair.access_token, pair.refresh_token) == ("new", "next")
        assert pair.expires_at == NOON + timedelta(hours=25)
        assert "new" not in repr(pair)

    @pytest.mark.parametrize(
        "told",
        [
            {"error": -14014, "error_name": "Invalid refresh token"},
            {"access_token": "new", "refresh_token": "next", "expires_in": "soon"},
        ],
    )
    def test_a_used_up_token_needs_a_person(self, told: object) -> None:
        with pytest.raises(PermanentSendError) as refused:
            read_tokens(answer(told), NOON)
        assert refused.value.reason is SendFailure.ACCOUNT
