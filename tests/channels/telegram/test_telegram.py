"""Telegram."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.channels.base import (
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundFile,
    WebhookAnswer,
    WebhookRequest,
)
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    MessageEdited,
    MessageReacted,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

from ..contract import ChannelContract, Secrets, SendContract

USER = Identity("telegram", "hoa-mai", "5550001234")
WEBHOOK = "https://desk.example.com/webhooks/telegram/hoa-mai"
UPDATES = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
FILE = OutboundFile(
    kind=AttachmentKind.FILE,
    name="hoa-don.pdf",
    mime_type="application/pdf",
    url="https://files.example.com/hoa-don.pdf?X-Amz-Signature=1",
    size=48_211,
)
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


def refused(code: int, description: str = "no", **parameters: int) -> HttpResponse:
    payload = {"ok": False, "error_code": code, "description": description}
    return answer({**payload, "parameters": parameters} if parameters else payload, code)


class TestTelegram(ChannelContract, SendContract):
    channel: ClassVar[str] = "telegram"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "bot_token": "7001112223:AAbot-token",
        "secret_token": "Hook-Secret_42",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-telegram-bot-api-secret-token"
    proven_by: ClassVar[str] = "secret_token"
    sample: ClassVar[str] = "message__text_vietnamese"

    def prove(self, body: bytes, secret: str) -> str:
        return secret

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_text(self) -> None:
        assert self.event("message__text_vietnamese") == MessageReceived(
            id="telegram:hoa-mai:message:5550001234:41",
            identity=USER,
            occurred_at=AT,
            message_id="41",
            text="Shop ơi, đơn của mình tới đâu rồi?",
            name="Mẫu Trần Thị",
            language="vi",
        )

    def test_a_start_link_keeps_its_word(self) -> None:
        assert self.message("message__start_link").text == "/start don-1024"

    def test_reply(self) -> None:
        assert self.message("message__reply").thread_refs == ("40",)

    def test_forwarded(self) -> None:
        assert self.message("message__forwarded").text == "Giá sỉ đây"

    def test_a_photo_with_caption_keeps_the_largest_size(self) -> None:
        message = self.message("message__photo_caption")
        assert message.text == "Áo bị rách"
        assert message.attachments == (
            Attachment(kind=AttachmentKind.IMAGE, size=1883, file_id="AgACbig"),
        )

    def test_a_part_of_an_album_is_a_message(self) -> None:
        message = self.message("message__album_part")
        assert message.text == ""
        assert [each.file_id for each in message.attachments] == ["AgACbig2"]

    @pytest.mark.parametrize(
        ("name", "kind", "file_id", "file_name"),
        [
            ("message__voice", AttachmentKind.AUDIO, "AwACvoice", None),
            ("message__audio", AttachmentKind.AUDIO, "CQACaudio", "Ghi âm"),
            ("message__video", AttachmentKind.VIDEO, "BAACvideo", "v.mp4"),
            ("message__video_note", AttachmentKind.VIDEO, "DQACnote", None),
            ("message__gif", AttachmentKind.VIDEO, "CgACgif", "giphy.mp4"),
            ("message__document", AttachmentKind.FILE, "BQACdoc", "hoa-don.pdf"),
            ("message__sticker", AttachmentKind.STICKER, "CAACsticker", "👍"),
        ],
    )
    def test_a_file(
        self, name: str, kind: AttachmentKind, file_id: str, file_name: str | None
    ) -> None:
        (attachment,) = self.message(name).attachments
        assert (attachment.kind, attachment.file_id) == (kind, file_id)
        assert attachment.name == file_name

    def test_a_location_as_telegram_printed_it(self) -> None:
        assert self.message("message__location").attachments == (
            Attachment(kind=AttachmentKind.LOCATION, latitude="21.028511", longitude="105.80417"),
        )

    def test_a_venue_is_one_place(self) -> None:
        (place,) = self.message("message__venue").attachments
        assert (place.name, place.latitude) == ("Tiệm Mẫu, 1 phố Mẫu", "21.028511")

    def test_ones_own_contact_tells_ones_phone(self) -> None:
        message, updated = self.events("message__own_contact")
        assert isinstance(message, MessageReceived)
        assert [each.name for each in message.attachments] == ["Mẫu +84900000123"]
        assert isinstance(updated, ContactUpdated)
        assert (updated.identity, updated.phone) == (USER, "+84900000123")

    @pytest.mark.parametrize("name", ["message__friends_contact", "message__contact_without_id"])
    def test_somebody_elses_contact_does_not(self, name: str) -> None:
        assert [each.kind for each in self.message(name).attachments] == [AttachmentKind.CONTACT]

    def test_a_message_without_words_says_what_it_was(self) -> None:
        assert self.message("message__dice").text == "[dice]"

    # Buttons, edits, reactions

    def test_a_button_reads_as_the_person_saw_it(self) -> None:
        message = self.message("callback_query__button")
        assert message.text == "Trả hàng"
        assert message.id == "telegram:hoa-mai:postback:4382bfdwdsb323b2d9"
        assert (message.identity, message.name) == (USER, "Mẫu Trần Thị")
        assert message.choice == "return"

    def test_a_button_that_is_gone_reads_as_its_data(self) -> None:
        assert self.message("callback_query__without_keyboard").text == "return"

    def test_an_edit(self) -> None:
        event = self.event("edited_message__text")
        assert isinstance(event, MessageEdited)
        assert event.message_id == "41"
        assert event.text == "Shop ơi, đơn 1024 của mình tới đâu rồi?"
        assert event.occurred_at == AT + timedelta(minutes=1)

    def test_a_reaction_and_its_end(self) -> None:
        react = self.event("message_reaction__heart")
        taken_back = self.event("message_reaction__taken_back")
        assert isinstance(react, MessageReacted)
        assert isinstance(taken_back, MessageReacted)
        assert (react.emoji, taken_back.emoji) == ("❤", "")
        assert react.message_id == taken_back.message_id == "40"

    # The person

    def test_blocking_the_bot(self) -> None:
        event = self.event("my_chat_member__kicked")
        assert isinstance(event, ContactBlocked)
        assert event.identity == USER

    def test_coming_back(self) -> None:
        event = self.event("my_chat_member__member")
        assert isinstance(event, ContactReturned)
        assert event.identity == USER

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "message__group",
            "message__pinned",
            "edited_message__live_location",
            "callback_query__group",
            "callback_query__inline",
            "my_chat_member__group",
            "channel_post__text",
            "business_message__text",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__unknown_content", "no content we know among ['hologram']"),
            ("unknown__hologram", "no update we know among ['hologram_message', 'update_id']"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    def test_a_message_of_an_unknown_shape_is_kept(self) -> None:
        body = self.body(self.sample).replace(b'"date":1772416800', b'"date":"today"')
        parsed = self.adapter().parse(WebhookRequest({}, {}, body))
        assert [p.reason for p in parsed.unrecognised] == ["Update: message.date: value_error"]

    # Sending

    def test_a_reply(self) -> None:
        request = self.reply()
        assert request.method == "POST"
        assert request.url == "https://api.telegram.org/bot7001112223:AAbot-token/sendMessage"
        assert json.loads(request.body) == {
            "chat_id": "5550001234",
            "text": "Dạ, shop chào chị ạ 😊",
        }

    def composed(self, **fields: Any) -> tuple[str, Any]:
        """Return the method and the parameters, but for whom they are."""
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        parameters = json.loads(request.body)
        assert parameters.pop("chat_id") == USER.external_id
        return request.url.rpartition("/")[2], parameters

    def test_the_first_part_of_a_persons_answer_quotes_what_it_answers(self) -> None:
        _, quoting = self.composed(reply_to_id="41")
        assert quoting["reply_parameters"] == {
            "message_id": 41,
            "allow_sending_without_reply": True,
        }
        for without in ({"part": 1}, {"automatic": True}):
            assert "reply_parameters" not in self.composed(reply_to_id="41", **without)[1]

    @pytest.mark.parametrize("pressed", ["4382bfdwdsb323b2d9", "9223372036854775807", "٣"])
    def test_a_pressed_button_is_no_message_to_quote(self, pressed: str) -> None:
        assert "reply_parameters" not in self.composed(reply_to_id=pressed)[1]

    def test_buttons_stand_below_the_text_one_in_a_row(self) -> None:
        buttons = (
            Button(title="Đã xong", payload="done"),
            Button(title="Chưa ạ", payload="ờ" * 40),
        )
        assert self.composed(buttons=buttons)[1]["reply_markup"] == {
            "inline_keyboard": [
                [{"text": "Đã xong", "callback_data": "done"}],
                [{"text": "Chưa ạ", "callback_data": "ờ" * 21}],
            ]
        }

    @pytest.mark.parametrize(
        ("mime_type", "method", "field"),
        [
            ("image/jpeg", "sendPhoto", "photo"),
            ("image/png", "sendPhoto", "photo"),
            ("image/gif", "sendAnimation", "animation"),
            ("video/mp4", "sendVideo", "video"),
            ("audio/ogg", "sendVoice", "voice"),
            ("audio/mpeg", "sendAudio", "audio"),
            ("application/pdf", "sendDocument", "document"),
        ],
    )
    def test_a_file_is_fetched_from_its_address(
        self, mime_type: str, method: str, field: str
    ) -> None:
        file = replace(FILE, mime_type=mime_type)
        assert self.composed(text="", files=(file,)) == (method, {field: FILE.url})

    def test_a_file_keeps_a_caption_that_fits(self) -> None:
        assert self.composed(text="Hóa đơn ạ", files=(FILE,))[1]["caption"] == "Hóa đơn ạ"
        method, parameters = self.composed(text="a" * 1025, files=(FILE,))
        assert method == "sendMessage"
        assert FILE.url in parameters["text"]

    @pytest.mark.parametrize(
        "file",
        [
            {"mime_type": "application/vnd.ms-excel"},
            {"mime_type": "text/plain"},
            {"size": 20 * 1024 * 1024 + 1},
            {"mime_type": "image/jpeg", "size": 5 * 1024 * 1024 + 1},
        ],
    )
    def test_what_telegram_does_not_fetch_goes_as_a_link(self, file: dict[str, Any]) -> None:
        sent = self.composed(text="", files=(replace(FILE, **file),))
        assert sent == ("sendMessage", {"text": f"{FILE.name}\n{FILE.url}"})

    @pytest.mark.parametrize(
        "description",
        ["Bad Request: failed to get HTTP URL content", "Bad Request: WEBPAGE_CURL_FAILED"],
    )
    def test_a_file_that_was_not_fetched_is_tried_again(self, description: str) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(refused(400, description))

    # What Telegram reads as an answer

    def test_a_pressed_button_is_answered_in_the_webhooks_own_answer(self) -> None:
        for name in ("callback_query__button", "callback_query__group", "callback_query__inline"):
            body = self.body(name)
            answered = self.adapter().answer(self.request(body))
            assert answered.content_type == "application/json"
            assert json.loads(answered.body) == {
                "method": "answerCallbackQuery",
                "callback_query_id": json.loads(body)["callback_query"]["id"],
            }

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'{"callback_query":null}',
            b'{"callback_query":{"id":""}}',
            b'{"callback_query":[1]}',
            b'{"message":{"callback_query":{"id":"1"}}}',
        ],
    )
    def test_anything_else_is_answered_with_a_word(self, body: bytes) -> None:
        assert self.adapter().answer(self.request(body)) == WebhookAnswer()

    # Files of customers

    def test_a_file_is_asked_for_by_its_id_and_fetched_where_it_lies(self) -> None:
        (photo,) = self.message("message__photo_caption").attachments
        asked = self.adapter().file_request(photo)
        assert asked is not None
        assert asked.url == "https://api.telegram.org/bot7001112223:AAbot-token/getFile"
        assert json.loads(asked.body) == {"file_id": "AgACbig"}
        told = answer({"ok": True, "result": {"file_id": "x", "file_path": "photos/file 7.jpg"}})
        fetched = self.adapter().file_location(photo, told)
        assert fetched is not None
        assert (fetched.method, fetched.url) == (
            "GET",
            "https://api.telegram.org/file/bot7001112223:AAbot-token/photos/file%207.jpg",
        )
        assert "AAbot-token" not in repr((asked, fetched))

    def test_a_place_is_no_file(self) -> None:
        (place,) = self.message("message__location").attachments
        assert self.adapter().file_request(place) is None

    @pytest.mark.parametrize(
        ("told", "error"),
        [
            (refused(400, "Bad Request: file is too big"), PermanentSendError),
            (answer({"ok": True, "result": {"file_id": "x"}}), PermanentSendError),
            (refused(429, "Too Many Requests", retry_after=3), TransientSendError),
            (HttpResponse(status=502, headers={}, body=b""), TransientSendError),
        ],
    )
    def test_a_file_that_is_not_given(self, told: HttpResponse, error: type[SendError]) -> None:
        (photo,) = self.message("message__photo_caption").attachments
        with pytest.raises(error):
            self.adapter().file_location(photo, told)

    # Health

    def test_the_webhook_is_set_with_secret_and_updates(self) -> None:
        (request,) = self.adapter(secret_token=["old", "new"]).subscribe_requests(WEBHOOK)
        assert request.url.endswith("/setWebhook")
        assert json.loads(request.body) == {
            "url": WEBHOOK,
            "secret_token": "new",
            "allowed_updates": UPDATES,
        }

    @pytest.mark.parametrize(
        ("info", "problem"),
        [
            ({"url": WEBHOOK, "allowed_updates": UPDATES}, None),
            (
                {
                    "url": WEBHOOK,
                    "allowed_updates": UPDATES,
                    "last_error_date": 1,
                    "last_error_message": "Connection timed out",
                },
                None,
            ),
            ({"url": ""}, "no webhook is set"),
            ({"url": "https://elsewhere.example/t"}, "the bot's webhook is another address"),
            (
                {
                    "url": WEBHOOK,
                    "pending_update_count": 12,
                    "last_error_message": "Wrong response from the webhook: 500",
                },
                "12 updates wait: Wrong response from the webhook: 500",
            ),
            ({"url": WEBHOOK}, "updates not asked for: message_reaction"),
            (
                {"url": WEBHOOK, "allowed_updates": ["message", "message_reaction"]},
                "updates not asked for: edited_message, callback_query, my_chat_member",
            ),
            ([], "Telegram's answer about the webhook can't be read"),
        ],
    )
    def test_what_telegram_says_of_the_webhook(self, info: object, problem: str | None) -> None:
        asked = self.adapter().check_request(WEBHOOK)
        assert asked is not None
        assert asked.url.endswith("/getWebhookInfo")
        told = answer({"ok": True, "result": info})
        assert self.adapter().read_check(WEBHOOK, told) == Checkup(problem=problem)

    def test_a_token_that_was_taken_back_is_a_problem(self) -> None:
        found = self.adapter().read_check(WEBHOOK, refused(401, "Unauthorized"))
        assert (
            found.problem == "Telegram refused with 401: the bot token is wrong or was taken back"
        )

    def test_a_check_of_a_busy_platform_is_made_again(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(WEBHOOK, refused(429, "Too Many Requests", retry_after=5))

    def test_the_id_of_a_message_sent(self) -> None:
        sent = {"ok": True, "result": {"message_id": 77, "date": 1772416800}}
        assert self.adapter().read_reply(answer(sent)) == "77"

    def test_too_many_requests_wait_as_told(self) -> None:
        with pytest.raises(TransientSendError) as slow:
            self.adapter().read_reply(refused(429, "Too Many Requests", retry_after=14))
        assert slow.value.retry_after == timedelta(seconds=14)

    @pytest.mark.parametrize("seconds", [-1, 10**60])
    def test_a_wait_that_is_none_is_left_out(self, seconds: int) -> None:
        with pytest.raises(TransientSendError) as slow:
            self.adapter().read_reply(refused(429, "Too Many Requests", retry_after=seconds))
        assert slow.value.retry_after is None

    @pytest.mark.parametrize(
        ("code", "description", "reason"),
        [
            (403, "Forbidden: bot was blocked by the user", SendFailure.BLOCKED),
            (403, "Forbidden: user is deactivated", SendFailure.UNKNOWN_RECIPIENT),
            (
                403,
                "Forbidden: bot can't initiate conversation with a user",
                SendFailure.UNKNOWN_RECIPIENT,
            ),
            (400, "Bad Request: chat not found", SendFailure.UNKNOWN_RECIPIENT),
            (400, "Bad Request: message is too long", SendFailure.REJECTED),
            (401, "Unauthorized", SendFailure.ACCOUNT),
            (404, "Not Found", SendFailure.ACCOUNT),
        ],
    )
    def test_refused_for_good(self, code: int, description: str, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(code, description))
        assert failed.value.reason is reason

    def test_the_webhook_names_the_customer_so_nobody_is_asked(self) -> None:
        assert self.adapter().capabilities.names_customer
        assert self.adapter().profile_request("5550001234") is None
