"""Facebook page comments, posts of visitors and reviews."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    OutboundFile,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Surface
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import Secrets, SendContract, SignedBodyContract, proves

PAGE_ID = "210984733105522"
POST_ID = f"{PAGE_ID}_122141721440024251"
VISITOR_POST_ID = f"{PAGE_ID}_734388548724133"
COMMENT_ID = "122141721440024251_657063669920574"
REPLY_ID = "122141721440024251_759878495960329"
REVIEW_ID = "445566778899"
USER = Identity("facebook", "hoa-mai", "8811402277633901")
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
POST_URL = "https://www.facebook.com/gomhoamai/posts/pfbid02mau"
GRAPH = "https://graph.facebook.com/v25.0"
WEBHOOK = "https://desk.example.com/webhooks/messenger/hoa-mai"


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


def refused(code: int, subcode: int = 0) -> HttpResponse:
    error = {"message": "(#1) no", "type": "OAuthException", "code": code}
    return answer({"error": {**error, "error_subcode": subcode, "fbtrace_id": "A1"}}, 400)


class TestFacebook(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "facebook"
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
    sample: ClassVar[str] = "feed__comment_2018"

    def prove(self, body: bytes, secret: str) -> str:
        return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"

    def outbound(self, text: str = "Dạ, shop chào chị ạ 😊") -> OutboundMessage:
        return replace(super().outbound(text), surface=Surface.PUBLIC, thread=COMMENT_ID)

    # Proof

    def handshake(self, **query: str) -> WebhookRequest:
        asked = {"mode": "subscribe", "verify_token": "verify-token", "challenge": "1158201444"}
        return WebhookRequest({}, {f"hub.{k}": v for k, v in {**asked, **query}.items()}, b"")

    def test_the_handshake_of_a_webhook_of_its_own(self) -> None:
        assert self.adapter().challenge(self.handshake()).body == "1158201444"

    @pytest.mark.parametrize("query", [{"verify_token": "other"}, {"mode": "unsubscribe"}])
    def test_another_handshake_is_refused(self, query: dict[str, str]) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(self.handshake(**query))

    def test_the_older_sha1_signature_proves_nothing(self) -> None:
        body = self.body(self.sample)
        sha1 = hmac.new(b"app-secret", body, hashlib.sha1).hexdigest()
        assert not proves(
            self.adapter(), WebhookRequest({"x-hub-signature": f"sha1={sha1}"}, {}, body)
        )

    # Comments

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_a_comment(self) -> None:
        assert self.event("feed__comment_add") == MessageReceived(
            id=f"facebook:hoa-mai:message:{COMMENT_ID}",
            identity=USER,
            occurred_at=AT,
            message_id=COMMENT_ID,
            text="Bình này giá sao ạ? 😍",
            name="Trần Thị Mẫu",
            thread_refs=(POST_ID,),
            surface=Surface.PUBLIC,
            thread=COMMENT_ID,
            permalink=f"{POST_URL}?comment_id=657063669920574",
        )

    def test_a_reply_belongs_to_post_and_comment(self) -> None:
        reply = self.message("feed__comment_reply")
        assert reply.thread_refs == (POST_ID, COMMENT_ID)
        assert reply.thread == REPLY_ID

    @pytest.mark.parametrize(
        ("name", "kind", "url"),
        [
            ("photo", AttachmentKind.IMAGE, "https://scontent.example.com/v/anh.jpg"),
            ("video", AttachmentKind.VIDEO, "https://video.example.com/v/phim.mp4"),
            ("link", AttachmentKind.LINK, "https://www.example.com/mau"),
        ],
    )
    def test_a_comment_with(self, name: str, kind: AttachmentKind, url: str) -> None:
        message = self.message(f"feed__comment_{name}")
        assert message.attachments == (Attachment(kind=kind, url=url),)

    def test_a_comment_of_which_the_post_is_not_told(self) -> None:
        message = self.message("feed__comment_without_post")
        assert (message.thread_refs, message.permalink) == ((), None)

    def test_the_author_as_he_stood_until_2018(self) -> None:
        message = self.message("feed__comment_2018")
        assert (message.identity, message.name) == (USER, "Trần Thị Mẫu")
        assert message.permalink == f"https://www.facebook.com/{POST_ID}?comment_id=657063669920574"

    def test_an_edited_comment(self) -> None:
        assert self.event("feed__comment_edited") == MessageEdited(
            id=f"facebook:hoa-mai:edit:1772416860000:{COMMENT_ID}",
            identity=USER,
            occurred_at=AT + timedelta(minutes=1),
            message_id=COMMENT_ID,
            text="Bình này giá sao ạ, còn hàng không?",
        )

    def test_a_removed_comment(self) -> None:
        assert self.event("feed__comment_removed") == MessageDeleted(
            id=f"facebook:hoa-mai:deleted:{COMMENT_ID}",
            identity=USER,
            occurred_at=AT + timedelta(minutes=2),
            message_id=COMMENT_ID,
        )

    def test_a_removed_comment_of_nobody_is_the_threads(self) -> None:
        event = self.event("feed__comment_removed_without_from")
        assert (event.identity.external_id, type(event)) == (COMMENT_ID, MessageDeleted)

    # What visitors post, and reviews

    def test_a_post_of_a_visitor(self) -> None:
        message = self.message("feed__post_by_visitor")
        assert message.message_id == message.thread == VISITOR_POST_ID
        assert message.text == "Hàng về bị sứt một góc, nhờ cửa hàng xem giúp"
        assert message.permalink == f"https://www.facebook.com/{VISITOR_POST_ID}"
        assert message.surface is Surface.PUBLIC

    @pytest.mark.parametrize(
        ("name", "kinds"),
        [
            ("feed__post_photos_by_visitor", [AttachmentKind.IMAGE, AttachmentKind.IMAGE]),
            ("feed__photo_by_visitor", [AttachmentKind.IMAGE]),
            ("feed__video_by_visitor", [AttachmentKind.VIDEO]),
            ("feed__share_by_visitor", [AttachmentKind.LINK]),
        ],
    )
    def test_a_visitors_post_with(self, name: str, kinds: list[AttachmentKind]) -> None:
        assert [each.kind for each in self.message(name).attachments] == kinds

    def test_an_edited_and_a_removed_post(self) -> None:
        edited = self.event("feed__post_edited_by_visitor")
        removed = self.event("feed__post_removed_by_visitor")
        assert isinstance(edited, MessageEdited)
        assert isinstance(removed, MessageDeleted)
        assert edited.text == "Hàng về bị sứt hai góc"
        assert edited.message_id == removed.message_id == VISITOR_POST_ID

    def test_a_mention_by_somebody_elsewhere(self) -> None:
        message = self.message("mention__comment")
        assert (message.identity, message.thread) == (USER, "5566_7788")
        assert message.text == "Gốm Hoa Mai có bán loại này không?"

    @pytest.mark.parametrize(
        ("name", "text", "rating"),
        [
            ("ratings__recommendation", "[negative] Giao hàng chậm quá", None),
            ("ratings__stars", "Giao hàng chậm quá", 2),
            ("ratings__without_words", "[positive]", None),
        ],
    )
    def test_a_review(self, name: str, text: str, rating: int | None) -> None:
        message = self.message(name)
        assert (message.text, message.rating) == (text, rating)
        assert (message.identity, message.name) == (USER, "Trần Thị Mẫu")
        assert message.thread == message.message_id == REVIEW_ID

    # The page itself

    def test_the_pages_answer_to_a_comment(self) -> None:
        assert self.event("feed__comment_by_page") == MessageEchoed(
            id=f"facebook:hoa-mai:echo:{REPLY_ID}",
            identity=replace(USER, external_id=COMMENT_ID),
            occurred_at=AT,
            message_id=REPLY_ID,
            text="Dạ 450.000 đồng ạ",
            surface=Surface.PUBLIC,
            thread_refs=(POST_ID, COMMENT_ID),
        )

    def test_the_pages_comment_under_a_post(self) -> None:
        event = self.event("feed__comment_by_page_under_post")
        assert isinstance(event, MessageEchoed)
        assert event.thread_refs == (POST_ID,)
        assert event.identity.external_id == POST_ID
        assert event.attachments[0].kind is AttachmentKind.IMAGE

    def test_the_pages_answer_to_a_review(self) -> None:
        event = self.event("ratings__comment_by_page")
        assert isinstance(event, MessageEchoed)
        assert event.thread_refs == (REVIEW_ID,)

    def test_the_page_edits_and_removes_its_answer(self) -> None:
        edited = self.event("feed__comment_by_page_edited")
        removed = self.event("feed__comment_by_page_removed")
        assert isinstance(edited, MessageEdited)
        assert isinstance(removed, MessageDeleted)
        assert edited.message_id == removed.message_id == REPLY_ID
        assert edited.identity == removed.identity == replace(USER, external_id=COMMENT_ID)

    # Looking up

    def lookup(self, name: str) -> LookupNeeded:
        event = self.event(name)
        assert isinstance(event, LookupNeeded)
        return event

    def looked_up(self, name: str, told: object) -> Parsed:
        return self.adapter().read_lookup(self.lookup(name).reference, answer(told))

    def test_a_comment_without_its_author_is_looked_up(self) -> None:
        event = self.lookup("feed__comment_without_from")
        assert event.id == f"facebook:hoa-mai:lookup:add:1772416800000:{COMMENT_ID}"
        assert "Bình" not in event.reference
        request = self.adapter().lookup_request(event.reference)
        url = urlsplit(request.url)
        assert (request.method, f"{url.scheme}://{url.netloc}{url.path}") == (
            "GET",
            f"{GRAPH}/{COMMENT_ID}",
        )
        assert parse_qs(url.query) == {
            "fields": ["from,message,created_time,permalink_url,attachment"]
        }
        assert request.headers["authorization"] == "Bearer page-access-token"

    def test_what_was_looked_up_is_the_comment_itself(self) -> None:
        (received,) = self.looked_up(
            "feed__comment_without_from",
            {
                "id": COMMENT_ID,
                "from": {"id": USER.external_id, "name": "Trần Thị Mẫu"},
                "message": "Bình này giá sao ạ? 😍",
                "created_time": "2026-03-02T02:00:00+0000",
            },
        ).received
        known = self.message("feed__comment_add")
        assert isinstance(received.event, MessageReceived)
        assert replace(received.event, permalink=known.permalink) == known
        again = self.adapter().parse(WebhookRequest({}, {}, received.raw.encode()))
        assert [each.event for each in again.received] == [received.event]

    @pytest.mark.parametrize(
        ("told", "attachment"),
        [
            (
                {
                    "type": "sticker",
                    "url": "https://www.facebook.com/sticker",
                    "media": {"image": {"height": 80, "width": 80, "src": "https://cdn.example/s"}},
                },
                Attachment(kind=AttachmentKind.STICKER, url="https://cdn.example/s"),
            ),
            (
                {
                    "type": "video_inline",
                    "media": {"image": {"src": "https://c/i"}, "source": "https://c/v"},
                },
                Attachment(kind=AttachmentKind.VIDEO, url="https://c/v"),
            ),
            (
                {"type": "animated_image_share", "media": {"image": {"src": "https://c/g"}}},
                Attachment(kind=AttachmentKind.IMAGE, url="https://c/g"),
            ),
            (
                {"type": "share", "url": "https://shop.example.com/b", "title": "Bình lam"},
                Attachment(
                    kind=AttachmentKind.LINK, name="Bình lam", url="https://shop.example.com/b"
                ),
            ),
        ],
    )
    def test_a_sticker_or_film_that_is_not_told_is_looked_up(
        self, told: dict[str, Any], attachment: Attachment
    ) -> None:
        # The author, known already, need not be told again.
        (received,) = self.looked_up("feed__comment_sticker", {"attachment": told}).received
        assert isinstance(received.event, MessageReceived)
        assert received.event.identity == USER
        assert received.event.attachments == (attachment,)

    def test_an_edit_without_its_author_is_looked_up_as_an_edit(self) -> None:
        told = {"from": {"id": USER.external_id}, "message": "Còn hàng không?"}
        (received,) = self.looked_up("feed__comment_edited_without_from", told).received
        assert isinstance(received.event, MessageEdited)
        assert (received.event.identity, received.event.text) == (USER, "Còn hàng không?")

    def test_the_pages_sticker_is_looked_up_as_an_answer(self) -> None:
        told = {"from": {"id": PAGE_ID}, "attachment": {"type": "sticker", "url": "https://c/s"}}
        (received,) = self.looked_up("feed__comment_by_page_sticker", told).received
        assert isinstance(received.event, MessageEchoed)
        assert received.event.thread_refs == (POST_ID, COMMENT_ID)

    def test_a_post_without_its_author_is_looked_up(self) -> None:
        event = self.lookup("feed__post_without_from")
        request = self.adapter().lookup_request(event.reference)
        assert urlsplit(request.url).path.endswith(VISITOR_POST_ID)
        assert request.url.endswith("permalink_url,attachments")
        told = {
            "from": {"id": USER.external_id, "name": "Trần Thị Mẫu"},
            "permalink_url": "https://www.facebook.com/p/1",
            "attachments": {
                "data": [{"type": "photo", "media": {"image": {"src": "https://c/1"}}}]
            },
        }
        (received,) = self.looked_up("feed__post_without_from", told).received
        assert isinstance(received.event, MessageReceived)
        assert received.event.attachments == (
            Attachment(kind=AttachmentKind.IMAGE, url="https://c/1"),
        )
        assert received.event.permalink == "https://www.facebook.com/p/1"

    def test_a_mention_without_words_is_looked_up(self) -> None:
        event = self.lookup("mention__post_without_words")
        assert urlsplit(self.adapter().lookup_request(event.reference).url).path.endswith("_5566")

    @pytest.mark.parametrize("told", [{}, {"message": "Giá sao ạ"}, {"from": {"name": "Mẫu"}}])
    def test_whose_author_is_not_told_is_kept_for_a_person(self, told: object) -> None:
        parsed = self.looked_up("feed__comment_without_from", told)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [
            "a comment of which Meta tells no author or no words"
        ]
        again = self.adapter().parse(WebhookRequest({}, {}, parsed.unrecognised[0].raw.encode()))
        assert [type(each.event) for each in again.received] == [LookupNeeded]

    @pytest.mark.parametrize(
        ("response", "error"),
        [
            (refused(100, 33), PermanentSendError),
            (refused(190), PermanentSendError),
            (refused(4), TransientSendError),
            (answer({}, 500), TransientSendError),
        ],
    )
    def test_a_lookup_that_is_refused(self, response: HttpResponse, error: type[Exception]) -> None:
        reference = self.lookup("feed__comment_without_from").reference
        with pytest.raises(error):
            self.adapter().read_lookup(reference, response)

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "feed__comment_hide",
            "feed__comment_unhide",
            "feed__comment_edited_photo_only",
            "feed__reaction",
            "feed__like",
            "feed__status_by_page",
            "feed__status_by_page_edited",
            "feed__status_by_page_removed",
            "messaging__message",
            "standby__message",
            "test_button__feed",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("feed__comment_without_id", "a comment without an id"),
            ("feed__comment_nul", "FeedValue: message: string_pattern_mismatch"),
            ("unknown__item", "no event we know: add hologram"),
            ("unknown__verb", "no event we know: teleport comment"),
            ("unknown__field", "no event we know: leadgen"),
            ("unknown__list_for_item", "FeedValue: item: string_type"),
            ("unknown__no_changes", "no change in an entry of ['id', 'time']"),
            ("unknown__text_for_changes", "no change in an entry of ['changes', 'id', 'time']"),
            ("unknown__text_for_change", "no change in an entry of ['changes', 'id', 'time']"),
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
        assert texts == ["một", "ba", "năm"]
        assert messages[-1].occurred_at == AT + timedelta(seconds=5)
        assert [part.reason for part in parsed.unrecognised] == [
            "FeedValue: comment_id: string_type",
            "an entry of another page",
            "no change in an entry of ['unknown']",
        ]

    def test_at_one_door_each_channel_takes_what_is_its_own(self) -> None:
        request = self.request(self.body("batch__comment_and_message"))
        names = {}
        for channel in ("messenger", "facebook"):
            adapter = adapter_class(channel)("hoa-mai", self.secrets)
            adapter.verify(request)
            parsed = adapter.parse(request)
            assert parsed.unrecognised == ()
            (received,) = parsed.received
            names[channel] = received.event.id
        assert names == {
            "messenger": "messenger:hoa-mai:message:m_1",
            "facebook": f"facebook:hoa-mai:message:{COMMENT_ID}",
        }
        assert adapter_class("facebook").door == "messenger"

    @pytest.mark.parametrize(
        "payload", [{}, {"object": "page"}, {"object": "page", "entry": {}}, {"object": "user"}]
    )
    def test_another_kind_of_payload_is_malformed(self, payload: object) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))

    # Sending

    def sent(self, **fields: Any) -> tuple[str, Any]:
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        assert request.method == "POST"
        assert request.headers["authorization"] == "Bearer page-access-token"
        return request.url, json.loads(request.body)

    def test_a_public_answer_is_a_comment(self) -> None:
        url, body = self.sent()
        assert url == f"{GRAPH}/{COMMENT_ID}/comments"
        assert body == {"message": "Dạ, shop chào chị ạ 😊"}

    @pytest.mark.parametrize(
        ("thread", "recipient"),
        [
            (COMMENT_ID, {"comment_id": COMMENT_ID}),
            (VISITOR_POST_ID, {"post_id": VISITOR_POST_ID}),
            (None, {"id": USER.external_id}),
        ],
    )
    def test_a_private_answer(self, thread: str | None, recipient: dict[str, str]) -> None:
        url, body = self.sent(surface=Surface.DIRECT, thread=thread)
        assert url == f"{GRAPH}/{PAGE_ID}/messages"
        assert body == {
            "recipient": recipient,
            "messaging_type": "RESPONSE",
            "message": {"text": "Dạ, shop chào chị ạ 😊", "metadata": "4821937000000001"},
        }

    def file(self, kind: AttachmentKind) -> OutboundFile:
        return OutboundFile(kind=kind, name="a", mime_type="x/y", url="https://files.example/a")

    def test_a_picture_is_a_comment_of_its_own(self) -> None:
        url, body = self.sent(text="", files=(self.file(AttachmentKind.IMAGE),))
        assert url == f"{GRAPH}/{COMMENT_ID}/comments"
        assert body == {"attachment_url": "https://files.example/a"}

    def test_what_a_comment_cannot_hold_is_rejected(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.sent(text="", files=(self.file(AttachmentKind.FILE),))
        assert failed.value.reason is SendFailure.REJECTED

    def test_a_public_answer_to_nothing_is_rejected(self) -> None:
        with pytest.raises(PermanentSendError):
            self.sent(thread=None)

    def test_the_id_of_what_was_sent(self) -> None:
        read = self.adapter().read_reply
        assert read(answer({"id": "1_2"})) == "1_2"
        assert read(answer({"recipient_id": "8", "message_id": "m_1"})) == "m_1"

    def test_a_private_answer_tells_whom_messenger_knows(self) -> None:
        response = answer({"recipient_id": "7001", "message_id": "m_1"})
        private = replace(self.outbound(), surface=Surface.DIRECT)
        reached = self.adapter().read_recipient(private, response)
        assert reached == Identity("messenger", "hoa-mai", "7001")

    @pytest.mark.parametrize("told", [{"message_id": "m_1"}, {"recipient_id": None}, [], "x"])
    def test_an_answer_that_tells_nobody(self, told: object) -> None:
        private = replace(self.outbound(), surface=Surface.DIRECT)
        assert self.adapter().read_recipient(private, answer(told)) is None

    def test_a_public_answer_reaches_nobody_in_private(self) -> None:
        assert self.adapter().read_recipient(self.outbound(), answer({"id": "1_2"})) is None

    @pytest.mark.parametrize("code", [1, 2, 4, 17, 32, 341, 613, 1200, 80001, 80006])
    def test_refused_for_now(self, code: int) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(refused(code))

    @pytest.mark.parametrize(
        ("code", "subcode", "reason"),
        [
            (10, 2018278, SendFailure.WINDOW_CLOSED),
            (551, 1545041, SendFailure.BLOCKED),
            (100, 2018001, SendFailure.UNKNOWN_RECIPIENT),
            (190, 463, SendFailure.ACCOUNT),
            (200, 0, SendFailure.ACCOUNT),
            (368, 0, SendFailure.ACCOUNT),
            (100, 33, SendFailure.REJECTED),
            (10900, 0, SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, code: int, subcode: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(code, subcode))
        assert failed.value.reason is reason

    def test_a_comment_is_hidden(self) -> None:
        request = self.adapter().hide_request(COMMENT_ID)
        assert request is not None
        assert (request.method, request.url) == ("POST", f"{GRAPH}/{COMMENT_ID}")
        assert json.loads(request.body) == {"is_hidden": True}

    def test_links_are_not_fetched(self) -> None:
        link = Attachment(kind=AttachmentKind.LINK, url="https://www.example.com/mau")
        image = Attachment(kind=AttachmentKind.IMAGE, url="https://scontent.example.com/v/1.jpg")
        assert self.adapter().file_request(link) is None
        fetched = self.adapter().file_request(image)
        assert fetched is not None
        assert fetched.url == image.url

    # The account

    def check(self, told: object, status: int = 200) -> str | None:
        request = self.adapter().check_request(WEBHOOK)
        assert request is not None
        assert (request.method, request.url) == ("GET", f"{GRAPH}/{PAGE_ID}/subscribed_apps")
        return self.adapter().read_check(WEBHOOK, answer(told, status)).problem

    def test_a_page_that_is_subscribed_is_well(self) -> None:
        apps = [{"id": "1"}, {"id": "640118274993321", "subscribed_fields": ["feed", "messages"]}]
        assert self.check({"data": apps}) is None

    @pytest.mark.parametrize(
        ("told", "problem"),
        [
            ({"data": []}, "the app is not subscribed to these events any more"),
            ({"data": [{"id": "1"}]}, "the app is not subscribed to these events any more"),
            (
                {"data": [{"id": "640118274993321", "subscribed_fields": ["messages"]}]},
                "not subscribed to feed",
            ),
            ({"data": "x"}, "Meta lists the subscribed apps in no shape we know"),
            (
                {"error": {"code": 190, "error_subcode": 463}},
                "Meta refused with 190/463: the token is refused, or lacks a permission",
            ),
        ],
    )
    def test_an_account_that_is_unwell(self, told: object, problem: str) -> None:
        assert self.check(told) == problem

    def test_when_meta_is_unwell_nothing_is_said_of_the_account(self) -> None:
        with pytest.raises(TransientSendError):
            self.check({}, 503)

    def test_subscribing_leaves_messengers_events_in_place(self) -> None:
        of_app, of_page = self.adapter().subscribe_requests(WEBHOOK)
        assert of_app.url == f"{GRAPH}/640118274993321/subscriptions"
        assert of_app.headers["authorization"] == "Bearer 640118274993321|app-secret"
        to_webhook = json.loads(of_app.body)
        assert to_webhook["callback_url"] == WEBHOOK
        assert to_webhook["object"] == "page"
        assert of_page.url.startswith(f"{GRAPH}/{PAGE_ID}/subscribed_apps?subscribed_fields=feed,")
        for fields in (to_webhook["fields"], of_page.url):
            assert {"feed", "messages"} <= {*fields.rpartition("=")[2].split(",")}
