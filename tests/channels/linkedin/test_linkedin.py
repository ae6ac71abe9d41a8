"""LinkedIn company pages."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundMessage, WebhookRequest
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
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

from ..contract import NOON, Secrets, SendContract, SignedBodyContract, proves
from ..corpus import vectors

ORGANISATION = "urn:li:organization:90417733"
USER = Identity("linkedin", "hoa-mai", "urn:li:person:hT9xVd20Qa")
ACTIVITY = "urn:li:activity:7301234567890123456"
SHARE = "urn:li:share:7301234567000000001"
MENTION = "urn:li:share:7301500000000000001"
AT = datetime(2026, 3, 2, 2, 0, 0, 123000, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 2, 1, tzinfo=UTC)
WEBHOOK = "https://desk.example/webhooks/linkedin/hoa-mai"
SUBSCRIPTION = (
    "https://api.linkedin.com/rest/eventSubscriptions/("
    "developerApplication:urn%3Ali%3AdeveloperApplication%3A214663,"
    "user:urn%3Ali%3Aperson%3AaDm1n00000,"
    "entity:urn%3Ali%3Aorganization%3A90417733,"
    "eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)"
)


def urn(comment: str) -> str:
    return f"urn:li:comment:({ACTIVITY},73013000000000000{comment})"


ASKED, ANSWERED = urn("01"), urn("03")
ENCODED = (
    "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7301234567890123456%2C7301300000000000001%29"
)


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=json.dumps(payload).encode())


def refused(status: int, message: str = "no") -> HttpResponse:
    return answer({"status": status, "serviceErrorCode": 100, "message": message}, status)


class TestLinkedIn(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "linkedin"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "organization_id": "90417733",
        "client_id": "86ab12cd34ef56",
        "client_secret": "client-secret",
        "access_token": "member-access-token",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-li-signature"
    proven_by: ClassVar[str] = "client_secret"
    sample: ClassVar[str] = "COMMENT__undecorated"

    def prove(self, body: bytes, secret: str) -> str:
        signed = b"hmacsha256=" + body
        return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()

    def outbound(self, text: str = "Dạ, shop chào chị ạ 😊") -> OutboundMessage:
        return replace(super().outbound(text), surface=Surface.PUBLIC, thread=ASKED)

    # Proof

    def challenge(self, code: str, **secrets: str | list[str]) -> dict[str, str]:
        query = {"challengeCode": code, "applicationId": "urn:li:developerApplication:214663"}
        told = self.adapter(**secrets).challenge(WebhookRequest({}, query, b""))
        assert told.content_type == "application/json"
        return dict(json.loads(told.body))

    def test_the_challenge_is_signed_with_the_client_secret(self) -> None:
        code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
        expected = hmac.new(b"client-secret", code.encode(), hashlib.sha256).hexdigest()
        assert self.challenge(code) == {"challengeCode": code, "challengeResponse": expected}

    def test_the_published_challenge_is_answered(self) -> None:
        for vector in vectors():
            if vector["scheme"] == "linkedin_challenge":
                code, secret = vector["challengeCode"], vector["client_secret"]
                told = self.challenge(code, client_secret=["old", secret])
                assert told["challengeResponse"] == vector["challengeResponse"]

    @pytest.mark.parametrize("code", ["", 'hmacsha256={"type":"x"}'])
    def test_a_challenge_never_signs_what_may_be_a_webhook(self, code: str) -> None:
        with pytest.raises(InvalidSignatureError):
            self.challenge(code)

    def test_without_a_secret_no_challenge_is_answered(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.challenge("a", client_secret="")

    def test_the_body_alone_is_not_what_is_signed(self) -> None:
        body = self.body(self.sample)
        signature = hmac.new(b"client-secret", body, hashlib.sha256).hexdigest()
        for given in (signature, f"hmacsha256={self.prove(body, 'client-secret')}"):
            assert not proves(self.adapter(), WebhookRequest({self.proof: given}, {}, body))

    # Comments

    def received(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_a_comment(self) -> None:
        assert self.event("COMMENT__vietnamese") == MessageReceived(
            id="linkedin:hoa-mai:comment:7301234567890123456:7301300000000000001",
            identity=USER,
            occurred_at=AT,
            message_id=ASKED,
            text="Bình này còn không shop? 😊",
            thread_refs=(SHARE, ACTIVITY),
            surface=Surface.PUBLIC,
            thread=ASKED,
            permalink=f"https://www.linkedin.com/feed/update/{ACTIVITY}",
        )

    def test_a_comment_whose_text_is_in_a_message(self) -> None:
        assert self.received("COMMENT__message_text").text == "Giá bao nhiêu ạ"

    def test_an_answer_to_a_comment_is_answered_under_that_comment(self) -> None:
        event = self.received("COMMENT__reply")
        assert event.thread == ASKED
        assert event.thread_refs == (SHARE, ACTIVITY, ASKED)
        assert event.message_id == urn("02")

    def test_a_picture_without_words(self) -> None:
        image = Attachment(kind=AttachmentKind.IMAGE, url="https://media.licdn.example/dms/a.jpg")
        event = self.received("COMMENT__image")
        assert (event.text, event.attachments) == ("", (image,))

    def test_a_mention_in_a_comment_is_the_comment(self) -> None:
        event = self.received("COMMENT_MENTION__in_another_post")
        assert event.id == self.event("COMMENT__vietnamese").id
        assert event.text == "Hỏi Gốm Hoa Mai xem"

    @pytest.mark.parametrize("name", ["ADMIN_COMMENT__answer", "COMMENT__by_the_organisation"])
    def test_what_the_page_says_is_an_echo(self, name: str) -> None:
        assert self.event(name) == MessageEchoed(
            id="linkedin:hoa-mai:comment:7301234567890123456:7301300000000000003",
            identity=Identity("linkedin", "hoa-mai", ASKED),
            occurred_at=AT,
            message_id=ANSWERED,
            text="Dạ còn ạ",
            surface=Surface.PUBLIC,
            thread_refs=(SHARE, ACTIVITY, ASKED),
        )

    def test_an_edited_comment(self) -> None:
        event = self.event("COMMENT_EDIT__text")
        assert isinstance(event, MessageEdited)
        assert (event.message_id, event.occurred_at) == (ASKED, LATER)
        assert event.text == "Bình này còn màu xanh không shop?"

    @pytest.mark.parametrize(
        ("name", "owner"),
        [
            ("COMMENT_DELETE__by_the_customer", USER.external_id),
            ("COMMENT_DELETE__undecorated", ACTIVITY),
        ],
    )
    def test_a_deleted_comment(self, name: str, owner: str) -> None:
        event = self.event(name)
        assert isinstance(event, MessageDeleted)
        assert (event.message_id, event.identity.external_id) == (ASKED, owner)

    def test_a_post_that_mentions_the_page(self) -> None:
        assert self.event("SHARE_MENTION__post") == MessageReceived(
            id="linkedin:hoa-mai:post:7301500000000000001",
            identity=USER,
            occurred_at=AT,
            message_id=MENTION,
            text="Mua ở Gốm Hoa Mai, vỡ một chén",
            surface=Surface.PUBLIC,
            thread=MENTION,
            permalink=f"https://www.linkedin.com/feed/update/{MENTION}",
        )

    # Looking up

    @pytest.mark.parametrize(
        ("name", "reference"),
        [
            ("COMMENT__undecorated", f"COMMENT {ASKED}"),
            ("COMMENT__without_words", f"COMMENT {ASKED}"),
            ("ADMIN_COMMENT__undecorated", f"ADMIN_COMMENT {ANSWERED}"),
            ("COMMENT_EDIT__undecorated", f"COMMENT_EDIT {ASKED}"),
            ("SHARE_MENTION__undecorated", f"SHARE_MENTION {MENTION}"),
        ],
    )
    def test_what_a_notification_leaves_out_is_looked_up(self, name: str, reference: str) -> None:
        event = self.event(name)
        assert isinstance(event, LookupNeeded)
        assert event.reference == reference

    def looked_up(self, reference: str, told: object) -> ChannelEvent:
        parsed = self.adapter().read_lookup(reference, answer(told))
        assert parsed.unrecognised == ()
        (received,) = parsed.received
        again = self.adapter().parse(WebhookRequest({}, {}, received.raw.encode()))
        assert again.received == parsed.received
        return received.event

    def told(self, **fields: object) -> dict[str, object]:
        return {
            "actor": USER.external_id,
            "commentUrn": ASKED,
            "created": {"actor": USER.external_id, "time": 1772416800123},
            "id": "7301300000000000001",
            "lastModified": {"actor": USER.external_id, "time": 1772416860000},
            "message": {"attributes": [], "text": "Bình này còn không shop? 😊"},
            "object": ACTIVITY,
            **fields,
        }

    def test_where_a_comment_is_looked_up(self) -> None:
        request = self.adapter().lookup_request(f"COMMENT {ASKED}")
        assert request.url == (
            "https://api.linkedin.com/rest/socialActions/"
            "urn%3Ali%3Aactivity%3A7301234567890123456/comments/7301300000000000001"
        )
        assert request.headers["authorization"] == "Bearer member-access-token"
        assert request.headers["x-restli-protocol-version"] == "2.0.0"

    def test_a_comment_that_was_looked_up_is_the_one_that_is_told(self) -> None:
        event = self.looked_up(f"COMMENT {ASKED}", self.told())
        whole = self.received("COMMENT__vietnamese")
        assert event == replace(whole, thread_refs=(ACTIVITY,))

    def test_an_answer_that_was_looked_up(self) -> None:
        told = self.told(parentComment=ASKED, content=[{"type": "IMAGE", "url": "https://a.b/c"}])
        event = self.looked_up(f"COMMENT {urn('02')}", told)
        assert isinstance(event, MessageReceived)
        assert (event.thread, len(event.attachments)) == (ASKED, 1)

    @pytest.mark.parametrize("content", [None, [{"type": "IMAGE"}]])
    def test_what_has_no_words_is_not_looked_up_for_ever(self, content: object) -> None:
        told = self.told(message={"text": " "}, content=content)
        event = self.looked_up(f"COMMENT {ASKED}", told)
        assert isinstance(event, MessageReceived)
        assert event.text == "[comment]"

    def test_the_pages_own_comment_that_was_looked_up_is_an_echo(self) -> None:
        event = self.looked_up(f"ADMIN_COMMENT {ANSWERED}", self.told(actor=ORGANISATION))
        assert isinstance(event, MessageEchoed)

    def test_an_edit_that_was_looked_up(self) -> None:
        event = self.looked_up(f"COMMENT_EDIT {ASKED}", self.told())
        assert isinstance(event, MessageEdited)
        assert (event.text, event.occurred_at) == ("Bình này còn không shop? 😊", LATER)

    def test_a_post_that_was_looked_up(self) -> None:
        request = self.adapter().lookup_request(f"SHARE_MENTION {MENTION}")
        assert request.url == (
            "https://api.linkedin.com/rest/posts/urn%3Ali%3Ashare%3A7301500000000000001"
        )
        told = {
            "id": MENTION,
            "author": USER.external_id,
            "commentary": "Mua ở Gốm Hoa Mai, vỡ một chén",
            "publishedAt": 1772416800123,
        }
        event = self.looked_up(f"SHARE_MENTION {MENTION}", told)
        assert event == self.event("SHARE_MENTION__post")

    def test_a_look_up_that_is_refused(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_lookup(f"COMMENT {ASKED}", refused(404))
        assert failed.value.reason is SendFailure.UNKNOWN_RECIPIENT
        with pytest.raises(TransientSendError):
            self.adapter().read_lookup(f"COMMENT {ASKED}", answer({"actor": 5}))

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "LIKE__post",
            "SHARE__post",
            "SHARE_MENTION__by_the_organisation",
            "empty__no_notifications",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("COMMENT__another_organisation", "a notification of another organisation"),
            ("COMMENT__no_urn", "a notification that names no comment"),
            ("SHARE_MENTION__no_post", "a mention in no post"),
            ("unknown__hologram", "no action we know: 'HOLOGRAM'"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    def test_bad_parts_do_not_lose_the_others(self) -> None:
        parsed = self.parse("batch__one_bad_part")
        events = [each.event for each in parsed.received]
        assert [each.text for each in events if isinstance(each, MessageReceived)] == ["một", "ba"]
        (part,) = parsed.unrecognised
        assert part.reason.startswith("Notification: notificationId: missing")
        alone = self.adapter().parse(WebhookRequest({}, {}, part.raw.encode()))
        assert [each.id for each in alone.unrecognised] == [part.id]

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"type": "LEAD_ACTION", "notifications": []},
            {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"},
            {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": {}},
        ],
    )
    def test_another_kind_of_payload_is_malformed(self, payload: object) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, json.dumps(payload).encode()))

    # Sending

    def test_an_answer_stands_under_the_comment(self) -> None:
        request = self.reply()
        assert request.method == "POST"
        assert request.url == f"https://api.linkedin.com/rest/socialActions/{ENCODED}/comments"
        assert request.headers["authorization"] == "Bearer member-access-token"
        assert request.headers["linkedin-version"].isdigit()
        assert json.loads(request.body) == {
            "actor": ORGANISATION,
            "object": ACTIVITY,
            "message": {"text": "Dạ, shop chào chị ạ 😊"},
            "parentComment": ASKED,
        }

    def test_an_answer_to_a_post_that_mentions_the_page_is_a_comment_on_it(self) -> None:
        request = self.adapter().reply(replace(self.outbound(), thread=MENTION))
        assert isinstance(request, HttpRequest)
        assert request.url.endswith("/urn%3Ali%3Ashare%3A7301500000000000001/comments")
        body = json.loads(request.body)
        assert body["object"] == MENTION
        assert "parentComment" not in body

    @pytest.mark.parametrize(
        ("surface", "thread"), [(Surface.DIRECT, ASKED), (Surface.PUBLIC, None)]
    )
    def test_there_is_no_private_answer(self, surface: Surface, thread: str | None) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().reply(replace(self.outbound(), surface=surface, thread=thread))

    def test_another_version_of_the_api_can_be_set(self) -> None:
        request = self.adapter(api_version="202612").reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert request.headers["linkedin-version"] == "202612"

    @pytest.mark.parametrize("field", ["commentUrn", "$URN"])
    def test_the_id_of_an_answer_is_that_of_its_echo(self, field: str) -> None:
        written = ANSWERED.replace("(urn:li:activity", "(activity")
        sent = {"actor": ORGANISATION, "id": "7301300000000000003", field: written}
        assert self.adapter().read_reply(answer(sent, 201)) == ANSWERED
        echo = self.event("ADMIN_COMMENT__answer")
        assert isinstance(echo, MessageEchoed)
        assert echo.message_id == ANSWERED

    @pytest.mark.parametrize(
        ("status", "message", "reason"),
        [
            (400, "bad", SendFailure.REJECTED),
            (401, "The token has been revoked", SendFailure.ACCOUNT),
            (403, "Not enough permissions", SendFailure.ACCOUNT),
            (403, "Comments are disabled on this post", SendFailure.BLOCKED),
            (404, "gone", SendFailure.UNKNOWN_RECIPIENT),
            (409, "Duplicate comment", SendFailure.REJECTED),
            (422, "Content is a duplicate of urn:li:comment", SendFailure.REJECTED),
            (426, "Requested version 20240101 is not active", SendFailure.ACCOUNT),
        ],
    )
    def test_refused_for_good(self, status: int, message: str, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(status, message))
        assert failed.value.reason is reason
        assert message not in str(failed.value)

    def test_a_limit_of_the_day_waits_an_hour(self) -> None:
        with pytest.raises(TransientSendError) as slow:
            self.adapter().read_reply(refused(429))
        assert slow.value.retry_after == timedelta(hours=1)

    # People

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request(USER.external_id)
        assert request is not None
        assert request.url == "https://api.linkedin.com/rest/people/(id:hT9xVd20Qa)"
        told = answer({"localizedFirstName": "Mẫu", "localizedLastName": "Trần"})
        event = self.adapter().read_profile(USER.external_id, told, NOON)
        assert event is not None
        assert (event.identity, event.name) == (USER, "Mẫu Trần")

    def test_an_organisation_has_no_profile_of_a_person(self) -> None:
        assert self.adapter().profile_request("urn:li:organization:5") is None

    @pytest.mark.parametrize("told", [answer({}), refused(403), answer({"localizedLastName": 5})])
    def test_a_profile_that_tells_nothing(self, told: HttpResponse) -> None:
        assert self.adapter().read_profile(USER.external_id, told, NOON) is None

    # Token and subscription

    def test_without_a_refresh_token_nothing_is_exchanged(self) -> None:
        assert self.adapter().exchange_request(NOON) is None

    def test_a_refresh_token_gives_an_access_token(self) -> None:
        adapter = self.adapter(refresh_token="member-refresh-token")
        request = adapter.exchange_request(NOON)
        assert request is not None
        assert request.url == "https://www.linkedin.com/oauth/v2/accessToken"
        assert parse_qs(request.body.decode()) == {
            "grant_type": ["refresh_token"],
            "refresh_token": ["member-refresh-token"],
            "client_id": ["86ab12cd34ef56"],
            "client_secret": ["client-secret"],
        }
        granted = adapter.read_exchange(answer({"access_token": "a2", "expires_in": 5183999}), NOON)
        assert granted.secrets == {"access_token": "a2"}
        assert granted.expires_at == NOON + timedelta(seconds=5183999)

    def test_an_exchange_that_is_refused(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_exchange(answer({"error": "invalid_grant"}, 400), NOON)
        assert failed.value.reason is SendFailure.ACCOUNT
        with pytest.raises(TransientSendError):
            self.adapter().read_exchange(answer({}, 429), NOON)

    def test_how_long_the_token_lives(self) -> None:
        request = self.adapter().check_request(WEBHOOK)
        assert request is not None
        assert request.url == "https://www.linkedin.com/oauth/v2/introspectToken"
        assert parse_qs(request.body.decode())["token"] == ["member-access-token"]
        told = {"active": True, "status": "active", "expires_at": 1777600800}
        checked = self.adapter().read_check(WEBHOOK, answer(told))
        assert checked.problem is None
        assert checked.expires_at == datetime(2026, 5, 1, 2, tzinfo=UTC)

    @pytest.mark.parametrize("status", ["revoked", "expired"])
    def test_a_dead_token_is_a_problem(self, status: str) -> None:
        told = answer({"active": False, "status": status})
        assert self.adapter().read_check(WEBHOOK, told).problem

    def test_how_the_subscription_is(self) -> None:
        adapter = self.adapter(application_id="214663", person_id="aDm1n00000")
        request = adapter.check_request(WEBHOOK)
        assert request is not None
        assert (request.method, request.url) == ("GET", SUBSCRIPTION)
        told = {"webhook": WEBHOOK, "expiresAt": 1777600800000}
        checked = adapter.read_check(WEBHOOK, answer(told))
        assert (checked.problem, checked.expires_at) == (
            None,
            datetime(2026, 5, 1, 2, tzinfo=UTC),
        )
        assert adapter.read_check(WEBHOOK, answer({**told, "webhook": "https://b.example"})).problem

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 426])
    def test_a_check_that_is_refused_is_a_problem(self, status: int) -> None:
        assert self.adapter().read_check(WEBHOOK, refused(status)).problem
        unreadable = HttpResponse(status=status, headers={}, body=b"")
        assert self.adapter().read_check(WEBHOOK, unreadable).problem

    @pytest.mark.parametrize("response", [refused(429), refused(503), answer({"active": "maybe"})])
    def test_a_check_without_an_answer_is_made_again(self, response: HttpResponse) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(WEBHOOK, response)

    def test_the_page_is_subscribed(self) -> None:
        assert self.adapter().subscribe_requests(WEBHOOK) == ()
        adapter = self.adapter(application_id="214663", person_id="aDm1n00000")
        (request,) = adapter.subscribe_requests(WEBHOOK)
        assert (request.method, request.url) == ("PUT", SUBSCRIPTION)
        assert json.loads(request.body) == {"webhook": WEBHOOK}
