"""Zalo Official Account."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.channels.base import (
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundFile,
    Parsed,
    Passage,
    WebhookRequest,
)
from chalicelib.channels.zalo.adapter import ZaloAdapter
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
ACCOUNT = {"app_id": APP_ID, "oa_id": "2915630847711640023", "access_token": "old"}
PICTURE = OutboundFile(
    kind=AttachmentKind.IMAGE,
    name="mau-moi.jpg",
    mime_type="image/jpeg",
    url="https://files.example.com/mau-moi.jpg?X-Amz-Signature=1",
    size=400_000,
)
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

    def test_an_echo_without_admin_is_ours_or_another_apps(self) -> None:
        assert self.event("oa_send_text__by_api") == MessageEchoed(
            id="zalo:hoa-mai:echo:73c200350e6cef30b671",
            identity=USER,
            occurred_at=AT,
            message_id="73c200350e6cef30b671",
            text="Dạ shop đổi ngay ạ",
            ours=False,
            author_id=None,
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

    def composed(self, **fields: Any) -> Any:
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        return json.loads(request.body)["message"]

    def test_the_first_part_of_a_persons_answer_quotes_what_it_answers(self) -> None:
        quoted = {"reply_to_id": "5f0c1d7be2a94683d011"}
        words = {"text": "Dạ, shop chào chị ạ 😊"}
        quote = {"quote_message_id": "5f0c1d7be2a94683d011"}
        assert self.composed(**quoted) == {**words, **quote}
        for without in ({"part": 1}, {"automatic": True}, {"attempt": 2}):
            assert self.composed(**quoted, **without) == words

    def test_a_quote_that_is_refused_is_tried_again_without(self) -> None:
        gone = {"error": -201, "message": "quote_message_id is invalid!"}
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(answer(gone))

    def test_a_picture_is_fetched_from_its_address(self) -> None:
        message = self.composed(text="", files=(PICTURE,), reply_to_id="5f0c1d7be2a94683d011")
        assert message == {
            "attachment": {
                "type": "template",
                "payload": {
                    "template_type": "media",
                    "elements": [{"media_type": "image", "url": PICTURE.url}],
                },
            }
        }

    def test_a_picture_keeps_its_caption(self) -> None:
        message = self.composed(text="Mẫu mới ạ", files=(PICTURE,))
        assert (message["text"], message["attachment"]["type"]) == ("Mẫu mới ạ", "template")

    @pytest.mark.parametrize(
        "file",
        [
            replace(PICTURE, size=1_000_001),
            replace(PICTURE, mime_type="image/gif"),
            replace(PICTURE, kind=AttachmentKind.FILE, mime_type="application/pdf"),
        ],
    )
    def test_what_would_have_to_be_uploaded_first_goes_as_a_link(self, file: OutboundFile) -> None:
        assert self.composed(text="", files=(file,)) == {"text": f"{file.name}\n{file.url}"}

    def test_the_platform_is_free_for_two_days_and_paid_until_seven(self) -> None:
        can = self.adapter().capabilities
        assert (can.open_window, can.reply_window) == (timedelta(hours=48), timedelta(days=7))
        assert can.late_passage is Passage.PAID

    # Health

    def test_the_account_is_asked_about_with_its_token(self) -> None:
        request = self.adapter().check_request("https://desk.example.com/webhooks/zalo/hoa-mai")
        assert request is not None
        assert (request.method, request.url) == ("GET", "https://openapi.zalo.me/v2.0/oa/getoa")
        assert request.headers["access_token"] == "access-token"

    @pytest.mark.parametrize(
        ("told", "problem"),
        [
            ({"error": 0, "data": {"oa_id": "2915630847711640023", "name": "Hoa Mai"}}, None),
            ({"error": 0, "data": {"oa_id": 2915630847711640023}}, None),
            (
                {"error": 0, "data": {"oa_id": "1"}},
                "the access token belongs to another Official Account",
            ),
            (
                {"error": -216, "message": "Access token is invalid"},
                "Zalo refuses the access token (-216): exchange it, or make a new consent",
            ),
            ({"error": -209, "message": "no"}, "Zalo refuses the account (-209)"),
            ({"error": 0}, "Zalo's answer about the account can't be read"),
            ({}, "Zalo's answer about the account can't be read"),
        ],
    )
    def test_what_zalo_says_of_the_account(self, told: object, problem: str | None) -> None:
        assert self.adapter().read_check("https://x", answer(told)) == Checkup(problem=problem)

    def test_a_check_in_words_nobody_can_read_is_a_problem(self) -> None:
        refused = HttpResponse(status=404, headers={}, body=b"<html>")
        assert self.adapter().read_check("https://x", refused).problem

    @pytest.mark.parametrize(
        "response",
        [answer({"error": -32, "message": "busy"}), HttpResponse(status=502, headers={}, body=b"")],
    )
    def test_a_check_of_a_busy_platform_is_made_again(self, response: HttpResponse) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check("https://x", response)

    # Files

    def test_a_file_is_fetched_from_zalos_link(self) -> None:
        request = self.adapter().file_request(self.attachment("user_send_file__pdf"))
        assert request is not None
        assert request.url == "https://file.example.com/hoa-don.pdf"

    def test_a_place_is_no_file(self) -> None:
        place = self.attachment("user_send_location__place")
        assert self.adapter().file_request(place) is None

    def test_the_id_of_a_message_sent(self) -> None:
        sent = {"error": 0, "message": "Success", "data": {"message_id": "a1", "user_id": "7"}}
        assert self.adapter().read_reply(answer(sent)) == "a1"

    @pytest.mark.parametrize(
        ("code", "retry_after"),
        [
            (-32, timedelta(minutes=1)),
            (-200, None),
            (-216, None),
            (-220, None),
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
            (-223, SendFailure.ACCOUNT),
            (-242, SendFailure.ACCOUNT),
            (-320, SendFailure.ACCOUNT),
            (-218, SendFailure.WINDOW_CLOSED),
            (-305, SendFailure.WINDOW_CLOSED),
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
        assert pair.secrets == {"access_token": "new", "refresh_token": "next"}
        assert pair.expires_at == NOON + timedelta(hours=25)
        assert "new" not in repr(pair)

    def test_the_account_exchanges_its_refresh_token_and_keeps_the_pair(self) -> None:
        adapter = ZaloAdapter("hoa-mai", {**ACCOUNT, "app_secret": "s", "refresh_token": "once"})
        request = adapter.exchange_request(NOON)
        assert request is not None
        assert parse_qs(request.body.decode())["refresh_token"] == ["once"]
        told = {"access_token": "new", "refresh_token": "next", "expires_in": "90000"}
        renewed = adapter.with_secrets(adapter.read_exchange(answer(told), NOON).secrets)
        assert (renewed.secret("access_token"), renewed.secret("refresh_token")) == ("new", "next")
        assert adapter.keeps_grants

    @pytest.mark.parametrize("secrets", [{}, {"app_secret": "s"}, {"refresh_token": "r"}])
    def test_without_both_secrets_nothing_is_exchanged(self, secrets: dict[str, str]) -> None:
        assert ZaloAdapter("hoa-mai", {**ACCOUNT, **secrets}).exchange_request(NOON) is None

    def test_a_token_as_long_as_zalos_is_taken(self) -> None:
        told = {"access_token": "a" * 900, "refresh_token": "b" * 900, "expires_in": 90000}
        assert read_tokens(answer(told), NOON).secrets["access_token"] == "a" * 900

    def test_a_platform_that_is_unwell_is_asked_again(self) -> None:
        with pytest.raises(TransientSendError):
            read_tokens(HttpResponse(status=503, headers={}, body=b""), NOON)

    @pytest.mark.parametrize(
        "told",
        [
            {"error": -14014, "error_name": "Invalid refresh token"},
            {"access_token": "new", "refresh_token": "next", "expires_in": "soon"},
            {"access_token": "new", "refresh_token": "next", "expires_in": "9" * 60},
            {"access_token": "new", "refresh_token": "", "expires_in": "90000"},
            {"access_token": "new", "refresh_token": "next", "error": "new"},
        ],
    )
    def test_a_used_up_token_needs_a_person(self, told: object) -> None:
        with pytest.raises(PermanentSendError) as refused:
            read_tokens(answer(told), NOON)
        assert refused.value.reason is SendFailure.ACCOUNT
        assert "new" not in str(refused.value)
