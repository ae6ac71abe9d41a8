"""What every channel promises. A channel's test class inherits this and adds one test per event."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from chalicelib.domain.events import ChannelEvent, MessageEchoed, MessageReceived
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PayloadTooLargeError,
    SendError,
    TransientSendError,
)

# An inherited test runs in many classes on purpose; adapters keep no state between examples.
FOR_EVERY_CHANNEL = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
)

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)

Secrets = dict[str, str | list[str]]

BAD_BODIES = {
    "empty": b"",
    "not json": b"hello",
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "cut off": b'{"object":"page","entry":[{"id":',
    "form": b"a=1&b=2",
    "invalid utf-8": b'{"event_name":"\xff\xfe"}',
    "utf-16": '{"update_id":1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"update_id":1}',
    "raw NUL": b'{"update_id":\x001}',
    "NaN": b'{"update_id":NaN}',
    "infinity": b'{"update_id":-Infinity}',
    "infinite fraction": b'{"update_id":1e999}',
    "key twice": b'{"update_id":1,"update_id":2}',
    "huge int": b'{"update_id":' + b"9" * 900_000 + b"}",
    "huge exponent": b'{"update_id":1e99999999999999999999}',
    "list bomb": b"[" * 900_000,
    "object bomb": b'{"a":' * 150_000,
    "closed bomb": b'{"a":' + b"[" * 65 + b"]" * 65 + b"}",
    "over the limit": b'{"a":"' + b"a" * 1_000_001 + b'"}',
}


_KEYS = st.sampled_from(("ok", "error", "data", "result", "message_id", "code", "parameters", "x"))
_LEAVES: st.SearchStrategy[object] = st.sampled_from((None, True, 0, -32, 1.5, "", "x", [], {}))
_OBJECTS = st.dictionaries(_KEYS, _LEAVES, max_size=4)
_ANSWERS = _LEAVES | st.dictionaries(_KEYS, _LEAVES | _OBJECTS, max_size=4)


class ChannelContract(ABC):
    """`proof` is the header that proves a request, `proven_by` the secret behind it."""

    channel: ClassVar[str]
    secrets: ClassVar[Secrets]
    payloads: ClassVar[Path]
    proof: ClassVar[str]
    proven_by: ClassVar[str]
    sample: ClassVar[str]

    @abstractmethod
    def prove(self, body: bytes, secret: str) -> str:
        """Return the proof header's value, made independently of the adapter."""

    def adapter(self, **secrets: str | list[str]) -> ChannelAdapter:
        return adapter_class(self.channel)("hoa-mai", {**self.secrets, **secrets})

    def secret(self) -> str:
        return str(self.secrets[self.proven_by])

    def body(self, name: str) -> bytes:
        return (self.payloads / f"{name}.json").read_bytes()

    def request(self, body: bytes, secret: str | None = None) -> WebhookRequest:
        headers = {self.proof: self.prove(body, self.secret() if secret is None else secret)}
        return WebhookRequest(headers=headers, query={}, body=body)

    def parse(self, name: str) -> Parsed:
        """Return what a recorded payload holds, after proving it."""
        request = self.request(self.body(name))
        self.adapter().verify(request)
        return self.adapter().parse(request)

    def events(self, name: str) -> list[ChannelEvent]:
        """Return a payload's events, all of it having been understood."""
        parsed = self.parse(name)
        assert parsed.unrecognised == ()
        return [each.event for each in parsed.received]

    def event(self, name: str) -> ChannelEvent:
        (event,) = self.events(name)
        return event

    def recorded(self) -> Iterator[tuple[str, Parsed]]:
        for path in sorted(self.payloads.glob("*.json")):
            yield path.stem, self.parse(path.stem)

    def test_every_fixture_is_named_after_its_event(self) -> None:
        names = [path.stem for path in self.payloads.iterdir()]
        assert names
        assert all("__" in name for name in names)

    def test_every_recorded_payload_is_understood_ignored_or_kept(self) -> None:
        for name, parsed in self.recorded():
            for part in parsed.unrecognised:
                assert part.reason, name
                assert part.id.startswith(f"{self.channel}:hoa-mai:unrecognised:"), name

    def test_a_repeat_gives_the_same_again(self) -> None:
        assert dict(self.recorded()) == dict(self.recorded())

    def test_events_belong_to_the_account_and_have_ids_of_their_own(self) -> None:
        for name, parsed in self.recorded():
            events = [each.event for each in parsed.received]
            assert len({event.id for event in events}) == len(events), name
            for event in events:
                assert event.id.startswith(f"{self.channel}:hoa-mai:"), name
                assert event.identity.channel == self.channel, name
                assert event.identity.account == "hoa-mai", name
                assert event.occurred_at.utcoffset() is not None, name

    def test_no_message_is_empty(self) -> None:
        for name, parsed in self.recorded():
            for each in parsed.received:
                if isinstance(each.event, MessageReceived | MessageEchoed):
                    assert each.event.text or each.event.attachments, name

    def test_what_is_kept_beside_an_event_parses_into_it_again(self) -> None:
        for name, parsed in self.recorded():
            for each in parsed.received:
                again = self.adapter().parse(WebhookRequest({}, {}, each.raw.encode()))
                assert each.event in [every.event for every in again.received], name
                assert not again.unrecognised, name
            for part in parsed.unrecognised:
                again = self.adapter().parse(WebhookRequest({}, {}, part.raw.encode()))
                assert [every.id for every in again.unrecognised] == [part.id], name

    def test_parts_not_understood_show_nobodys_words(self) -> None:
        for name, parsed in self.recorded():
            for part in parsed.unrecognised:
                assert "shop" not in part.reason.lower(), name

    @pytest.mark.parametrize("given", ["", " ", "mac=", "sha256=", "x", "ổ", "\udc80", "0" * 64])
    def test_a_request_without_proof_is_refused(self, given: str) -> None:
        request = WebhookRequest({self.proof: given}, {}, self.body(self.sample))
        assert not proves(self.adapter(), request)

    def test_a_request_without_the_header_is_refused(self) -> None:
        assert not proves(self.adapter(), WebhookRequest({}, {}, self.body(self.sample)))

    def test_proof_by_another_secret_is_refused(self) -> None:
        request = self.request(self.body(self.sample), "another-secret")
        assert not proves(self.adapter(), request)

    @pytest.mark.parametrize("configured", ["", " ", [], [""]])
    def test_without_a_secret_everything_is_refused(self, configured: str | list[str]) -> None:
        adapter = self.adapter(**{self.proven_by: configured})
        for secret in ("", " ", self.secret()):
            assert not proves(adapter, self.request(self.body(self.sample), secret))

    def test_while_a_secret_is_rotated_old_and_new_are_taken(self) -> None:
        adapter = self.adapter(**{self.proven_by: ["old-secret", "new-secret"]})
        for secret in ("old-secret", "new-secret"):
            assert proves(adapter, self.request(self.body(self.sample), secret))
        assert not proves(adapter, self.request(self.body(self.sample), "older-secret"))

    def test_any_flipped_bit_of_the_proof_is_refused(self) -> None:
        body = self.body(self.sample)
        adapter = self.adapter()
        for flipped in flips(self.prove(body, self.secret()).encode()):
            request = WebhookRequest({self.proof: flipped.decode("latin-1")}, {}, body)
            assert not proves(adapter, request)

    @pytest.mark.parametrize("name", BAD_BODIES)
    def test_a_bad_body_is_refused_or_kept_in_bounded_time(self, name: str) -> None:
        adapter, request = self.adapter(), self.request(BAD_BODIES[name])
        started = time.process_time()
        with suppress(InvalidSignatureError, PayloadTooLargeError):
            adapter.verify(request)
        with pytest.raises((MalformedPayloadError, PayloadTooLargeError)) as refused:
            adapter.parse(request)
        assert time.process_time() - started < 1
        assert len(str(refused.value)) < 200

    @given(body=st.binary(max_size=200))
    @FOR_EVERY_CHANNEL
    def test_no_other_error_ever_leaves_the_parser(self, body: bytes) -> None:
        with suppress(MalformedPayloadError):
            assert self.adapter().parse(WebhookRequest({}, {}, body)).received == ()

    def test_the_required_secrets_are_the_documented_ones(self) -> None:
        adapter = self.adapter()
        assert set(adapter.required_secrets) <= set(self.secrets)
        assert set(self.secrets) <= {*adapter.required_secrets, *adapter.optional_secrets}

    def test_no_secret_shows_in_a_representation(self) -> None:
        adapter = self.adapter()
        for value in self.secrets.values():
            assert str(value) not in repr(adapter)


