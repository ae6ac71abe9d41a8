"""Instagram: direct messages, comments and mentions."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest

from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    OutboundFile,
    Parsed,
    Passage,
    WebhookRequest,
)
from chalicelib.channels.instagram.adapter import InstagramAdapter
from chalicelib.channels.splitting import split
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Delivery, Surface
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves

ACCOUNT_ID = "17841400008460056"
PAGE_ID = "210984733105522"
USER = Identity("instagram", "hoa-mai", "1234567890123456")
AT = datetime(2026, 3, 2, 2, 0, 0, 123000, tzinfo=UTC)
SECOND = AT.replace(microsecond=0)
MID = "aWdfZAG1faXRlbToxOk1lc3NhZA2VJRDox"
CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=mau"
MEDIA_ID = "17900000000000011"
COMMENT_ID = "17865799348089039"
MENTION = "mention:17887498072083520:17887498072083521"
INSTAGRAM = "https://graph.instagram.com/v25.0"
GRAPH = "https://graph.facebook.com/v25.0"
WEBHOOK = "https://desk.example.com/webhooks/instagram/hoa-mai"
FIELDS = (
    "comments,live_comments,mentions,message_edit,message_reactions,messages,"
    "messaging_postbacks,messaging_seen"
)


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


def refused(code: int, subcode: int = 0) -> HttpResponse:
    error = {"message": "(#1) no", "type": "IGApiException", "code": code}
    return answer({"error": {**error, "error_subcode": subcode, "fbtrace_id": "A1"}}, 400)


class TestInstagram(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "instagram"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "app_id": "640118274993321",
        "account_id": ACCOUNT_ID,
        "app_secret": "app-secret",
        "verify_token": "verify-token",
        "access_token": "access-token",
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

    @pytest.mark.parametrize("query", [{"verify_token": "other"}, {"mode": "unsubscribe"}])
    def test_another_handshake_is_refused(self, query: dict[str, str]) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(self.handshake(**query))

    def test_both_secrets_that_meta_may_sign_with_are_taken(self) -> None:
        adapter = self.adapter(app_secret=["facebook-app-secret", "instagram-app-secret"])
        for secret in ("facebook-app-secret", "instagram-app-secret"):
            assert proves(adapter, self.request(self.body(self.sample), secret))

    # Direct messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_text(self) -> None:
        assert self.event("message__text") == MessageReceived(
            id=f"instagram:hoa-mai:message:{MID}01",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}01",
            text="Chào shop, áo này còn size L không? 😍",
        )

    def test_reply(self) -> None:
        assert self.message("message__reply").thread_refs == (f"{MID}90",)

    @pytest.mark.parametrize(
        ("name", "kind", "title"),
        [
            ("image", AttachmentKind.IMAGE, None),
            ("audio", AttachmentKind.AUDIO, None),
            ("video", AttachmentKind.VIDEO, None),
            ("file", AttachmentKind.FILE, None),
            ("sticker", AttachmentKind.STICKER, None),
            ("share", AttachmentKind.LINK, "share"),
            ("post", AttachmentKind.LINK, "Bình hoa men lam"),
            ("ig_reel", AttachmentKind.LINK, "Xưởng gốm"),
            ("reel", AttachmentKind.LINK, "reel"),
            ("story_mention", AttachmentKind.LINK, "story_mention"),
        ],
    )
    def test_an_attachment(self, name: str, kind: AttachmentKind, title: str | None) -> None:
        message = self.message(f"message__{name}")
        assert message.text == ""
        assert message.attachments == (Attachment(kind=kind, name=title, url=CDN),)

    def test_several_pictures(self) -> None:
        assert len(self.message("message__two_images").attachments) == 2

    def test_an_answer_to_a_story_shows_the_story(self) -> None:
        message = self.message("message__story_reply")
        assert message.text == "Cái này bao nhiêu ạ?"
        assert message.attachments == (Attachment(kind=AttachmentKind.LINK, name="story", url=CDN),)
        assert self.message("message__story_reply_without_url").attachments == ()

    @pytest.mark.parametrize(
        "name", ["like_heart", "ephemeral", "unsupported", "unsupported_type", "template"]
    )
    def test_what_has_no_address_is_named(self, name: str) -> None:
        message = self.message(f"message__{name}")
        assert (message.text, message.attachments) == (f"[{name}]", ())

    def test_a_quick_reply_reads_as_the_person_saw_it(self) -> None:
        assert self.message("message__quick_reply").text == "Đổi hàng"

    @pytest.mark.parametrize(
        ("name", "choice"),
        [
            ("message__quick_reply", "EXCHANGE"),
            ("postback__icebreaker", "TRACK"),
            ("postback__without_title", "TRACK"),
            ("message__text", None),
        ],
    )
    def test_a_tap_tells_its_payload(self, name: str, choice: str | None) -> None:
        assert self.message(name).choice == choice

    def test_a_message_from_an_advertisement(self) -> None:
        assert self.message("message__ad_referral").text == "Tư vấn giúp mình"

    @pytest.mark.parametrize(
        ("name", "text"), [("icebreaker", "Theo dõi đơn hàng"), ("without_title", "TRACK")]
    )
    def test_a_postback_reads_as_the_button(self, name: str, text: str) -> None:
        message = self.message(f"postback__{name}")
        assert (message.id, message.text) == (f"instagram:hoa-mai:postback:{MID}02", text)

    @pytest.mark.parametrize("name", ["message__unsent", "message_echo__unsent"])
    def test_a_message_taken_back_by_either_side(self, name: str) -> None:
        assert self.event(name) == MessageDeleted(
            id=f"instagram:hoa-mai:deleted:{MID}01",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}01",
        )

    def test_an_edit(self) -> None:
        event = self.event("message_edit__text")
        assert isinstance(event, MessageEdited)
        assert (event.id, event.text) == (
            f"instagram:hoa-mai:edit:1:{MID}01",
            "Chào shop, còn size M không?",
        )

    @pytest.mark.parametrize(
        ("name", "is_ours", "author_id"),
        [
            ("in_app", False, None),
            ("ours_by_app", True, None),
            ("ours_by_metadata", True, None),
            ("other_app", False, "1"),
        ],
    )
    def test_an_echo(self, name: str, is_ours: bool, author_id: str | None) -> None:
        assert self.event(f"message_echo__{name}") == MessageEchoed(
            id=f"instagram:hoa-mai:echo:{MID}01",
            identity=USER,
            occurred_at=AT,
            message_id=f"{MID}01",
            text="Dạ còn ạ",
            ours=is_ours,
            author_id=author_id,
        )

    def test_an_echo_of_a_picture(self) -> None:
        event = self.event("message_echo__image")
        assert isinstance(event, MessageEchoed)
        assert event.attachments == (Attachment(kind=AttachmentKind.IMAGE, url=CDN),)

    def test_a_reaction_and_its_end(self) -> None:
        react, unreact = self.event("reaction__react"), self.event("reaction__unreact")
        assert isinstance(react, MessageReacted)
        assert isinstance(unreact, MessageReacted)
        assert (react.emoji, unreact.emoji) == ("❤️", "")
        assert react.message_id == unreact.message_id == f"{MID}23"
        assert react.id != unreact.id

    def test_seen_names_the_message(self) -> None:
        event = self.event("read__mid")
        assert isinstance(event, ReceiptReceived)
        assert (event.delivery, event.message_ids) == (Delivery.READ, (f"{MID}23",))
        assert (event.identity, event.watermark_at) == (USER, None)

    # In public

    @pytest.mark.parametrize("name", ["changes", "flat", "milliseconds", "ad"])
    def test_a_comment_in_both_shapes(self, name: str) -> None:
        assert self.event(f"comments__{name}") == MessageReceived(
            id=f"instagram:hoa-mai:comment:{COMMENT_ID}",
            identity=USER,
            occurred_at=SECOND,
            message_id=COMMENT_ID,
            text="Bình này giá sao ạ? 😍",
            name="mau.tran",
            thread_refs=(MEDIA_ID,),
            surface=Surface.PUBLIC,
            thread=COMMENT_ID,
        )

    def test_a_reply_belongs_to_media_and_comment(self) -> None:
        assert self.message("comments__reply").thread_refs == (MEDIA_ID, COMMENT_ID)

    def test_a_comment_in_a_live_broadcast(self) -> None:
        assert self.message("live_comments__changes").surface is Surface.PUBLIC

    def test_a_comment_without_words(self) -> None:
        assert self.message("comments__gif").text == "[comment]"

    def test_the_accounts_answer_to_a_comment(self) -> None:
        assert self.event("comments__by_account") == MessageEchoed(
            id="instagram:hoa-mai:echo:17865799348089041",
            identity=replace(USER, external_id=COMMENT_ID),
            occurred_at=SECOND,
            message_id="17865799348089041",
            text="Dạ 450.000 đồng ạ",
            surface=Surface.PUBLIC,
            thread_refs=(MEDIA_ID, COMMENT_ID),
        )

    def test_the_accounts_comment_under_its_scoped_id(self) -> None:
        event = self.event("comments__by_account_scoped")
        assert isinstance(event, MessageEchoed)
        assert event.identity.external_id == MEDIA_ID

    # Looking up

    def lookup(self, name: str) -> LookupNeeded:
        event = self.event(name)
        assert isinstance(event, LookupNeeded)
        return event

    def asked(self, name: str) -> str:
        request = self.adapter().lookup_request(self.lookup(name).reference)
        assert request.method == "GET"
        assert request.headers["authorization"] == "Bearer access-token"
        assert request.url.startswith(INSTAGRAM)
        return unquote(request.url.removeprefix(f"{INSTAGRAM}/"))

    def looked_up(self, name: str, told: object) -> Parsed:
        return self.adapter().read_lookup(self.lookup(name).reference, answer(told))

    def found(self, name: str, told: object) -> MessageReceived:
        """Return the message that a look-up gave, which its raw text gives again."""
        (received,) = self.looked_up(name, told).received
        again = self.adapter().parse(WebhookRequest({}, {}, received.raw.encode()))
        assert [each.event for each in again.received] == [received.event]
        assert isinstance(received.event, MessageReceived)
        return received.event

    def test_a_comment_without_its_author_is_looked_up(self) -> None:
        assert self.asked("comments__without_from") == (
            f"{COMMENT_ID}?fields=from,text,parent_id,media{{id,permalink}}"
        )
        told = {
            "from": {"id": USER.external_id, "username": "mau.tran"},
            "text": "Bình này giá sao ạ? 😍",
            "media": {"id": MEDIA_ID, "permalink": "https://www.instagram.com/p/mau/"},
            "id": COMMENT_ID,
        }
        message = self.found("comments__without_from", told)
        assert message.permalink == "https://www.instagram.com/p/mau/"
        assert replace(message, permalink=None) == self.message("comments__changes")

    def test_a_mention_in_a_comment_is_looked_up(self) -> None:
        assert self.asked("mentions__comment") == (
            f"{ACCOUNT_ID}?fields=mentioned_comment.comment_id(17887498072083521)"
            "{from,username,text,media{id,permalink}}"
        )
        told = {
            "mentioned_comment": {
                "from": {"id": USER.external_id},
                "username": "mau.tran",
                "text": "@gom.hoa.mai có bán loại này không?",
                "media": {"id": "17887498072083520", "permalink": "https://www.instagram.com/p/x/"},
                "id": "17887498072083521",
            },
            "id": ACCOUNT_ID,
        }
        assert self.found("mentions__comment", told) == MessageReceived(
            id="instagram:hoa-mai:comment:17887498072083521",
            identity=USER,
            occurred_at=SECOND,
            message_id="17887498072083521",
            text="@gom.hoa.mai có bán loại này không?",
            name="mau.tran",
            thread_refs=("17887498072083520",),
            surface=Surface.PUBLIC,
            thread=MENTION,
            permalink="https://www.instagram.com/p/x/",
        )

    def test_a_mention_in_a_caption_is_looked_up(self) -> None:
        assert self.asked("mentions__caption") == (
            f"{ACCOUNT_ID}?fields=mentioned_media.media_id(17887498072083520)"
            "{owner,username,caption,permalink}"
        )
        media = {
            "username": "mau.tran",
            "caption": "Mua ở @gom.hoa.mai",
            "permalink": "https://i/p",
        }
        message = self.found("mentions__caption", {"mentioned_media": media, "id": ACCOUNT_ID})
        assert (message.identity.external_id, message.name) == ("@mau.tran", "mau.tran")
        assert (message.thread, message.permalink) == ("mention:17887498072083520", "https://i/p")

    def test_the_account_that_mentions_itself_is_ignored(self) -> None:
        media = {"owner": {"id": ACCOUNT_ID}, "username": "gom.hoa.mai", "caption": "x"}
        assert self.looked_up("mentions__caption", {"mentioned_media": media}) == Parsed()

    def test_a_fresh_message_of_which_only_an_edit_is_told_is_looked_up(self) -> None:
        asked = self.asked("message_edit__num_0")
        assert asked == f"{MID}01?fields=id,from,to,message,attachments,shares"
        told = {"id": f"{MID}01", "message": "Chào shop, áo này còn size L không? 😍"}
        assert self.found("message_edit__num_0", told) == self.message("message__text")

    def test_the_files_of_a_message_looked_up(self) -> None:
        told = {
            "message": "",
            "attachments": {
                "data": [
                    {"image_data": {"url": "https://c/i"}},
                    {"video_data": {"url": "https://c/v"}},
                    {"mime_type": "audio/mp4", "file_url": "https://c/a"},
                    {"mime_type": "application/pdf", "name": "don.pdf", "file_url": "https://c/f"},
                    7,
                ]
            },
            "shares": {"data": [{"link": "https://c/s"}]},
        }
        attachments = self.found("message_edit__num_0", told).attachments
        assert [(each.kind, each.url) for each in attachments] == [
            (AttachmentKind.IMAGE, "https://c/i"),
            (AttachmentKind.VIDEO, "https://c/v"),
            (AttachmentKind.AUDIO, "https://c/a"),
            (AttachmentKind.FILE, "https://c/f"),
            (AttachmentKind.LINK, "https://c/s"),
        ]
        assert attachments[3].name == "don.pdf"

    @pytest.mark.parametrize(
        ("name", "told", "reason"),
        [
            ("comments__without_from", {"text": "x"}, "Instagram tells no author"),
            (
                "mentions__comment",
                {"mentioned_comment": {"text": "x"}},
                "a mention of which Instagram tells no author",
            ),
            ("message_edit__num_0", {}, "a message with neither text nor attachment"),
        ],
    )
    def test_what_is_not_told_is_kept_for_a_person(
        self, name: str, told: object, reason: str
    ) -> None:
        parsed = self.looked_up(name, told)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]

    @pytest.mark.parametrize(
        ("response", "error"),
        [
            (answer({"id": ACCOUNT_ID}), PermanentSendError),
            (refused(100, 33), PermanentSendError),
            (refused(4), TransientSendError),
        ],
    )
    def test_a_lookup_that_is_refused(self, response: HttpResponse, error: type[Exception]) -> None:
        with pytest.raises(error):
            self.adapter().read_lookup(self.lookup("mentions__comment").reference, response)

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "message__self",
            "message__to_itself",
            "message_edit__without_words",
            "message_edit__by_account",
            "reaction__by_account",
            "read__by_account",
            "referral__ig_me",
            "standby__other_app",
            "mentions__test_button",
            "story_insights__expired",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__empty", "a message with neither text nor attachment"),
            ("message__nobody", "nobody is named as the sender"),
            ("postback__empty", "a postback without title and payload"),
            ("comments__without_id", "Comment: id: missing"),
            ("unknown__field", "no event we know: hologram"),
            ("unknown__no_event", "no event in an entry of ['id', 'time']"),
            (
                "unknown__hologram",
                "no event we know among ['hologram', 'recipient', 'sender', 'timestamp']",
            ),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    def test_bad_parts_do_not_lose_the_others(self) -> None:
        parsed = self.parse("batch__one_bad_part")
        messages = [each.event for each in parsed.received]
        texts = [each.text for each in messages if isinstance(each, MessageReceived)]
        assert texts == ["một", "ba", "bốn"]
        assert [part.reason for part in parsed.unrecognised] == [
            "Messaging: message.mid: string_type",
            "an entry of another account",
            "an entry of another account",
        ]

    @pytest.mark.parametrize("payload", [{}, {"object": "page", "entry": []}, {"entry": []}])
    def test_another_kind_of_payload_is_malformed(self, payload: object) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))

    # Sending

    def sent(self, adapter: object = None, **fields: Any) -> tuple[str, Any]:
        by = adapter if isinstance(adapter, InstagramAdapter) else self.adapter()
        request = by.reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        assert request.method == "POST"
        assert request.headers["authorization"] == "Bearer access-token"
        return request.url, json.loads(request.body)

    def test_a_direct_message(self) -> None:
        url, body = self.sent()
        assert url == f"{INSTAGRAM}/{ACCOUNT_ID}/messages"
        assert body == {
            "recipient": {"id": USER.external_id},
            "message": {
                "text": "Dạ, shop chào chị ạ 😊",
                "metadata": "frontline:4821937000000001",
            },
        }

    def test_by_facebooks_login_the_page_sends(self) -> None:
        url, _ = self.sent(self.adapter(page_id=PAGE_ID))
        assert url == f"{GRAPH}/{PAGE_ID}/messages"

    def test_a_late_answer_of_a_person_is_tagged(self) -> None:
        _, body = self.sent(passage=Passage.TAGGED)
        assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")

    def test_a_text_is_counted_in_bytes(self) -> None:
        can = InstagramAdapter.capabilities
        assert can.measure("Chào 😊") == len("Ch") + len("à".encode()) + len("o ") + 4
        pieces = split("Dạ " * 400, can.text_limit, can.measure)
        assert len(pieces) > 1
        assert all(len(piece.encode()) <= 1000 for piece in pieces)

    @pytest.mark.parametrize(
        ("kind", "wire"),
        [
            (AttachmentKind.IMAGE, "image"),
            (AttachmentKind.STICKER, "image"),
            (AttachmentKind.AUDIO, "audio"),
            (AttachmentKind.VIDEO, "video"),
            (AttachmentKind.FILE, "file"),
        ],
    )
    def test_a_file(self, kind: AttachmentKind, wire: str) -> None:
        file = OutboundFile(kind=kind, name="a", mime_type="x/y", url="https://files.example/a")
        _, body = self.sent(text="", files=(file,))
        assert body["message"] == {
            "attachment": {"type": wire, "payload": {"url": "https://files.example/a"}},
            "metadata": "frontline:4821937000000001",
        }

    def test_buttons_are_quick_replies(self) -> None:
        long = "Đổi sang cỡ lớn hơn cho tôi"
        _, body = self.sent(
            buttons=tuple(Button(title=long, payload=str(place)) for place in range(20))
        )
        replies = body["message"]["quick_replies"]
        assert len(replies) == 13
        assert replies[0] == {
            "content_type": "text",
            "title": "Đổi sang cỡ lớn hơn",
            "payload": "0",
        }

    @pytest.mark.parametrize("login", [{}, {"page_id": PAGE_ID}])
    def test_a_private_answer_to_a_comment(self, login: dict[str, str]) -> None:
        adapter = self.adapter(**login)
        _, body = self.sent(adapter, thread=COMMENT_ID, passage=Passage.TAGGED)
        assert body["recipient"] == {"comment_id": COMMENT_ID}
        assert "tag" not in body

    def test_a_public_answer_to_a_comment(self) -> None:
        url, body = self.sent(surface=Surface.PUBLIC, thread=COMMENT_ID)
        assert url == f"{INSTAGRAM}/{COMMENT_ID}/replies"
        assert body == {"message": "Dạ, shop chào chị ạ 😊"}

    @pytest.mark.parametrize(
        ("thread", "where"),
        [
            (MENTION, {"media_id": "17887498072083520", "comment_id": "17887498072083521"}),
            ("mention:17887498072083520", {"media_id": "17887498072083520"}),
        ],
    )
    def test_a_public_answer_to_a_mention(self, thread: str, where: dict[str, str]) -> None:
        url, body = self.sent(surface=Surface.PUBLIC, thread=thread)
        assert url == f"{INSTAGRAM}/{ACCOUNT_ID}/mentions"
        assert body == {**where, "message": "Dạ, shop chào chị ạ 😊"}

    def test_a_public_answer_to_nothing_is_rejected(self) -> None:
        with pytest.raises(PermanentSendError):
            self.sent(surface=Surface.PUBLIC)

    def test_the_id_of_what_was_sent(self) -> None:
        read = self.adapter().read_reply
        assert read(answer({"id": "178"})) == "178"
        assert read(answer({"recipient_id": "8", "message_id": "m_1"})) == "m_1"

    @pytest.mark.parametrize(
        ("told", "reached"),
        [
            ({"recipient_id": "99", "message_id": "m"}, replace(USER, external_id="99")),
            ({"recipient_id": USER.external_id, "message_id": "m"}, None),
            ({"message_id": "m"}, None),
        ],
    )
    def test_whom_a_private_answer_reached(self, told: object, reached: Identity | None) -> None:
        private = replace(self.outbound(), thread=COMMENT_ID)
        assert self.adapter().read_recipient(private, answer(told)) == reached

    @pytest.mark.parametrize("code", [1, 2, 4, 17, 32, 613, 1200, 80002])
    def test_refused_for_now(self, code: int) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(refused(code))

    @pytest.mark.parametrize(
        ("code", "subcode", "reason"),
        [
            (10, 2534022, SendFailure.WINDOW_CLOSED),
            (551, 1545041, SendFailure.BLOCKED),
            (100, 2534014, SendFailure.UNKNOWN_RECIPIENT),
            (10, 2534014, SendFailure.UNKNOWN_RECIPIENT),
            (100, 2534037, SendFailure.ACCOUNT),
            (190, 0, SendFailure.ACCOUNT),
            (3, 0, SendFailure.ACCOUNT),
            (100, 0, SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, code: int, subcode: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(code, subcode))
        assert failed.value.reason is reason

    def test_a_comment_is_hidden(self) -> None:
        request = self.adapter().hide_request(COMMENT_ID)
        assert request is not None
        assert (request.method, request.url) == ("POST", f"{INSTAGRAM}/{COMMENT_ID}?hide=true")

    def test_a_story_is_not_fetched(self) -> None:
        story = Attachment(kind=AttachmentKind.LINK, name="story", url=CDN)
        assert self.adapter().file_request(story) is None
        assert self.adapter().file_request(replace(story, kind=AttachmentKind.IMAGE)) is not None

    # Who a customer is

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request(USER.external_id)
        assert request is not None
        assert request.url == f"{INSTAGRAM}/{USER.external_id}?fields=name,username"
        assert self.adapter().profile_request("@mau.tran") is None

    @pytest.mark.parametrize(
        ("told", "name"),
        [({"name": "Trần Thị Mẫu", "username": "m"}, "Trần Thị Mẫu"), ({"username": "m"}, "m")],
    )
    def test_a_profile(self, told: object, name: str) -> None:
        event = self.adapter().read_profile(USER.external_id, answer(told), NOON)
        assert event is not None
        assert (event.identity, event.name, event.occurred_at) == (USER, name, NOON)

    @pytest.mark.parametrize("told", [{}, {"error": {"code": 230}}, {"name": 5}, []])
    def test_a_profile_that_tells_nothing(self, told: object) -> None:
        assert self.adapter().read_profile("8", answer(told), NOON) is None

    # The account

    def test_an_instagram_login_is_subscribed_and_checked_by_account(self) -> None:
        adapter = self.adapter()
        (subscribe,) = adapter.subscribe_requests(WEBHOOK)
        node = f"{INSTAGRAM}/{ACCOUNT_ID}/subscribed_apps"
        assert (subscribe.method, subscribe.url) == ("POST", f"{node}?subscribed_fields={FIELDS}")
        check = adapter.check_request(WEBHOOK)
        assert check is not None
        assert (check.method, check.url) == ("GET", node)
        listed = {"data": [{"subscribed_fields": FIELDS.split(",")}]}
        assert adapter.read_check(WEBHOOK, answer(listed)).problem is None
        listed["data"][0]["subscribed_fields"] = ["messages"]
        problem = adapter.read_check(WEBHOOK, answer(listed)).problem
        assert problem is not None
        assert problem.startswith("not subscribed to comments, live_comments")

    def test_a_facebook_login_is_subscribed_and_checked_by_page(self) -> None:
        adapter = self.adapter(page_id=PAGE_ID)
        (subscribe,) = adapter.subscribe_requests(WEBHOOK)
        node = f"{GRAPH}/{PAGE_ID}/subscribed_apps"
        assert subscribe.url == f"{node}?subscribed_fields=messages"
        listed = {"data": [{"id": "640118274993321", "subscribed_fields": ["messages"]}]}
        assert adapter.read_check(WEBHOOK, answer(listed)).problem is None
        assert adapter.read_check(WEBHOOK, answer({"data": [{"id": "1"}]})).problem is not None

    def test_a_dead_token_is_a_problem_and_an_unwell_meta_is_none(self) -> None:
        assert "190" in (self.adapter().read_check(WEBHOOK, refused(190)).problem or "")
        with pytest.raises(TransientSendError):
            self.adapter().read_check(WEBHOOK, answer({}, 503))

    def test_the_token_of_an_instagram_login_is_renewed_at_half_its_life(self) -> None:
        adapter = self.adapter()
        request = adapter.exchange_request(NOON)
        assert request is not None
        assert request.url == (
            "https://graph.instagram.com/refresh_access_token"
            "?grant_type=ig_refresh_token&access_token=access-token"
        )
        assert "access-token" not in repr(request)
        told = {"access_token": "next-token", "token_type": "bearer", "expires_in": 5184000}
        granted = adapter.read_exchange(answer(told), NOON)
        assert granted.secrets == {"access_token": "next-token"}
        assert granted.expires_at == NOON + timedelta(days=30)
        assert adapter.with_secrets(granted.secrets).secret("access_token") == "next-token"

    @pytest.mark.parametrize("response", [refused(100), refused(190), answer({"x": 1})])
    def test_a_token_that_is_not_renewed_stays_for_a_day(self, response: HttpResponse) -> None:
        granted = self.adapter().read_exchange(response, NOON)
        assert granted.secrets == {"access_token": "access-token"}
        assert granted.expires_at == NOON + timedelta(days=1)

    def test_a_pages_token_is_not_renewed(self) -> None:
        assert self.adapter(page_id=PAGE_ID).exchange_request(NOON) is None
