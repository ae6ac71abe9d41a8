"""Tripadvisor."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.channels.base import HttpResponse, OutboundMessage, Parsed, WebhookRequest
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent, MessageEchoed, MessageReceived
from chalicelib.domain.messages import Surface
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

from ..contract import NOON, ChannelContract, Secrets, proves

LINK = "https://www.tripadvisor.com/ShowUserReviews-g1-d2-r900100200-Reviews.html"
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


class TestTripAdvisor(ChannelContract):
    channel: ClassVar[str] = "tripadvisor"
    secrets: ClassVar[Secrets] = {
        "api_key": "0A1B2C3D4E5F",
        "location_id": "89575",
        "language": "en",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-none"
    proven_by: ClassVar[str] = "api_key"
    sample: ClassVar[str] = "review__two_stars"

    def prove(self, body: bytes, secret: str) -> str:
        return secret

    def parse(self, name: str) -> Parsed:
        """Return what a poll gives that finds a recorded review."""
        return self.polled(json.loads(self.body(name)))

    def polled(self, *reviews: Any) -> Parsed:
        return self.adapter().read_poll(answer({"data": reviews, "paging": {"results": 1}}))

    def test_while_a_secret_is_rotated_old_and_new_are_taken(self) -> None:
        """Nobody calls us: no request is proven, whatever it carries."""
        adapter = self.adapter(api_key=["old-secret", "new-secret"])
        for secret in ("old-secret", "new-secret", self.secret()):
            assert not proves(adapter, self.request(self.body(self.sample), secret))

    # A poll

    def test_the_newest_reviews_are_asked_for(self) -> None:
        request = self.adapter().poll_request()
        url = urlsplit(request.url)
        assert (request.method, url.netloc) == ("GET", "api.content.tripadvisor.com")
        assert url.path == "/api/v1/location/89575/reviews"
        assert parse_qs(url.query) == {"language": ["en"], "key": ["0A1B2C3D4E5F"]}
        assert "0A1B2C3D4E5F" not in repr(request)

    def test_reviews_are_asked_for_in_vietnamese_unless_told_otherwise(self) -> None:
        assert "language=vi" in self.adapter(language="").poll_request().url

    def test_a_review_is_stars_and_a_link(self) -> None:
        assert self.event("review__two_stars") == MessageReceived(
            id="tripadvisor:hoa-mai:review:900100200",
            identity=Identity("tripadvisor", "hoa-mai", "900100200"),
            occurred_at=AT,
            message_id="900100200",
            text="[review ★★☆☆☆]",
            surface=Surface.PUBLIC,
            thread="900100200",
            permalink=LINK,
            rating=2,
        )

    def test_nothing_that_people_wrote_is_kept(self) -> None:
        for name in ("review__with_content", "review__answered", "review__without_a_date"):
            parsed = self.parse(name)
            whole = json.loads(self.body(name))
            kept = [each.raw for each in parsed.received]
            kept += [part.raw for part in parsed.unrecognised]
            assert kept
            for raw in kept:
                known = {"id", "url", "rating", "published_date", "owner_response"}
                assert json.loads(raw).keys() <= known
            shown = repr([each.event for each in parsed.received]) + "".join(kept)
            for words in ("text", "title"):
                assert not whole.get(words) or whole[words] not in shown
            assert "lanmau" not in shown
            assert "baomau" not in shown
            assert "Cảm ơn" not in shown

    def test_an_answered_review_says_only_that_it_is(self) -> None:
        event = self.event("review__answered")
        assert isinstance(event, MessageEchoed)
        assert event.text == "[owner response]"
        assert event.thread_refs == ("900100202",)
        assert event.occurred_at == AT + timedelta(hours=3)

    def test_a_repeat_of_a_poll_is_the_same_and_an_answer_comes_beside_it(self) -> None:
        review = json.loads(self.body("review__two_stars"))
        answered = {**review, "owner_response": {"published_date": "2026-03-02T05:00:00Z"}}
        first, again, later = (self.polled(each) for each in (review, review, answered))
        assert first == again
        assert first.received[0].event.id != later.received[0].event.id

    def test_one_bad_review_spoils_no_other(self) -> None:
        review = json.loads(self.body("review__two_stars"))
        bad: list[Any] = [None, 1, {}, {**review, "rating": 7}, {**review, "url": "javascript:x"}]
        parsed = self.polled(*bad, review)
        assert len(parsed.received) == 1
        assert len(parsed.unrecognised) == len(bad)

    def events_of(self, **changed: Any) -> list[ChannelEvent]:
        review = {**json.loads(self.body("review__two_stars")), **changed}
        return [each.event for each in self.polled(review).received]

    @pytest.mark.parametrize(
        "url",
        ["https://www.tripadvisor.com.vn/Show-r1.html", "https://tripadvisor.fr/x", None],
    )
    def test_links_lead_to_any_of_its_sites(self, url: str | None) -> None:
        (event,) = self.events_of(url=url)
        assert isinstance(event, MessageReceived)
        assert event.permalink == url

    @pytest.mark.parametrize(
        "url",
        ["http://www.tripadvisor.com/x", "https://tripadvisor.com.evil.example/x", "https://x/"],
    )
    def test_other_links_are_not_shown(self, url: str) -> None:
        assert self.events_of(url=url) == []

    @pytest.mark.parametrize(
        ("status", "words"), [(401, "key"), (403, "address"), (404, "location")]
    )
    def test_a_poll_refused_for_good_is_the_accounts(self, status: int, words: str) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_poll(answer({"Message": "no"}, status))
        assert failed.value.reason is SendFailure.ACCOUNT
        assert words in str(failed.value)

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_poll_refused_for_now(self, status: int) -> None:
        response = HttpResponse(status=status, headers={"Retry-After": "60"}, body=b"")
        with pytest.raises(TransientSendError) as failed:
            self.adapter().read_poll(response)
        assert failed.value.retry_after == timedelta(minutes=1)

    @pytest.mark.parametrize("payload", [{}, {"data": None}, {"data": {}}])
    def test_an_answer_of_no_shape_we_know_is_asked_for_again(self, payload: object) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_poll(answer(payload))

    def test_another_refusal(self) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().read_poll(answer({"error": {"code": 100}}, 400))

    # No answers

    def test_answers_are_given_on_tripadvisor(self) -> None:
        adapter = self.adapter()
        assert adapter.capabilities.answers_elsewhere
        identity = Identity("tripadvisor", "hoa-mai", "900100200")
        message = OutboundMessage(id="1", to=identity, text="Dạ", sent_at=NOON)
        with pytest.raises(PermanentSendError, match="by its link") as refused:
            adapter.reply(message)
        assert refused.value.reason is SendFailure.REJECTED
        with pytest.raises(PermanentSendError):
            adapter.read_reply(answer({}))

    def test_a_webhook_is_nobodys(self) -> None:
        assert not proves(self.adapter(), WebhookRequest({}, {}, self.body(self.sample)))


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())