class SignedBodyContract(ChannelContract):
    """For channels whose proof covers the body."""

    def test_any_flipped_bit_of_the_body_is_refused(self) -> None:
        body = self.body(self.sample)
        adapter, headers = self.adapter(), self.request(body).headers
        for flipped in flips(body):
            assert not proves(adapter, WebhookRequest(headers, {}, flipped))

    @given(end=st.binary(min_size=1, max_size=40))
    @FOR_EVERY_CHANNEL
    def test_a_longer_or_shorter_body_is_refused(self, end: bytes) -> None:
        body = self.body(self.sample)
        headers = self.request(body).headers
        for changed in (body + end, body[: -len(end)]):
            assert not proves(self.adapter(), WebhookRequest(headers, {}, changed))


class SendContract(ABC):
    """What every channel that sends over HTTP promises. Comes beside `ChannelContract`."""

    channel: ClassVar[str]
    customer: ClassVar[str]

    @abstractmethod
    def adapter(self, **secrets: str | list[str]) -> ChannelAdapter: ...

    def outbound(self, text: str = "Dạ, shop chào chị ạ 😊") -> OutboundMessage:
        return OutboundMessage(
            id="4821937000000001",
            to=Identity(self.channel, "hoa-mai", self.customer),
            text=text,
            sent_at=NOON,
        )

    def reply(self, text: str = "Dạ, shop chào chị ạ 😊") -> HttpRequest:
        request = self.adapter().reply(self.outbound(text))
        assert isinstance(request, HttpRequest)
        return request

    def test_the_same_message_is_the_same_request(self) -> None:
        assert self.reply() == self.reply()

    def test_secrets_stay_out_of_a_requests_headers_and_body_when_shown(self) -> None:
        request = self.reply()
        assert "chào" not in repr(request)
        for value in request.headers.values():
            assert value == "application/json" or value not in repr(request)

    @given(status=st.integers(200, 599), body=st.binary(max_size=100))
    @FOR_EVERY_CHANNEL
    def test_an_answer_nobody_understands_is_a_send_error(self, status: int, body: bytes) -> None:
        with pytest.raises(SendError):
            self.adapter().read_reply(HttpResponse(status=status, headers={}, body=body))

    @given(answer=_ANSWERS)
    @FOR_EVERY_CHANNEL
    def test_no_other_error_ever_leaves_the_answers_reader(self, answer: object) -> None:
        body = json.dumps(answer).encode()
        with suppress(SendError):
            sent_id = self.adapter().read_reply(HttpResponse(status=200, headers={}, body=body))
            assert isinstance(sent_id, str)

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
    def test_a_platform_that_is_unwell_is_asked_again(self, status: int) -> None:
        response = HttpResponse(status=status, headers={"Retry-After": "7"}, body=b"<html>")
        with pytest.raises(TransientSendError) as refused:
            self.adapter().read_reply(response)
        assert refused.value.retry_after == timedelta(seconds=7)


def proves(adapter: ChannelAdapter, request: WebhookRequest) -> bool:
    """Tell whether `request` is proven. Any error but the one of a wrong proof is a failure."""
    try:
        adapter.verify(request)
    except InvalidSignatureError:
        return False
    return True


def flips(whole: bytes) -> Iterator[bytes]:
    """Yield `whole` with each of its bits flipped in turn."""
    for position in range(len(whole)):
        for bit in range(8):
            yield whole[:position] + bytes([whole[position] ^ 1 << bit]) + whole[position + 1 :]
