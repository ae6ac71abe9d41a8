"""Google reviews."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent, LookupNeeded, MessageEchoed, MessageReceived
from chalicelib.domain.messages import Surface
from chalicelib.errors import (
    MalformedPayloadError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
    UnknownKeyError,
)

from ..contract import NOON, ChannelContract, Secrets, SendContract, flips, proves

REVIEW = "accounts/111222333444/locations/5566778899/reviews/AbFvOqmMau01"
WHO = Identity("google_reviews", "hoa-mai", "AbFvOqmMau01")
AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
AUDIENCE = "https://desk.gomhoamai.example/google"
PUSHER = "reviews-push@hoa-mai-desk.iam.gserviceaccount.com"


@cache
def key(name: str) -> RSAPrivateKey:
    assert name
    return generate_private_key(public_exponent=65537, key_size=2048)


@cache
def key_document() -> Mapping[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key("google").public_key()))
    return {"keys": [{"kid": "other", "kty": "EC"}, {**public, "kid": "k1", "alg": "RS256"}]}


def token(signer: str = "google", kid: str | None = "k1", **changed: Any) -> str:
    now = int(NOON.timestamp())
    claims = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "azp": "1",
        "sub": "1",
        "email": PUSHER,
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
        **changed,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key(signer), "RS256", {"kid": kid} if kid else None)


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=json.dumps(payload).encode())


def refused(status: int, name: str, **headers: str) -> HttpResponse:
    error = {"code": status, "message": "no", "status": name}
    return answer({"error": error}, status, **headers)


class TestGoogleReviews(ChannelContract, SendContract):
    channel: ClassVar[str] = "google_reviews"
    customer: ClassVar[str] = WHO.external_id
    secrets: ClassVar[Secrets] = {
        "audience": AUDIENCE,
        "service_account": PUSHER,
        "client_id": "1234-mau.apps.googleusercontent.com",
        "client_secret": "GOCSPX-client-secret",
        "refresh_token": "1//refresh-token",
        "business": "accounts/111222333444",
        "topic": "projects/hoa-mai-desk/topics/reviews",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "authorization"
    proven_by: ClassVar[str] = "service_account"
    sample: ClassVar[str] = "push__new_review"

    def parse(self, name: str) -> Parsed:
        """Return what a payload holds: a review is never pushed, but read again as it was kept."""
        if name.startswith("review__"):
            return self.adapter().parse(WebhookRequest({}, {}, self.body(name)))
        return super().parse(name)

    def test_a_review_that_is_pushed_is_not_believed(self) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(self.request(self.body("review__two_stars")))

    def adapter(self, **secrets: str | list[str]) -> ChannelAdapter:
        return super().adapter(**secrets).with_secrets({"access_token": "ya29.access"})

    def prove(self, body: bytes, secret: str) -> str:
        return f"Bearer {token(email=secret)}"

    def asked(self, authorization: str, **changed: Any) -> WebhookRequest:
        known: dict[str, Any] = {"received_at": NOON, "keys": key_document(), **changed}
        body = self.body(self.sample)
        return WebhookRequest({"authorization": authorization}, {}, body, **known)

    def request(self, body: bytes, secret: str | None = None) -> WebhookRequest:
        proven = super().request(body, secret)
        return WebhookRequest(proven.headers, {}, body, received_at=NOON, keys=key_document())

    def outbound(self, text: str = "Dạ, shop chào chị ạ 😊") -> OutboundMessage:
        return OutboundMessage(
            id="4821937000000001",
            to=WHO,
            text=text,
            sent_at=NOON,
            surface=Surface.PUBLIC,
            thread=REVIEW,
        )

    # Proof

    def test_any_flipped_bit_of_the_proof_is_refused(self) -> None:
        proof = f"Bearer {token()}"
        assert proves(self.adapter(), self.asked(proof))
        for flipped in flips(proof.encode()):
            assert not proves(self.adapter(), self.asked(flipped.decode("latin-1")))

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "https://accounts.google.com.evil.example"},
            {"iss": None},
            {"aud": "https://another.example"},
            {"aud": None},
            {"email": "else@hoa-mai-desk.iam.gserviceaccount.com"},
            {"email": None},
            {"email_verified": False},
            {"email_verified": "true"},
            {"email_verified": None},
            {"exp": None},
            {"exp": "soon"},
            {"exp": int(NOON.timestamp()) - 31},
            {"exp": 10**30},
            {"iat": int(NOON.timestamp()) + 31},
            {"iat": None},
        ],
    )
    def test_a_token_that_says_something_else_is_refused(self, changed: dict[str, Any]) -> None:
        assert not proves(self.adapter(), self.asked(f"Bearer {token(**changed)}"))

    def test_a_token_grows_old(self) -> None:
        proof = f"Bearer {token()}"
        for seconds, is_proven in ((-31, False), (-29, True), (3629, True), (3631, False)):
            at = NOON + timedelta(seconds=seconds)
            assert proves(self.adapter(), self.asked(proof, received_at=at)) is is_proven

    def test_without_a_time_everything_is_refused(self) -> None:
        assert not proves(self.adapter(), self.asked(f"Bearer {token()}", received_at=None))

    @pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": [1, {"kid": "k2"}]}])
    def test_an_unknown_key_is_asked_for(self, keys: dict[str, Any]) -> None:
        with pytest.raises(UnknownKeyError):
            self.adapter().verify(self.asked(f"Bearer {token()}", keys=keys))
        with pytest.raises(UnknownKeyError):
            self.adapter().verify(self.asked(f"Bearer {token(kid=None)}"))

    def test_another_signer_with_a_known_key_id_is_refused(self) -> None:
        assert not proves(self.adapter(), self.asked(f"Bearer {token('mallory')}"))

    def test_a_key_of_another_kind_is_refused(self) -> None:
        assert not proves(self.adapter(), self.asked(f"Bearer {token(kid='other')}"))

    def test_only_the_documented_algorithm_counts(self) -> None:
        claims = jwt.decode(token(), options={"verify_signature": False})
        unsigned = jwt.encode(claims, "", "none", {"kid": "k1"})
        symmetric = jwt.encode(claims, "k" * 32, "HS256", {"kid": "k1"})
        longer = jwt.encode(claims, key("google"), "RS512", {"kid": "k1"})
        for each in (unsigned, symmetric, longer):
            assert not proves(self.adapter(), self.asked(f"Bearer {each}"))

    @pytest.mark.parametrize("scheme", ["", "bearer ", "Basic ", "Bearer  ", "Bearer\t"])
    def test_a_token_of_another_scheme_is_refused(self, scheme: str) -> None:
        assert not proves(self.adapter(), self.asked(scheme + token()))

    def test_a_token_of_any_length_is_looked_at_in_bounded_time(self) -> None:
        assert not proves(self.adapter(), self.asked("Bearer " + "a." * 500_000))

    def test_audiences_are_rotated_too(self) -> None:
        adapter = self.adapter(audience=["https://old.example", AUDIENCE])
        assert proves(adapter, self.asked(f"Bearer {token()}"))
        assert not proves(self.adapter(audience=""), self.asked(f"Bearer {token()}"))

    def test_the_keys_are_googles(self) -> None:
        request = self.adapter().keys_request()
        assert request is not None
        assert request.url == "https://www.googleapis.com/oauth2/v3/certs"

    # A push

    def test_a_new_review_is_looked_up(self) -> None:
        assert self.event("push__new_review") == LookupNeeded(
            id="google_reviews:hoa-mai:lookup:8136969346945",
            identity=WHO,
            occurred_at=datetime(2026, 3, 2, 2, 0, 5, 123000, tzinfo=UTC),
            reference=REVIEW,
        )

    def test_names_are_read_in_both_spellings(self) -> None:
        event = self.event("push__updated_review_snake_case")
        assert isinstance(event, LookupNeeded)
        assert event.reference == REVIEW

    def test_questions_are_of_no_use_to_us(self) -> None:
        assert self.events("push__new_question") == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("push__unknown_type", "no notification we know: 'NEW_HOLOGRAM'"),
            ("push__without_a_name", "a notification that names no review"),
            ("push__not_base64", "a notification that can't be read"),
            ("push__another_business", "a review of another business"),
            ("review__unknown_stars", "Review: starRating: literal_error"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        assert [part.reason for part in self.parse(name).unrecognised] == [reason]

    # A review

    def looked_up(self, name: str) -> list[ChannelEvent]:
        response = HttpResponse(status=200, headers={}, body=self.body(name))
        parsed = self.adapter().read_lookup(REVIEW, response)
        assert parsed.unrecognised == ()
        for each in parsed.received:
            again = self.adapter().parse(WebhookRequest({}, {}, each.raw.encode()))
            assert each.event in [every.event for every in again.received]
        return [each.event for each in parsed.received]

    def review(self, name: str) -> MessageReceived:
        event = self.looked_up(name)[0]
        assert isinstance(event, MessageReceived)
        return event

    def test_a_look_up_reads_the_review_from_google(self) -> None:
        request = self.adapter().lookup_request(REVIEW)
        assert request.url == f"https://mybusiness.googleapis.com/v4/{REVIEW}"
        assert request.headers == {"authorization": "Bearer ya29.access"}
        assert "ya29" not in repr(request)

    @pytest.mark.parametrize(
        "reference", ["", "x", f"{REVIEW}/../x", f"{REVIEW}?x=1", f"{REVIEW}\n"]
    )
    def test_only_reviews_are_looked_up(self, reference: str) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().lookup_request(reference)

    def test_a_review(self) -> None:
        assert self.looked_up("review__two_stars") == [
            MessageReceived(
                id="google_reviews:hoa-mai:review:AbFvOqmMau01:1772416800123",
                identity=WHO,
                occurred_at=AT,
                message_id="AbFvOqmMau01",
                text="Chén giao tới bị nứt, gọi không ai nghe máy.",
                name="Lan Mẫu",
                surface=Surface.PUBLIC,
                thread=REVIEW,
                rating=2,
            )
        ]

    def test_stars_alone(self) -> None:
        review = self.review("review__stars_only_anonymous")
        assert (review.text, review.rating, review.name) == ("[★★★★★]", 5, None)

    @pytest.mark.parametrize("name", ["review__translated", "review__translated_after"])
    def test_what_was_written_counts_not_its_translation(self, name: str) -> None:
        assert self.review(name).text == "Chén bị nứt."

    def test_a_changed_review_is_a_message_of_its_own_in_the_same_thread(self) -> None:
        first, changed = (
            self.review("review__two_stars"),
            self.review("review__changed_to_one_star"),
        )
        assert changed.rating == 1
        assert changed.id != first.id
        assert changed.identity == first.identity
        assert changed.thread_refs == (first.message_id,)
        assert changed.message_id == "AbFvOqmMau01@1772499600000"

    def test_the_owners_answer_is_an_echo(self) -> None:
        received, echo = self.looked_up("review__answered")
        assert isinstance(received, MessageReceived)
        assert isinstance(echo, MessageEchoed)
        assert echo.text.startswith("Dạ Hoa Mai xin lỗi")
        assert echo.thread_refs == (received.message_id,)
        assert (echo.surface, echo.ours) == (Surface.PUBLIC, False)
        reply = json.loads(self.body("review__answered"))["reviewReply"]
        assert self.adapter().read_reply(answer(reply)) == echo.message_id

    def test_a_review_that_is_gone_says_nothing(self) -> None:
        assert self.adapter().read_lookup(REVIEW, refused(404, "NOT_FOUND")) == Parsed()

    # Sending

    def test_a_reply(self) -> None:
        request = self.reply()
        assert request.method == "PUT"
        assert request.url == f"https://mybusiness.googleapis.com/v4/{REVIEW}/reply"
        assert json.loads(request.body) == {"comment": "Dạ, shop chào chị ạ 😊"}

    def test_the_limit_is_counted_in_bytes(self) -> None:
        can = self.adapter().capabilities
        assert (can.text_limit, can.measure("ổ"), can.measure("a")) == (4096, 3, 1)

    @pytest.mark.parametrize(
        "changed", [{"surface": Surface.DIRECT}, {"part": 1}, {"thread": None}, {"thread": "x"}]
    )
    def test_what_google_has_no_way_for_is_not_sent(self, changed: dict[str, Any]) -> None:
        known: dict[str, Any] = {"surface": Surface.PUBLIC, "thread": REVIEW, **changed}
        message = OutboundMessage(id="1", to=WHO, text="Dạ", sent_at=NOON, **known)
        with pytest.raises(PermanentSendError):
            self.adapter().reply(message)

    @pytest.mark.parametrize(
        ("status", "name", "reason"),
        [
            (400, "INVALID_ARGUMENT", SendFailure.REJECTED),
            (401, "UNAUTHENTICATED", SendFailure.ACCOUNT),
            (403, "PERMISSION_DENIED", SendFailure.ACCOUNT),
            (404, "NOT_FOUND", SendFailure.UNKNOWN_RECIPIENT),
        ],
    )
    def test_refused_for_good(self, status: int, name: str, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(status, name))
        assert failed.value.reason is reason

    @pytest.mark.parametrize(
        ("status", "name"),
        [(429, "RESOURCE_EXHAUSTED"), (403, "RESOURCE_EXHAUSTED"), (409, "ABORTED")],
    )
    def test_refused_for_now(self, status: int, name: str) -> None:
        with pytest.raises(TransientSendError) as failed:
            self.adapter().read_reply(refused(status, name, **{"Retry-After": "30"}))
        assert failed.value.retry_after == timedelta(seconds=30)

    # Tokens

    def test_an_exchange(self) -> None:
        request = self.adapter().exchange_request(NOON)
        assert request is not None
        assert request.url == "https://oauth2.googleapis.com/token"
        assert parse_qs(request.body.decode()) == {
            "client_id": ["1234-mau.apps.googleusercontent.com"],
            "client_secret": ["GOCSPX-client-secret"],
            "refresh_token": ["1//refresh-token"],
            "grant_type": ["refresh_token"],
        }

    def test_a_grant_ends_before_its_token_does(self) -> None:
        given = {"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"}
        granted = self.adapter().read_exchange(answer(given), NOON)
        assert granted.secrets == {"access_token": "ya29.x"}
        assert granted.expires_at == NOON + timedelta(seconds=3299)
        assert "ya29" not in repr(granted)
        request = self.adapter().with_secrets(granted.secrets).reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert request.headers["authorization"] == "Bearer ya29.x"

    @pytest.mark.parametrize(
        ("response", "error", "reason"),
        [
            (answer({"error": "invalid_grant"}, 400), PermanentSendError, SendFailure.ACCOUNT),
            (answer({"error": "invalid_client"}, 401), PermanentSendError, SendFailure.ACCOUNT),
            (answer({"error": {"code": 1}}, 403), PermanentSendError, SendFailure.ACCOUNT),
            (answer({"error": "temporarily_unavailable"}, 400), TransientSendError, None),
            (answer({}, 429), TransientSendError, None),
            (answer({}, 503), TransientSendError, None),
            (answer({}), TransientSendError, None),
        ],
    )
    def test_no_token(
        self, response: HttpResponse, error: type[SendError], reason: SendFailure | None
    ) -> None:
        with pytest.raises(error) as failed:
            self.adapter().read_exchange(response, NOON)
        assert getattr(failed.value, "reason", None) is reason

    # Health

    def test_a_subscription(self) -> None:
        (request,) = self.adapter().subscribe_requests("https://x")
        assert request.method == "PATCH"
        assert request.url == (
            "https://mybusinessnotifications.googleapis.com/v1/accounts/111222333444/"
            "notificationSetting?updateMask=pubsubTopic%2CnotificationTypes"
        )
        assert json.loads(request.body) == {
            "pubsubTopic": "projects/hoa-mai-desk/topics/reviews",
            "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"],
        }

    @pytest.mark.parametrize(
        ("response", "problem"),
        [
            (
                answer(
                    {
                        "pubsubTopic": "projects/x/topics/y",
                        "notificationTypes": ["UPDATED_REVIEW", "NEW_REVIEW", "GOOGLE_UPDATE"],
                    }
                ),
                None,
            ),
            (answer({}), "Google notifies no Pub/Sub topic"),
            (
                answer({"pubsubTopic": "t", "notificationTypes": ["GOOGLE_UPDATE"]}),
                "Google does not notify of new and updated reviews",
            ),
            (
                refused(403, "PERMISSION_DENIED"),
                "the notification setting can't be read: Google refused with 403",
            ),
        ],
    )
    def test_a_check(self, response: HttpResponse, problem: str | None) -> None:
        adapter = self.adapter()
        assert adapter.check_request("https://x") is not None
        assert adapter.read_check("https://x", response).problem == problem

    def test_without_a_business_nothing_is_checked_or_set(self) -> None:
        adapter = adapter_class("google_reviews")("hoa-mai", {"access_token": "t"})
        assert adapter.check_request("https://x") is None
        assert adapter.subscribe_requests("https://x") == ()
