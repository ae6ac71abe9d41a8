"""X (Twitter)."""

import ast
import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundMessage, WebhookRequest
from chalicelib.channels.splitting import split
from chalicelib.channels.x.counting import weighted
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    MessageDeleted,
    MessageEchoed,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery, Surface
from chalicelib.errors import (
    InvalidSignatureError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves
from ..corpus import CORPUS, vectors

OURS = "1604118823350444032"
USER = Identity("x", "hoa-mai", "1729930014475206657")
AT = datetime(2026, 3, 2, 2, 0, 0, 123000, tzinfo=UTC)
QUESTION = "2028500000000000001"
OUR_POST = "2028400000000000009"
WEBHOOK = "https://desk.example/webhooks/x/hoa-mai"
FIELDS = re.MULTILINE | re.DOTALL
DM_FILE = (
    "https://ton.twitter.com/1.1/ton/data/dm/2080765901528535096/1780000000000000001/QwErTy12.jpg"
)


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=named, body=json.dumps(payload).encode())


def problem(status: int, detail: str = "", kind: str = "about:blank") -> HttpResponse:
    return answer({"title": "T", "type": kind, "status": status, "detail": detail}, status)


def coded(code: int, status: int = 403) -> HttpResponse:
    return answer({"errors": [{"code": code, "message": "no"}]}, status)


def of_factory(program: str) -> dict[str, Any]:
    """Return the payload that a factory in Ruby makes: `name { value }` and `name do value end`."""
    values = {}
    for match in re.finditer(r"^    (\w+) (?:\{ ([^\n]*) \}|do\n(.*?)\n    end)$", program, FIELDS):
        name, one, many = match.groups()
        if name == "initialize_with":
            continue
        text = (one or many).replace(".with_indifferent_access", "").replace("nil", "None")
        text = text.replace("=>", ":").replace("false", "False").replace("true", "True")
        values[name] = ast.literal_eval(re.sub(r"(\n\s+)(\w+): ", r"\1'\2': ", text).strip())
    return values


