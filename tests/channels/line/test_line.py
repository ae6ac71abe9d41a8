"""LINE Official Accounts."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from linebot.v3.messaging.models.image_message import ImageMessage
from linebot.v3.messaging.models.push_message_request import PushMessageRequest
from linebot.v3.messaging.models.reply_message_request import ReplyMessageRequest
from linebot.v3.messaging.models.set_webhook_endpoint_request import SetWebhookEndpointRequest
from linebot.v3.messaging.models.text_message import TextMessage
from linebot.v3.webhook import SignatureValidator, WebhookParser
from linebot.v3.webhooks import MessageEvent, TextMessageContent

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundFile, WebhookRequest
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactBlocked,
    ContactReturned,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button
from chalicelib.errors import (
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves

USER = Identity("line", "hoa-mai", "U0c9d2f7e1b8a4c6d9e3f5a7b1c2d4e6f")
AT = datetime(2026, 3, 2, 3, 0, 0, 123000, tzinfo=UTC)
MID = "55112233445566778"
ULID = "01KJPA5X0V8Q3M7R2T4W6Y8Z"
REPLY_TOKEN = "4fd1a3b2c5e64f7890ab12cd34ef5678"
THREAD = f'{{"reply_token":"{REPLY_TOKEN}","at":1772420400123}}'
HOOK = "https://desk.example/webhooks/line/hoa-mai"
API = "https://api.line.me/v2/bot"
URL = "https://files.example.com/1"


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=json.dumps(payload).encode(),
    )


class TestLine(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "line"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "channel_secret": "channel-secret",
        "channel_access_token": "channel-access-token",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-line-signature"
    proven_by: ClassVar[str] = "channel_secret"
    sample: ClassVar[str] = "message__text"

    def prove(self, body: bytes, secret: str) -> str:
        return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()

    # Proof

    def test_what_the_official_sdk_takes_we_take(self) -> None:
        validator = SignatureValidator(self.secret())
        for path in self.payloads.glob("*.json"):
            body = path.read_bytes()
            signature = self.prove(body, self.secret())
            assert validator.validate(body.decode(), signature)
            assert proves(self.adapter(), WebhookRequest({self.proof: signature}, {}, body))

    def test_another_text_for_the_same_bytes_is_refused(self) -> None:
        body = self.body(self.sample)
        signature = self.prove(body, self.secret())
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        twin = f"{signature[:-2]}{alphabet[alphabet.index(signature[-2]) ^ 1]}="
        assert base64.b64decode(twin) == base64.b64decode(signature)
        assert not proves(self.adapter(), WebhookRequest({self.proof: twin}, {}, body))

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_text(self) -> None:
        assert self.event("message__text") == MessageReceived(
            id=f"line:hoa-mai:message:{ULID}01",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}1",
            text="Chào shop, áo này còn size L không? 😍",
            thread=THREAD,
        )

    def test_the_official_sdk_reads_the_same(self) -> None:
        body = self.body("message__text")
        parser = WebhookParser(self.secret())
        (read,) = parser.parse(body.decode(), self.prove(body, self.secret()))
        message = self.message("message__text")
        assert isinstance(read, MessageEvent)
        assert isinstance(read.message, TextMessageContent)
        assert (read.message.text, read.message.id) == (message.text, message.message_id)

    def test_a_redelivery_is_the_same_event(self) -> None:
        assert self.event("message__redelivered") == self.event("message__text")

    def test_emoji_and_mentions_stand_in_the_text_and_a_quote_is_a_reference(self) -> None:
        message = self.message("message__emoji_mention_quote")
        assert message.text == "@Hoa Mai em cần đổi (hello)"
        assert message.thread_refs == ("5511223344556677800",)

    @pytest.mark.parametrize(
        ("name", "attachment"),
        [
            ("message__image", Attachment(kind=AttachmentKind.IMAGE, file_id=f"{MID}3")),
            (
                "message__image_external",
                Attachment(kind=AttachmentKind.IMAGE, url="https://cdn.example.com/a.jpg"),
            ),
            ("message__video", Attachment(kind=AttachmentKind.VIDEO, file_id=f"{MID}5")),
            ("message__audio", Attachment(kind=AttachmentKind.AUDIO, file_id=f"{MID}6")),
            (
                "message__file",
                Attachment(
                    kind=AttachmentKind.FILE, name="hóa đơn.pdf", size=3220, file_id=f"{MID}7"
                ),
            ),
            (
                "message__location",
                Attachment(
                    kind=AttachmentKind.LOCATION,
                    name="Vị trí đã ghim, 12 Phố Mẫu, Hà Nội",
                    latitude="21.028511",
                    longitude="105.80417",
                ),
            ),
            (
                "message__sticker",
                Attachment(kind=AttachmentKind.STICKER, name="Thanks", file_id="1988"),
            ),
            (
                "message__sticker_with_words",
                Attachment(kind=AttachmentKind.STICKER, name="Cảm ơn shop", file_id="1989"),
            ),
        ],
    )
    def test_an_attachment(self, name: str, attachment: Attachment) -> None:
        message = self.message(name)
        assert message.attachments == (attachment,)
        assert message.text == ""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("postback__button", "action=track&order=1024"),
            ("postback__date", "delivery 2026-03-05T09:00"),
        ],
    )
    def test_a_postback_says_its_data_and_what_was_picked(self, name: str, text: str) -> None:
        message = self.message(name)
        assert (message.text, message.thread) == (text, THREAD)
        assert message.id == f"line:hoa-mai:postback:{message.message_id}"
        assert message.choice == text.partition(" ")[0]

    def test_an_edit(self) -> None:
        event = self.event("messageEdited__text")
        assert isinstance(event, MessageEdited)
        assert (event.message_id, event.text) == (
            f"{MID}1",
            "Chào shop, áo này còn size M không?",
        )

    def test_a_message_taken_back(self) -> None:
        assert self.event("unsend__text") == MessageDeleted(
            id=f"line:hoa-mai:unsend:{ULID}18",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}1",
        )

    def test_coming_and_going(self) -> None:
        came, left = self.event("follow__again"), self.event("unfollow__user")
        assert isinstance(came, ContactReturned)
        assert isinstance(left, ContactBlocked)
        assert came.identity == left.identity == USER

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "verify__button",
            "message__group",
            "message__room",
            "message__standby",
            "join__group",
            "leave__group",
            "memberJoined__group",
            "memberLeft__group",
            "accountLink__ok",
            "beacon__enter",
            "videoPlayComplete__video",
            "membership__joined",
            "activated__module",
            "module__attached",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__empty", "no content we know: text"),
            ("message__hologram", "no content we know: hologram"),
            ("message__nobody", "the event names no customer"),
            ("unknown__hologram", "no event we know: hologram"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("message", "an event without its message"),
            ("messageEdited", "an event without its message"),
            ("unsend", "no message is named that was unsent"),
            ("postback", "a postback without its data"),
        ],
    )
    def test_an_event_without_what_it_tells_is_kept(self, kind: str, reason: str) -> None:
        event = json.loads(self.body("follow__again"))
        event["events"][0]["type"] = kind
        (part,) = self.adapter().parse(self.request(json.dumps(event).encode())).unrecognised
        assert part.reason == reason

    def test_a_batch_gives_what_it_holds_and_keeps_the_rest(self) -> None:
        parsed = self.parse("batch__good_and_bad")
        received = [each.event for each in parsed.received]
        texts = [each.text for each in received if isinstance(each, MessageReceived)]
        assert texts == ["một", "hai"]
        assert any(isinstance(each, ContactBlocked) for each in received)
        assert [part.reason for part in parsed.unrecognised] == [
            "no event we know: hologram",
            "Event: message.text: string_type",
            "an event that is no object",
            "an event without a type",
        ]

    def test_a_part_not_understood_is_the_same_when_it_is_delivered_again(self) -> None:
        body = self.body("unknown__hologram")
        again = body.replace(b'"isRedelivery": false', b'"isRedelivery": true')
        assert again != body
        parsed = self.adapter().parse(WebhookRequest({}, {}, again))
        assert parsed.unrecognised[0].id == self.parse("unknown__hologram").unrecognised[0].id

    @pytest.mark.parametrize("payload", [{}, {"events": {}}, {"events": None}])
    def test_another_kind_of_payload_is_malformed(self, payload: object) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))

    # Files

    def test_a_file_is_fetched_with_the_token(self) -> None:
        (image,) = self.message("message__image").attachments
        request = self.adapter().file_request(image)
        assert request is not None
        assert request.url == f"https://api-data.line.me/v2/bot/message/{MID}3/content"
        assert request.headers["authorization"] == "Bearer channel-access-token"

    def test_nobody_else_gets_the_token(self) -> None:
        (image,) = self.message("message__image_external").attachments
        request = self.adapter().file_request(image)
        assert request is not None
        assert (request.url, dict(request.headers)) == ("https://cdn.example.com/a.jpg", {})

    @pytest.mark.parametrize("name", ["message__sticker", "message__location"])
    def test_what_is_no_file_is_not_fetched(self, name: str) -> None:
        (attachment,) = self.message(name).attachments
        assert self.adapter().file_request(attachment) is None

    def test_what_line_answers_is_the_file(self) -> None:
        (image,) = self.message("message__image").attachments
        response = HttpResponse(status=200, headers={}, body=b"\xff\xd8")
        assert self.adapter().file_location(image, response) is None

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (202, TransientSendError),
            (429, TransientSendError),
            (500, TransientSendError),
            (404, PermanentSendError),
            (410, PermanentSendError),
            (401, PermanentSendError),
        ],
    )
    def test_a_file_that_is_not_given(self, status: int, error: type[Exception]) -> None:
        (image,) = self.message("message__image").attachments
        with pytest.raises(error):
            self.adapter().file_location(image, answer({}, status))

    # Sending

    def sent(self, **fields: Any) -> HttpRequest:
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        return request

    def test_an_answer_is_pushed_with_a_retry_key(self) -> None:
        request = self.reply()
        assert request.url == f"{API}/message/push"
        assert request.headers["authorization"] == "Bearer channel-access-token"
        assert UUID(request.headers["x-line-retry-key"]).version == 5
        assert json.loads(request.body) == {
            "to": USER.external_id,
            "messages": [{"type": "text", "text": "Dạ, shop chào chị ạ 😊"}],
        }
        push = PushMessageRequest.from_dict(json.loads(request.body))
        assert isinstance(push.messages[0], TextMessage)

    def test_the_retry_key_is_that_of_the_message(self) -> None:
        first, second = self.sent(attempt=1), self.sent(attempt=7, now=NOON)
        other = self.sent(id="4821937000000001:1")
        assert first.headers["x-line-retry-key"] == second.headers["x-line-retry-key"]
        assert first.headers["x-line-retry-key"] != other.headers["x-line-retry-key"]

    def test_a_quick_answer_goes_free_of_charge_by_its_token(self) -> None:
        request = self.sent(thread=THREAD, now=AT + timedelta(seconds=44))
        assert request.url == f"{API}/message/reply"
        # LINE refuses a retry key here.
        assert set(request.headers) == {"content-type", "authorization"}
        reply = ReplyMessageRequest.from_dict(json.loads(request.body))
        assert reply.reply_token == REPLY_TOKEN
        assert isinstance(reply.messages[0], TextMessage)

    @pytest.mark.parametrize(
        "fields",
        [
            {"attempt": 2},
            {"part": 1},
            {"now": AT + timedelta(seconds=45)},
            {"now": AT - timedelta(seconds=1)},
            {"now": None},
            {"thread": None},
            {"thread": "not ours"},
            {"thread": '{"reply_token":"x"}'},
        ],
    )
    def test_otherwise_it_is_pushed(self, fields: dict[str, Any]) -> None:
        request = self.sent(**{"thread": THREAD, "now": AT + timedelta(seconds=5), **fields})
        assert request.url == f"{API}/message/push"

    def test_buttons_say_their_title(self) -> None:
        titles = ("Đồng ý", "Đổi sang cỡ lớn hơn một chút", *map(str, range(20)))
        buttons = tuple(Button(title=title, payload="p") for title in titles)
        push = PushMessageRequest.from_dict(json.loads(self.sent(buttons=buttons).body))
        (message,) = push.messages
        actions = [item.action for item in message.quick_reply.items]
        assert [(action.label, action.text) for action in actions[:2]] == [
            ("Đồng ý", "Đồng ý"),
            ("Đổi sang cỡ lớn hơn ", "Đổi sang cỡ lớn hơn một chút"),
        ]
        assert len(actions) == 13

    def test_a_picture_is_shown(self) -> None:
        picture = OutboundFile(
            kind=AttachmentKind.IMAGE, name="a.jpg", mime_type="image/jpeg", url=URL, size=900_000
        )
        push = PushMessageRequest.from_dict(json.loads(self.sent(text="", files=(picture,)).body))
        (message,) = push.messages
        assert isinstance(message, ImageMessage)
        assert message.original_content_url == message.preview_image_url == URL

    @pytest.mark.parametrize(
        ("kind", "mime_type", "size"),
        [
            (AttachmentKind.IMAGE, "image/webp", 10),
            (AttachmentKind.IMAGE, "image/png", 11_000_000),
            (AttachmentKind.VIDEO, "video/mp4", 10),
            (AttachmentKind.AUDIO, "audio/mp4", 10),
            (AttachmentKind.FILE, "application/pdf", None),
        ],
    )
    def test_any_other_file_goes_as_a_link(
        self, kind: AttachmentKind, mime_type: str, size: int | None
    ) -> None:
        file = OutboundFile(kind=kind, name="hóa đơn.pdf", mime_type=mime_type, url=URL, size=size)
        body = json.loads(self.sent(text="", files=(file,)).body)
        assert body["messages"] == [{"type": "text", "text": f"hóa đơn.pdf\n{URL}"}]

    def test_a_picture_under_an_address_that_line_refuses_goes_as_a_link(self) -> None:
        url = f"{URL}?{'a' * 2000}"
        picture = OutboundFile(
            kind=AttachmentKind.IMAGE, name="a.jpg", mime_type="image/jpeg", url=url, size=9
        )
        body = json.loads(self.sent(text="", files=(picture,)).body)
        assert body["messages"] == [{"type": "text", "text": f"a.jpg\n{url}"}]

    def test_the_id_of_a_message_sent(self) -> None:
        sent = {"sentMessages": [{"id": "461230966842064897", "quoteToken": "q"}]}
        assert self.adapter().read_reply(answer(sent)) == "461230966842064897"

    def test_what_was_accepted_before_has_the_id_of_that_time(self) -> None:
        said = {"message": "The retry key is already accepted", "sentMessages": [{"id": "461"}]}
        accepted = answer(said, 409, x_line_accepted_request_id="f2a1")
        assert self.adapter().read_reply(accepted) == "461"
        unnamed = answer({"message": "…"}, 409, X_Line_Accepted_Request_Id="f2a1")
        assert self.adapter().read_reply(unnamed) == "f2a1"

    @pytest.mark.parametrize(
        ("status", "message"),
        [
            (429, "The API rate limit has been exceeded. Try again later."),
            (400, "Invalid reply token"),
            (409, "Conflict"),
        ],
    )
    def test_refused_for_now(self, status: int, message: str) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(answer({"message": message}, status))

    @pytest.mark.parametrize(
        ("status", "message", "reason"),
        [
            (429, "You have reached your monthly limit.", SendFailure.ACCOUNT),
            (401, "Authentication failed. Confirm that the token is valid.", SendFailure.ACCOUNT),
            (403, "Access to this API is not available for your account", SendFailure.ACCOUNT),
            (400, "The property, 'to', in the request body is invalid", "unknown_recipient"),
            (400, "Failed to send messages", SendFailure.UNKNOWN_RECIPIENT),
            (400, "The request body has 1 error(s)", SendFailure.REJECTED),
            (400, 5, SendFailure.REJECTED),
            (413, "Too large", SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, status: int, message: object, reason: str) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(answer({"message": message}, status))
        assert failed.value.reason == reason

    # Who a customer is

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request(USER.external_id)
        assert request is not None
        assert request.url == f"{API}/profile/{USER.external_id}"
        told = {"displayName": "Lê Bảo Ngọc", "userId": USER.external_id, "language": "vi-VN"}
        event = self.adapter().read_profile(USER.external_id, answer(told), NOON)
        assert event is not None
        assert (event.identity, event.name, event.language) == (USER, "Lê Bảo Ngọc", "vi")

    @pytest.mark.parametrize("told", [{}, {"message": "Not found"}, {"displayName": 5}, []])
    def test_a_profile_that_tells_nothing(self, told: object) -> None:
        assert self.adapter().read_profile("U1", answer(told, 404), NOON) is None

    # The account

    def test_the_webhook_is_set_and_tried(self) -> None:
        setting, test = self.adapter().subscribe_requests(HOOK)
        assert (setting.method, setting.url) == ("PUT", f"{API}/channel/webhook/endpoint")
        assert (test.method, test.url) == ("POST", f"{API}/channel/webhook/test")
        for request in (setting, test):
            read = SetWebhookEndpointRequest.from_dict(json.loads(request.body))
            assert read.endpoint == HOOK
            assert request.headers["authorization"] == "Bearer channel-access-token"

    @pytest.mark.parametrize(
        ("told", "status", "problem"),
        [
            ({"endpoint": HOOK, "active": True}, 200, None),
            ({"endpoint": HOOK, "active": False}, 200, "'Use webhook' is switched off"),
            ({"endpoint": "https://other.example/", "active": True}, 200, "LINE sends its events"),
            ({"message": "Not found"}, 404, "LINE has no webhook URL"),
            ({"message": "Authentication failed"}, 401, "LINE refused with 401"),
        ],
    )
    def test_a_checkup(self, told: object, status: int, problem: str | None) -> None:
        request = self.adapter().check_request(HOOK)
        assert request is not None
        assert (request.method, request.url) == ("GET", f"{API}/channel/webhook/endpoint")
        found = self.adapter().read_check(HOOK, answer(told, status))
        assert (found.problem or "").startswith(problem or "")
        assert (found.problem is None) == (problem is None)

    @pytest.mark.parametrize(("told", "status"), [({}, 200), ({"message": "slow"}, 429), ({}, 500)])
    def test_a_checkup_that_tells_nothing(self, told: object, status: int) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(HOOK, answer(told, status))
