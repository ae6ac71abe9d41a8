"""Discourse."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundMessage, Parsed
from chalicelib.channels.base import WebhookRequest as Request
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    PeerAnswered,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Surface
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves

LAN = Identity("discourse", "hoa-mai", "5001")
AT = datetime(2026, 3, 2, 2, 0, 0, 805000, tzinfo=UTC)
LATER = "post_created/public/310/2"


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=json.dumps(payload).encode())


def refused(status: int, *errors: str, **more: Any) -> HttpResponse:
    return answer({"action": "create_post", "errors": list(errors), **more}, status)


class TestDiscourse(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "discourse"
    customer: ClassVar[str] = LAN.external_id
    secrets: ClassVar[Secrets] = {
        "webhook_secret": "hook-secret-42",
        "api_key": "a1b2c3d4e5",
        "base_url": "https://forum.gomhoamai.example",
        "username": "hoa_mai",
        "group": "ho-tro",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-discourse-event-signature"
    proven_by: ClassVar[str] = "webhook_secret"
    sample: ClassVar[str] = "post_created__first"

    def prove(self, body: bytes, secret: str) -> str:
        return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"

    def parse(self, name: str) -> Parsed:
        """Return what a recorded payload holds; a header says what happened."""
        proven = self.request(self.body(name))
        headers = {**proven.headers, "x-discourse-event": name.partition("__")[0]}
        request = Request(headers=headers, query={}, body=proven.body)
        self.adapter().verify(request)
        return self.adapter().parse(request)

    def outbound(self, text: str = "Dạ, shop chào chị ạ 😊") -> OutboundMessage:
        return OutboundMessage(
            id="4821937000000001",
            to=LAN,
            text=text,
            sent_at=NOON,
            surface=Surface.PUBLIC,
            thread="310/1/lan_mau",
        )

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    # Proof

    @pytest.mark.parametrize("scheme", ["", "SHA256=", "sha1=", "sha256:", "sha256=sha256="])
    def test_a_signature_of_another_scheme_is_refused(self, scheme: str) -> None:
        body = self.body(self.sample)
        signature = self.prove(body, self.secret()).removeprefix("sha256=")
        assert not proves(self.adapter(), Request({self.proof: scheme + signature}, {}, body))

    # A public topic

    def test_the_first_post_of_a_topic_is_watched(self) -> None:
        assert self.event("post_created__first") == MessageReceived(
            id="discourse:hoa-mai:message:310/1",
            identity=LAN,
            occurred_at=AT,
            message_id="310/1",
            text="Shop ơi, men của chén này có dùng trong lò vi sóng được không ạ?",
            name="Mẫu Thị Lan",
            subject="Men chén và lò vi sóng",
            surface=Surface.PUBLIC,
            thread="310/1/lan_mau",
            permalink="https://forum.gomhoamai.example/t/310/1",
            watch_for=timedelta(minutes=60),
        )

    @pytest.mark.parametrize(
        ("minutes", "watched"),
        [("", 60), ("soon", 60), ("-5", 60), ("15", 15), ("9" * 20, 60), ("0", None)],
    )
    def test_how_long_others_may_answer_is_set_in_the_desk(
        self, minutes: str, watched: int | None
    ) -> None:
        body = self.body(self.sample)
        adapter = self.adapter(answer_within_minutes=minutes)
        (received,) = adapter.parse(
            Request({"x-discourse-event": "post_created"}, {}, body)
        ).received
        assert isinstance(received.event, MessageReceived)
        expected = None if watched is None else timedelta(minutes=watched)
        assert received.event.watch_for == expected

    def test_a_post_without_markdown_is_read_from_its_html(self) -> None:
        text = self.message("post_created__cooked_only").text
        assert text == "Chén bị nứt ạ\nGửi shop ảnh:\n\nmột\n\nhai\n\n:cry:"

    def test_uploads_are_attachments_and_pictures_from_elsewhere_are_not(self) -> None:
        message = self.message("post_created__uploads")
        assert message.text == "Chén của em đây ạ"
        assert message.attachments == (
            Attachment(
                kind=AttachmentKind.IMAGE,
                name="nut",
                url="https://forum.gomhoamai.example/uploads/default/original/1X/3c5f.jpeg",
            ),
            Attachment(
                kind=AttachmentKind.FILE,
                name="hoa-don.pdf",
                url="https://forum.gomhoamai.example/uploads/short-url/9xyZ.pdf",
            ),
        )

    def test_whose_topic_a_later_post_is_in_is_looked_up(self) -> None:
        assert self.event("post_created__later") == LookupNeeded(
            id="discourse:hoa-mai:lookup:post_created:310/2",
            identity=LAN,
            occurred_at=datetime(2026, 3, 2, 2, 5, tzinfo=UTC),
            reference=LATER,
        )

    @pytest.mark.parametrize(
        ("name", "author", "refs"),
        [
            ("post_created__staff", "thao_mod", ("310/1",)),
            ("post_created__desk_account", "hoa_mai", ("310/1", "310/2")),
        ],
    )
    def test_staff_answers_for_the_company(
        self, name: str, author: str, refs: tuple[str, ...]
    ) -> None:
        event = self.event(name)
        assert isinstance(event, MessageEchoed)
        assert event.author_id == author
        assert event.identity.external_id == "310/1"
        assert event.thread_refs == refs
        assert event.surface is Surface.PUBLIC
        assert not event.ours

    def test_a_solution_ends_the_wait(self) -> None:
        event = self.event("accepted_solution__peer")
        assert isinstance(event, PeerAnswered)
        assert (event.message_id, event.thread_refs) == ("310/3", ("310/1",))

    def test_an_edit(self) -> None:
        event = self.event("post_edited__first")
        assert isinstance(event, MessageEdited)
        assert (event.message_id, event.identity) == ("310/1", LAN)
        assert event.text.startswith("Shop ơi, men ngọc")
        assert event.occurred_at == datetime(2026, 3, 2, 2, 10, tzinfo=UTC)

    def test_quick_corrections_are_edits_of_their_own(self) -> None:
        body = self.body("post_edited__first").replace(b'"version":2', b'"version":1')
        later = body.replace(b"02:10:00", b"02:11:00")
        headers = {"x-discourse-event": "post_edited"}
        ids = {
            self.adapter().parse(Request(headers, {}, each)).received[0].event.id
            for each in (body, later)
        }
        assert len(ids) == 2

    def test_a_deleted_post(self) -> None:
        event = self.event("post_destroyed__first")
        assert isinstance(event, MessageDeleted)
        assert (event.message_id, event.identity) == ("310/1", LAN)

    # Looked up

    def view(self, number: int, user: tuple[int, str], **more: Any) -> HttpResponse:
        post = {
            "id": 70000 + number,
            "name": "Mẫu",
            "username": user[1],
            "created_at": "2026-03-02T02:05:00.000Z",
            "updated_at": "2026-03-02T02:05:00.000Z",
            "cooked": "<p>Em quên nói: chén men ngọc ạ.</p>",
            "raw": "Em quên nói: chén men ngọc ạ.",
            "post_number": number,
            "post_type": 1,
            "user_id": user[0],
            "can_edit": True,
            **more.pop("post", {}),
        }
        details = {"created_by": {"id": 5001, "username": "lan_mau"}, **more.pop("details", {})}
        return answer(
            {
                "post_stream": {"posts": [{"post_number": 99, "username": "lan_mau"}, post]},
                "id": 310,
                "title": "Men chén và lò vi sóng",
                "archetype": "regular",
                "slug": "men-chen",
                "user_id": 5001,
                "details": details,
                **more,
            }
        )

    def looked_up(self, reference: str, response: HttpResponse) -> list[ChannelEvent]:
        adapter = self.adapter()
        parsed = adapter.read_lookup(reference, response)
        assert parsed.unrecognised == ()
        for each in parsed.received:
            again = adapter.parse(Request({}, {}, each.raw.encode()))
            assert each in again.received
        return [each.event for each in parsed.received]

    def test_a_look_up_asks_for_the_topic_around_the_post(self) -> None:
        request = self.adapter().lookup_request(LATER)
        assert request.method == "GET"
        url = "https://forum.gomhoamai.example/t/310/2.json?include_raw=true"
        assert request.url == url
        assert request.headers == {"api-key": "a1b2c3d4e5", "api-username": "hoa_mai"}

    @pytest.mark.parametrize("reference", ["", "x", "post_created/public/310/../9", "a/b/1/2"])
    def test_only_references_of_ours_are_looked_up(self, reference: str) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().lookup_request(reference)

    def test_who_began_the_topic_is_still_the_customer(self) -> None:
        (event,) = self.looked_up(LATER, self.view(2, (5001, "lan_mau")))
        assert isinstance(event, MessageReceived)
        assert (event.message_id, event.thread_refs) == ("310/2", ("310/1",))
        assert event.watch_for is None
        assert event.id == "discourse:hoa-mai:message:310/2"

    def test_anybody_else_is_a_peer_and_his_words_are_nobodys_message(self) -> None:
        response = self.view(3, (5002, "bao_tho_gom"), post={"reply_to_post_number": 2})
        (event,) = self.looked_up("post_created/public/310/3", response)
        assert event == PeerAnswered(
            id="discourse:hoa-mai:peer:310/3",
            identity=Identity("discourse", "hoa-mai", "310/1"),
            occurred_at=datetime(2026, 3, 2, 2, 5, tzinfo=UTC),
            message_id="310/3",
            thread_refs=("310/1", "310/2"),
        )

    def test_below_our_own_announcement_everybody_is_a_customer(self) -> None:
        details = {"created_by": {"id": 42, "username": "Hoa_Mai"}}
        (event,) = self.looked_up(LATER, self.view(2, (5001, "lan_mau"), details=details))
        assert isinstance(event, MessageReceived)
        assert event.watch_for == timedelta(minutes=60)

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_post_that_is_gone_says_nothing(self, status: int) -> None:
        assert self.looked_up(LATER, refused(status, "gone", error_type="not_found")) == []

    def test_a_post_outside_what_came_says_nothing(self) -> None:
        assert self.looked_up("post_created/public/310/9", self.view(2, (5001, "lan_mau"))) == []

    @pytest.mark.parametrize("payload", [{}, {"post_stream": 1}, {"post_stream": {"posts": [1]}}])
    def test_a_topic_without_posts_says_nothing(self, payload: dict[str, Any]) -> None:
        assert self.looked_up(LATER, answer(payload)) == []

    def test_a_topic_of_no_shape_we_know_is_asked_for_again(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_lookup(LATER, answer({"details": 1}))

    def test_a_refused_key_is_no_empty_topic(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_lookup(LATER, refused(403, "no", error_type="invalid_access"))
        assert failed.value.reason is SendFailure.ACCOUNT

    # In private

    PRIVATE: ClassVar[str] = "post_created/private/330/1"

    def private(self, user: tuple[int, str], **details: Any) -> HttpResponse:
        return self.view(1, user, archetype="private_message", title="Đơn 1024", details=details)

    def test_of_a_private_message_nothing_is_kept_before_it_is_known_to_be_ours(self) -> None:
        for name in ("post_created__private", "post_edited__private"):
            (received,) = self.parse(name).received
            assert isinstance(received.event, LookupNeeded)
            assert "090000" not in received.raw
            assert "lan_mau" not in received.raw

    @pytest.mark.parametrize(
        "details",
        [
            {"allowed_users": [{"id": 42, "username": "hoa_mai"}]},
            {"allowed_groups": [{"id": 7, "name": "Ho-Tro"}]},
        ],
    )
    def test_a_private_message_to_the_account_or_its_group(self, details: dict[str, Any]) -> None:
        response = self.private((5001, "lan_mau"), **details)
        (event,) = self.looked_up(self.PRIVATE, response)
        assert isinstance(event, MessageReceived)
        assert event.surface is Surface.DIRECT
        assert (event.identity, event.thread, event.watch_for) == (LAN, "330/1", None)
        assert event.subject == "Đơn 1024"

    def test_a_private_message_between_others_is_not_ours(self) -> None:
        others = self.private((5001, "lan_mau"), allowed_users=[{"id": 9, "username": "khac"}])
        assert self.looked_up(self.PRIVATE, others) == []
        assert self.looked_up(self.PRIVATE, refused(403, "no", error_type="invalid_access")) == []
        strange = self.view(1, (5001, "x"), post={"post_type": 77}, archetype="private_message")
        assert self.adapter().read_lookup(self.PRIVATE, strange) == Parsed()

    @pytest.mark.parametrize("post", [{}, {"moderator": True}])
    def test_our_answer_in_private_is_an_echo_to_the_customer(self, post: dict[str, Any]) -> None:
        user = (43, "thao_mod") if post else (42, "hoa_mai")
        both = [{"id": 42, "username": "hoa_mai"}, {"id": 5001, "username": "lan_mau"}]
        details = {"allowed_users": both}
        response = self.view(2, user, archetype="private_message", details=details, post=post)
        (event,) = self.looked_up("post_created/private/330/2", response)
        assert isinstance(event, MessageEchoed)
        assert (event.identity, event.surface) == (LAN, Surface.DIRECT)

    def test_a_private_message_is_edited(self) -> None:
        users = [{"id": 42, "username": "hoa_mai"}]
        response = self.private((5001, "lan_mau"), allowed_users=users)
        (event,) = self.looked_up("post_edited/private/330/1", response)
        assert isinstance(event, MessageEdited)
        assert event.message_id == "330/1"
        others = self.private((5001, "lan_mau"))
        assert self.looked_up("post_edited/private/330/1", others) == []

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "post_created__announcement",
            "post_created__small_action",
            "post_created__whisper",
            "post_created__system",
            "post_created__user_gone",
            "post_created__hidden",
            "post_edited__desk_account",
            "post_destroyed__desk_account",
            "topic_created__public",
            "topic_closed_status_updated__closed",
            "post_liked__like",
            "user_created__new",
            "ping__test",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("post_teleported__new", "no event we know: 'post_teleported'"),
            ("post_created__unknown_type", "a post of unknown type 9"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        assert [part.reason for part in self.parse(name).unrecognised] == [reason]

    def test_a_body_whose_event_nobody_names_is_kept(self) -> None:
        parsed = self.adapter().parse(Request({}, {}, self.body(self.sample)))
        assert [part.reason for part in parsed.unrecognised] == ["no event is named"]

    @pytest.mark.parametrize("body", [b"{}", b'{"post":1}', b'{"post":{"topic_id":1}}'])
    def test_a_post_of_an_unknown_shape_is_kept(self, body: bytes) -> None:
        parsed = self.adapter().parse(Request({"x-discourse-event": "post_created"}, {}, body))
        assert len(parsed.unrecognised) == 1

    # Sending

    def test_a_reply_in_public(self) -> None:
        request = self.reply()
        assert (request.method, request.url) == (
            "POST",
            "https://forum.gomhoamai.example/posts.json",
        )
        assert request.headers["api-key"] == "a1b2c3d4e5"
        assert request.headers["api-username"] == "hoa_mai"
        assert json.loads(request.body) == {
            "topic_id": 310,
            "raw": "Dạ, shop chào chị ạ 😊",
            "reply_to_post_number": 1,
        }

    def sent(self, surface: Surface, thread: str | None, subject: str | None = None) -> Any:
        message = OutboundMessage(
            id="1",
            to=LAN,
            text="Dạ",
            sent_at=NOON,
            surface=surface,
            thread=thread,
            subject=subject,
        )
        request = self.adapter().reply(message)
        assert isinstance(request, HttpRequest)
        return json.loads(request.body)

    def test_a_private_answer_to_something_public_begins_a_message(self) -> None:
        assert self.sent(Surface.DIRECT, "310/2/lan_mau", "Đơn của chị") == {
            "title": "Đơn của chị",
            "raw": "Dạ",
            "target_recipients": "lan_mau",
            "archetype": "private_message",
        }
        assert self.sent(Surface.DIRECT, "310/2/lan_mau")["title"] == "Re: #310"

    def test_an_answer_in_private_stays_there(self) -> None:
        expected = {"topic_id": 330, "raw": "Dạ", "reply_to_post_number": 1}
        assert self.sent(Surface.DIRECT, "330/1") == expected

    @pytest.mark.parametrize("thread", [None, "", "310", "a/b", "310/1/a/b"])
    def test_without_a_post_there_is_nothing_to_answer(self, thread: str | None) -> None:
        with pytest.raises(PermanentSendError):
            self.sent(Surface.PUBLIC, thread)

    def test_the_name_of_a_post_sent_is_the_one_later_posts_refer_to(self) -> None:
        sent = {"id": 70004, "topic_id": 310, "post_number": 4, "username": "hoa_mai"}
        assert self.adapter().read_reply(answer(sent)) == "310/4"

    def test_a_post_that_waits_for_a_moderator_is_sent(self) -> None:
        queued = {"success": True, "action": "enqueued", "pending_post": {"id": 12}}
        assert self.adapter().read_reply(answer(queued)) == "pending/12"

    def test_slow_down(self) -> None:
        told = refused(429, "slow", error_type="rate_limit", extras={"wait_seconds": 14})
        by_header = answer({"errors": ["slow"]}, 429, **{"Retry-After": "9"})
        by_proxy = HttpResponse(status=429, headers={"Retry-After": "10"}, body=b"Slow down")
        for response, seconds in ((told, 14), (by_header, 9), (by_proxy, 10)):
            with pytest.raises(TransientSendError) as slow:
                self.adapter().read_reply(response)
            assert slow.value.retry_after == timedelta(seconds=seconds)

    @pytest.mark.parametrize(
        ("status", "error", "reason", "words"),
        [
            (422, "Body is too short (minimum is 20 characters)", SendFailure.REJECTED, "shorter"),
            (422, "Body is too similar to what you posted", SendFailure.REJECTED, "the same"),
            (422, "Perhaps this topic was closed or deleted?", SendFailure.REJECTED, "closed"),
            (403, "The topic is closed.", SendFailure.REJECTED, "closed"),
            (403, "The API key is invalid.", SendFailure.ACCOUNT, "403"),
            (401, "Log in.", SendFailure.ACCOUNT, "401"),
            (404, "not found", SendFailure.REJECTED, "404"),
            (422, "no", SendFailure.REJECTED, "422"),
        ],
    )
    def test_refused_for_good(
        self, status: int, error: str, reason: SendFailure, words: str
    ) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(status, error))
        assert failed.value.reason is reason
        assert words in str(failed.value)

    # Files and health

    def test_the_key_goes_to_the_forum_only(self) -> None:
        adapter = self.adapter()
        here, there = "https://forum.gomhoamai.example/uploads/a.png", "https://cdn.example/a.png"
        file = Attachment(kind=AttachmentKind.IMAGE, url=here)
        at_forum = adapter.file_request(file)
        elsewhere = adapter.file_request(Attachment(kind=AttachmentKind.IMAGE, url=there))
        assert at_forum is not None
        assert elsewhere is not None
        assert "api-key" in at_forum.headers
        assert elsewhere.headers == {}
        assert adapter.file_request(Attachment(kind=AttachmentKind.IMAGE)) is None
        moved = adapter.file_location(
            file, HttpResponse(status=302, headers={"Location": there}, body=b"")
        )
        assert moved == HttpRequest(method="GET", url=there)
        assert (
            adapter.file_location(file, HttpResponse(status=200, headers={}, body=b"png")) is None
        )

    @pytest.mark.parametrize(
        ("response", "problem"),
        [
            (answer({"current_user": {"id": 42, "username": "Hoa_Mai"}}), None),
            (answer({"current_user": {"id": 1, "username": "x"}}), "the API key is another user's"),
            (answer({}), "the API key is another user's"),
            (refused(403, "invalid"), "the forum refuses the API key with 403"),
        ],
    )
    def test_a_check(self, response: HttpResponse, problem: str | None) -> None:
        adapter = self.adapter()
        request = adapter.check_request("https://x")
        assert request is not None
        assert request.url.endswith("/session/current.json")
        assert adapter.read_check("https://x", response).problem == problem

    def test_a_check_that_is_throttled_is_made_again(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check("https://x", refused(429, "slow"))


def test_a_base_url_may_end_in_a_slash() -> None:
    secrets = {"base_url": "https://f.example/", "api_key": "k", "username": "u"}
    adapter = adapter_class("discourse")("hoa-mai", secrets)
    assert adapter.lookup_request(LATER).url.startswith("https://f.example/t/310/2.json")