class TestX(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "x"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "user_id": OURS,
        "consumer_secret": "consumer-secret",
        "client_id": "bGllbnQtaWQ6MTpjaQ",
        "access_token": "user-access-token",
        "refresh_token": "user-refresh-token",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-twitter-webhooks-signature"
    proven_by: ClassVar[str] = "consumer_secret"
    sample: ClassVar[str] = "favorite_events__customer"

    def prove(self, body: bytes, secret: str) -> str:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return f"sha256={base64.b64encode(digest).decode()}"

    def received(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def echoed(self, name: str) -> MessageEchoed:
        event = self.event(name)
        assert isinstance(event, MessageEchoed)
        return event

    # Proof

    def test_the_challenge_is_signed_with_the_consumer_secret(self) -> None:
        token = "9b4507b3-9040-4669-9ca3-6b94edb50553"
        told = self.adapter().challenge(WebhookRequest({}, {"crc_token": token}, b""))
        assert told.content_type == "application/json"
        expected = self.prove(token.encode(), "consumer-secret")
        assert json.loads(told.body) == {"response_token": expected}

    def test_the_published_challenges_are_answered(self) -> None:
        for vector in vectors():
            if vector["scheme"] == "x_crc":
                adapter = self.adapter(consumer_secret=vector["consumer_secret"])
                asked = WebhookRequest({}, {"crc_token": vector["crc_token"]}, b"")
                told = json.loads(adapter.challenge(asked).body)
                assert told == {"response_token": vector["response_token"]}

    def test_while_the_secret_is_rotated_the_challenge_is_signed_with_the_new(self) -> None:
        adapter = self.adapter(consumer_secret=["old", "new"])
        told = adapter.challenge(WebhookRequest({}, {"crc_token": "a"}, b""))
        assert json.loads(told.body) == {"response_token": self.prove(b"a", "new")}

    @pytest.mark.parametrize("token", ["", '{"for_user_id":"1"}', ' \n{"data":{}}'])
    def test_a_challenge_never_signs_what_may_be_a_webhook(self, token: str) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(WebhookRequest({}, {"crc_token": token}, b""))

    def test_without_a_secret_no_challenge_is_answered(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter(consumer_secret="").challenge(WebhookRequest({}, {"crc_token": "a"}, b""))

    def test_the_hexadecimal_digest_proves_nothing(self) -> None:
        body = self.body(self.sample)
        digest = hmac.new(b"consumer-secret", body, hashlib.sha256).hexdigest()
        assert not proves(
            self.adapter(), WebhookRequest({self.proof: f"sha256={digest}"}, {}, body)
        )

    # Direct messages

    def test_a_direct_message(self) -> None:
        assert self.event("dm.received__text_vietnamese") == MessageReceived(
            id="x:hoa-mai:message:2080765901528535096",
            identity=USER,
            occurred_at=AT,
            message_id="2080765901528535096",
            text="Chào shop, bình men lam <30cm> & chén còn không ạ? 😊",
            name="Trần Thị Mẫu",
        )

    def test_a_message_is_the_same_event_in_the_older_api(self) -> None:
        older = self.received("direct_message_events__text")
        assert older.id == self.event("dm.received__text_vietnamese").id
        assert (older.text, older.name) == ("Chào shop", "Trần Thị Mẫu")

    def test_a_short_link_reads_as_it_was_written(self) -> None:
        text = self.received("dm.received__link").text
        assert text == "Mẫu này ạ https://gomhoamai.example/binh?mau=lam&co=30"

    def test_a_photo_and_its_words(self) -> None:
        event = self.received("dm.received__photo")
        assert event.text == "Bình bị nứt ở đây"
        assert event.attachments == (Attachment(kind=AttachmentKind.IMAGE, url=DM_FILE),)

    @pytest.mark.parametrize(
        ("name", "url"),
        [
            ("dm.received__video", "https://video.twimg.com/dm_video/1/vid/720x1280/a.mp4"),
            ("dm.received__gif", "https://video.twimg.com/dm_gif/1/a.mp4"),
        ],
    )
    def test_a_moving_picture_in_its_best_quality(self, name: str, url: str) -> None:
        event = self.received(name)
        assert event.text == ""
        assert event.attachments == (Attachment(kind=AttachmentKind.VIDEO, url=url),)

    def test_a_place(self) -> None:
        (place,) = self.received("dm.received__location").attachments
        assert (place.latitude, place.longitude) == ("21.03", "105.85")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("dm.received__place", "[location]"),
            ("dm.received__quick_reply", "Đổi hàng"),
            ("dm.received__quick_reply_without_words", "doi-hang"),
            ("chat.received__encrypted", "[encrypted]"),
        ],
    )
    def test_no_message_is_without_a_word(self, name: str, text: str) -> None:
        event = self.received(name)
        assert (event.text, event.identity) == (text, USER)
        assert event.surface is Surface.DIRECT

    def test_a_quick_reply_tells_its_payload(self) -> None:
        assert self.received("dm.received__quick_reply").choice == "doi-hang"
        assert self.received("dm.received__text_vietnamese").choice is None

    def test_what_the_account_wrote_is_an_echo(self) -> None:
        assert self.event("dm.sent__by_an_agent") == MessageEchoed(
            id="x:hoa-mai:echo:2080763914820927863",
            identity=USER,
            occurred_at=AT,
            message_id="2080763914820927863",
            text="Dạ còn ạ",
        )
        assert self.echoed("direct_message_events__echo").identity == USER

    def test_what_the_account_wrote_encrypted_is_an_echo(self) -> None:
        event = self.echoed("chat.sent__encrypted")
        assert (event.text, event.identity) == ("[encrypted]", USER)

    @pytest.mark.parametrize(
        "name", ["dm.read__by_the_customer", "direct_message_mark_read_events__customer"]
    )
    def test_read(self, name: str) -> None:
        event = self.event(name)
        assert isinstance(event, ReceiptReceived)
        assert (event.delivery, event.identity) == (Delivery.READ, USER)
        assert event.message_ids == ("2080763914820927863",)
        assert event.watermark_at == datetime(2026, 3, 2, 2, 1, tzinfo=UTC)

    @pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
    @pytest.mark.parametrize(
        ("name", "text", "kinds"),
        [
            ("aaa_dm_image", "Blue Bird", [AttachmentKind.IMAGE]),
            (
                "aaa_tweet_create_mention",
                "@chatwootapp Testing a sample tweet with Twitter client",
                [],
            ),
        ],
    )
    def test_a_published_payload_that_is_a_program(
        self, name: str, text: str, kinds: list[AttachmentKind]
    ) -> None:
        adapter = self.adapter(user_id="1")
        payload = of_factory((CORPUS / "x" / f"{name}.rb").read_text("utf-8"))
        for item in payload.get("direct_message_events", []):
            item["created_timestamp"] = "1772416800123"  # Every real message has it.
        request = WebhookRequest({}, {}, json.dumps(payload).encode())
        (received,) = adapter.parse(request).received
        event = received.event
        assert isinstance(event, MessageReceived)
        assert (event.text, event.identity.external_id) == (text, "2")
        assert [each.kind for each in event.attachments] == kinds

    # In public

    def test_a_mention(self) -> None:
        assert self.event("post.mention.create__question") == MessageReceived(
            id=f"x:hoa-mai:post:{QUESTION}",
            identity=USER,
            occurred_at=AT.replace(microsecond=0),
            message_id=QUESTION,
            text="@gomhoamai_vd đơn 1024 bao giờ giao & ai giao ạ?",
            name="Trần Thị Mẫu",
            surface=Surface.PUBLIC,
            thread=QUESTION,
            permalink=f"https://x.com/i/web/status/{QUESTION}",
        )

    def test_a_mention_that_is_a_reply_too_is_one_event(self) -> None:
        twice = self.event("post.reply.create__same_as_the_mention")
        assert twice.id == self.event("post.mention.create__question").id

    @pytest.mark.parametrize(
        ("name", "refs"),
        [
            ("post.reply.create__under_our_post", (OUR_POST,)),
            ("post.quote.create__of_ours", (OUR_POST,)),
            ("post.mention.create__edited", (QUESTION,)),
        ],
    )
    def test_a_post_names_those_it_belongs_to(self, name: str, refs: tuple[str, ...]) -> None:
        assert self.received(name).thread_refs == refs

    def test_files_of_a_post_and_one_that_x_left_out(self) -> None:
        event = self.received("post.mention.create__photo")
        assert event.text == "@gomhoamai_vd vỡ rồi"
        kinds = [(each.kind, each.url) for each in event.attachments]
        assert kinds == [
            (AttachmentKind.IMAGE, "https://pbs.twimg.com/media/Abc.jpg"),
            (AttachmentKind.VIDEO, "https://video.twimg.com/a.mp4"),
            (AttachmentKind.FILE, None),
        ]

    def test_a_long_post_is_read_whole(self) -> None:
        newer = self.received("post.mention.create__long")
        assert newer.text == "@gomhoamai_vd em kể dài, xem https://example.com/ke nhé"
        older = self.received("tweet_create_events__long")
        assert older.text == "@gomhoamai_vd em kể hết: vỡ miệng bình"
        assert [each.kind for each in older.attachments] == [AttachmentKind.IMAGE]

    def test_a_post_is_the_same_event_in_the_older_api(self) -> None:
        older = self.received("tweet_create_events__mention")
        newer = self.received("post.mention.create__question")
        assert (older.id, older.occurred_at) == (newer.id, newer.occurred_at)
        assert older.name == newer.name

    def test_of_a_reply_and_a_repost_only_the_reply_says_something(self) -> None:
        (event,) = self.events("tweet_create_events__reply_and_repost")
        assert isinstance(event, MessageReceived)
        assert event.thread_refs == (OUR_POST,)

    @pytest.mark.parametrize("name", ["post.create__our_answer", "tweet_create_events__our_answer"])
    def test_the_accounts_own_answer_is_an_echo_in_its_thread(self, name: str) -> None:
        event = self.echoed(name)
        assert event.text == "@mau_tran_vd Dạ mai giao ạ"
        assert (event.surface, event.ours) == (Surface.PUBLIC, False)
        assert event.thread_refs == (QUESTION,)
        assert event.identity.external_id == QUESTION

    def test_a_deleted_post(self) -> None:
        assert self.event("tweet_delete_events__customers") == MessageDeleted(
            id=f"x:hoa-mai:deleted:{QUESTION}",
            identity=USER,
            occurred_at=datetime(2026, 3, 2, 2, 1, tzinfo=UTC),
            message_id=QUESTION,
        )

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "block_events__ours",
            "direct_message_indicate_typing_events__customer",
            "dm.indicate_typing__customer",
            "dm.read__by_an_agent",
            "favorite_events__customer",
            "follow.follow__somebody",
            "post.create__our_own_post",
            "post.create__our_repost",
            "post.delete__ours",
            "tweet_delete_events__ours",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("chat.sent__group", "an encrypted message to nobody we can tell"),
            ("dm.received__another_account", "an event of another account"),
            ("dm.received__between_others", "a message between two others"),
            ("dm.received__empty", "a message with neither text nor attachment"),
            ("oauth.revoke__by_the_account", "the account took back the app's access"),
            ("post.create__without_filter", "an event of another account"),
            ("post.mention.create__empty", "a post with neither text nor attachment"),
            ("unknown__hologram", "no activity we know: 'hologram.create'"),
            ("unknown__legacy", "no event we know among ['for_user_id', 'moment_events']"),
            ("user_event__revoke", "the account took back the app's access"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        (part,) = parsed.unrecognised
        assert part.reason.startswith(reason)
        assert part.raw.encode() == self.body(name)

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"data": None},
            {"data": []},
            {"data": {"event_type": "dm.received"}},
            {"data": {"event_type": "dm.received", "payload": {}, "filter": {"user_id": OURS}}},
            {"for_user_id": OURS, "direct_message_events": {}},
            {"for_user_id": OURS, "direct_message_events": "x"},
            {"for_user_id": OURS, "tweet_create_events": [None, 5]},
        ],
    )
    def test_other_shapes_are_kept(self, payload: object) -> None:
        parsed = self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))
        assert not parsed.received
        assert parsed.unrecognised

    @pytest.mark.parametrize(
        ("name", "texts"), [("batch__one_bad_part", ["một", "ba"]), ("dm.received__two", None)]
    )
    def test_bad_parts_do_not_lose_the_others(self, name: str, texts: list[str] | None) -> None:
        parsed = self.parse(name)
        events = [each.event for each in parsed.received]
        found = [each.text for each in events if isinstance(each, MessageReceived)]
        assert found == (texts or ["một", "hai"])
        assert len(parsed.unrecognised) == 1

    def test_a_part_is_the_same_however_it_is_batched(self) -> None:
        batch = json.loads(self.body("batch__one_bad_part"))
        batch["direct_message_events"] = batch["direct_message_events"][1:2]
        alone = self.adapter().parse(WebhookRequest({}, {}, json.dumps(batch).encode()))
        together = self.parse("batch__one_bad_part")
        assert alone.unrecognised[0].id == together.unrecognised[0].id

    # Sending

    def public(self, text: str = "Dạ mai giao ạ", thread: str | None = QUESTION) -> OutboundMessage:
        return replace(self.outbound(text), surface=Surface.PUBLIC, thread=thread)

    def sent(self, message: OutboundMessage) -> HttpRequest:
        request = self.adapter().reply(message)
        assert isinstance(request, HttpRequest)
        assert request.headers["authorization"] == "Bearer user-access-token"
        return request

    def test_a_direct_message_goes_to_the_customer(self) -> None:
        request = self.sent(self.outbound())
        assert request.method == "POST"
        assert request.url == f"https://api.x.com/2/dm_conversations/with/{self.customer}/messages"
        assert json.loads(request.body) == {"text": "Dạ, shop chào chị ạ 😊"}

    def test_an_answer_in_public_is_a_reply(self) -> None:
        request = self.sent(self.public())
        assert request.url == "https://api.x.com/2/tweets"
        assert json.loads(request.body) == {
            "text": "Dạ mai giao ạ",
            "reply": {"in_reply_to_tweet_id": QUESTION},
        }

    def test_a_private_answer_to_a_post_is_a_direct_message(self) -> None:
        message = replace(self.outbound(), thread=QUESTION)
        assert self.sent(message) == self.sent(self.outbound())

    def test_a_public_answer_to_no_post_can_not_be(self) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().reply(self.public(thread=None))

    @pytest.mark.parametrize(
        "data", [{"dm_conversation_id": "1-2", "dm_event_id": "77"}, {"id": "77", "text": "a"}]
    )
    def test_the_id_of_what_was_sent(self, data: dict[str, str]) -> None:
        assert self.adapter().read_reply(answer({"data": data}, 201)) == "77"

    @pytest.mark.parametrize(
        ("response", "reason"),
        [
            (coded(349), SendFailure.BLOCKED),
            (coded(150), SendFailure.BLOCKED),
            (coded(108, 404), SendFailure.UNKNOWN_RECIPIENT),
            (coded(385), SendFailure.UNKNOWN_RECIPIENT),
            (coded(89, 401), SendFailure.ACCOUNT),
            (coded(453), SendFailure.ACCOUNT),
            (coded(187), SendFailure.REJECTED),
            (coded(326), SendFailure.ACCOUNT),
            (coded(349, 200), SendFailure.BLOCKED),
            (problem(401), SendFailure.ACCOUNT),
            (problem(402), SendFailure.ACCOUNT),
            (problem(404), SendFailure.UNKNOWN_RECIPIENT),
            (problem(400), SendFailure.REJECTED),
            (problem(403), SendFailure.REJECTED),
            (
                problem(403, "You are not allowed to create a Tweet with duplicate content."),
                SendFailure.REJECTED,
            ),
            (problem(403, "You cannot send messages to this user."), SendFailure.BLOCKED),
            (
                problem(403, "", "https://api.x.com/2/problems/client-forbidden"),
                SendFailure.ACCOUNT,
            ),
            (problem(429, "", "https://api.x.com/2/problems/usage-capped"), SendFailure.ACCOUNT),
            (problem(403, "Your account is suspended"), SendFailure.ACCOUNT),
        ],
    )
    def test_refused_for_good(self, response: HttpResponse, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(response)
        assert failed.value.reason is reason
        assert "no" not in str(failed.value).split()

    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({"retry_after": "7"}, timedelta(seconds=7)),
            (
                {"x_rate_limit_reset": "1772416860", "Date": "Mon, 02 Mar 2026 02:00:00 GMT"},
                timedelta(minutes=1),
            ),
            (
                {
                    "x_rate_limit_remaining": "3",
                    "x_rate_limit_reset": "1772416860",
                    "x_user_limit_24hour_remaining": "0",
                    "x_user_limit_24hour_reset": "1772424000",
                    "date": "Mon, 02 Mar 2026 02:00:00 GMT",
                },
                timedelta(hours=2),
            ),
            (
                {"x_rate_limit_reset": "1772416860", "date": "Mon, 02 Mar 2026 03:00:00 GMT"},
                timedelta(seconds=1),
            ),
            ({"x_rate_limit_reset": "1772416860"}, timedelta(minutes=15)),
            ({"x_rate_limit_reset": "soon", "date": "today"}, timedelta(minutes=15)),
            ({}, timedelta(minutes=15)),
        ],
    )
    def test_a_limit_says_how_long_to_wait(self, headers: dict[str, str], wait: timedelta) -> None:
        for body in ({"title": "Too Many Requests"}, {"errors": [{"code": 88}]}):
            with pytest.raises(TransientSendError) as slow:
                self.adapter().read_reply(answer(body, 429, **headers))
            assert slow.value.retry_after == wait

    def test_an_answer_that_names_nothing_may_have_gone(self) -> None:
        bodies: tuple[object, ...] = ({}, {"data": {}}, {"errors": 5})
        for body in bodies:
            with pytest.raises(TransientSendError):
                self.adapter().read_reply(answer(body))

    # Length

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("", 0),
            ("xin chào", 8),
            # Letters from U+1E00 on weigh two: most of Vietnamese with a tone below or above.
            ("Dạ, shop chào chị ạ 😊", 25),
            ("a\u0323", 2),
            ("日本語", 6),
            ("“…” – '’", 9),
            ("👨‍👩‍👧‍👦", 2),
            ("🙋🏽❤️", 4),
            ("🇻🇳🇺🇸", 4),
            ("1️⃣2", 3),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
            ("https://example.com/very/long/path/indeed/yes?a=b&c=d", 23),
            ("(xem https://gom.example/a).", 30),
            ("gom.vn", 23),
            ("hotro@gom.example", 17),
            ("12.000đ", 7),
            ("v.v.", 4),
        ],
    )
    def test_a_post_is_weighed_as_x_weighs_it(self, text: str, weight: int) -> None:
        assert weighted(text) == weight

    def test_a_long_answer_in_public_is_cut_into_posts_that_fit(self) -> None:
        text = "Dạ chị ạ, đơn của mình đang trên đường về ạ 😊 xem https://gom.example/x. " * 20
        can = self.adapter().capabilities_on(Surface.PUBLIC)
        pieces = split(text, can.text_limit, can.measure)
        assert len(pieces) > 3
        assert all(weighted(piece) <= 280 for piece in pieces)
        assert all("https://gom.example/x" in piece for piece in pieces)

    # People, files, hiding

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request(self.customer)
        assert request is not None
        assert request.url == f"https://api.x.com/2/users/{self.customer}"
        told = answer({"data": {"id": self.customer, "name": "Trần Thị Mẫu", "username": "mau"}})
        event = self.adapter().read_profile(self.customer, told, NOON)
        assert event is not None
        assert (event.identity, event.name) == (USER, "Trần Thị Mẫu")

    @pytest.mark.parametrize("told", [{}, {"errors": []}, {"data": {"name": 5}}, {"data": None}])
    def test_a_profile_that_tells_nothing(self, told: object) -> None:
        assert self.adapter().read_profile(self.customer, answer(told), NOON) is None

    def test_a_file_of_a_message_is_fetched_as_the_account(self) -> None:
        file = Attachment(kind=AttachmentKind.IMAGE, url=DM_FILE)
        request = self.adapter().file_request(file)
        assert request is not None
        assert request.url == (
            "https://api.x.com/2/dm_conversations/media"
            "/2080765901528535096/1780000000000000001/QwErTy12.jpg"
        )
        assert request.headers == {"authorization": "Bearer user-access-token"}

    @pytest.mark.parametrize(
        "url",
        [
            "https://pbs.twimg.com/media/Abc.jpg",
            "https://ton.twitter.com.evil.example/1.1/ton/data/dm/1/2/a.jpg",
            "https://evil.example/https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg",
        ],
    )
    def test_another_file_is_fetched_without_the_token(self, url: str) -> None:
        request = self.adapter().file_request(Attachment(kind=AttachmentKind.IMAGE, url=url))
        assert request == HttpRequest(method="GET", url=url)

    def test_a_file_that_x_left_out_can_not_be_fetched(self) -> None:
        file = Attachment(kind=AttachmentKind.FILE, file_id="3_9")
        assert self.adapter().file_request(file) is None

    def test_a_reply_can_be_hidden(self) -> None:
        request = self.adapter().hide_request(QUESTION)
        assert request is not None
        assert (request.method, request.body) == ("PUT", b'{"hidden": true}')
        assert request.url == f"https://api.x.com/2/tweets/{QUESTION}/hidden"

    # Tokens

    @pytest.mark.parametrize("client_secret", ["", "client-secret"])
    def test_a_refresh_token_is_used_up(self, client_secret: str) -> None:
        request = self.adapter(client_secret=client_secret).exchange_request(NOON)
        assert request is not None
        assert request.url == "https://api.x.com/2/oauth2/token"
        assert request.body == (
            b"grant_type=refresh_token&refresh_token=user-refresh-token"
            b"&client_id=bGllbnQtaWQ6MTpjaQ"
        )
        pair = base64.b64encode(b"bGllbnQtaWQ6MTpjaQ:client-secret").decode()
        proof = request.headers.get("authorization")
        assert proof == (f"Basic {pair}" if client_secret else None)

    def test_both_tokens_are_new_and_kept(self) -> None:
        told = {"token_type": "bearer", "expires_in": 7200, "access_token": "a2"}
        granted = self.adapter().read_exchange(answer({**told, "refresh_token": "r2"}), NOON)
        assert granted.secrets == {"access_token": "a2", "refresh_token": "r2"}
        assert granted.expires_at == NOON + timedelta(hours=2)
        assert self.adapter().keeps_grants
        renewed = self.adapter().with_secrets(granted.secrets)
        request = renewed.reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert request.headers["authorization"] == "Bearer a2"
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_exchange(answer(told), NOON)
        assert failed.value.reason is SendFailure.ACCOUNT

    def test_an_exchange_too_many_is_tried_again(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_exchange(answer({}, 429), NOON)
        with pytest.raises(TransientSendError):
            self.adapter().read_exchange(answer({}, 503), NOON)

    # Health

    def test_whose_the_token_is(self) -> None:
        adapter = self.adapter()
        request = adapter.check_request(WEBHOOK)
        assert request is not None
        assert request.url == "https://api.x.com/2/users/me"
        assert adapter.read_check(WEBHOOK, answer({"data": {"id": OURS}})).problem is None
        assert adapter.read_check(WEBHOOK, answer({"data": {"id": "1"}})).problem

    @pytest.mark.parametrize(
        ("hooks", "problem"),
        [
            ([{"id": "1", "url": WEBHOOK, "valid": True}], None),
            ([{"id": "1", "url": WEBHOOK, "valid": False}], "invalid"),
            ([{"id": "1", "url": "https://other.example/", "valid": True}], "no webhook"),
            ([], "no webhook"),
        ],
    )
    def test_how_the_webhook_is(self, hooks: object, problem: str | None) -> None:
        adapter = self.adapter(bearer_token="app-token")
        request = adapter.check_request(WEBHOOK)
        assert request is not None
        assert request.url == "https://api.x.com/2/webhooks"
        assert request.headers["authorization"] == "Bearer app-token"
        found = adapter.read_check(WEBHOOK, answer({"data": hooks})).problem
        assert (problem or "") in (found or "")
        assert bool(problem) is bool(found)

    @pytest.mark.parametrize("status", [401, 402, 403, 404])
    def test_a_check_that_is_refused_is_a_problem(self, status: int) -> None:
        assert self.adapter().read_check(WEBHOOK, problem(status)).problem
        unreadable = HttpResponse(status=status, headers={}, body=b"<html>")
        assert self.adapter().read_check(WEBHOOK, unreadable).problem

    @pytest.mark.parametrize("response", [answer({}, 429), answer({}, 503), answer({"data": 5})])
    def test_a_check_without_an_answer_is_made_again(self, response: HttpResponse) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(WEBHOOK, response)

    def test_the_webhook_is_registered_then_subscribed(self) -> None:
        assert self.adapter().subscribe_requests(WEBHOOK) == ()
        (create,) = self.adapter(bearer_token="app-token").subscribe_requests(WEBHOOK)
        assert (create.method, json.loads(create.body)) == ("POST", {"url": WEBHOOK})
        both = self.adapter(bearer_token="app-token", webhook_id="12")
        validate, *subscriptions = both.subscribe_requests(WEBHOOK)
        assert (validate.method, validate.url) == ("PUT", "https://api.x.com/2/webhooks/12")
        wanted = [json.loads(each.body) for each in subscriptions]
        assert {"dm.received", "post.mention.create"} <= {each["event_type"] for each in wanted}
        for each, request in zip(wanted, subscriptions, strict=True):
            assert each["filter"] == {"user_id": OURS}
            assert each["webhook_id"] == "12"
            assert request.headers["authorization"] == "Bearer user-access-token"
