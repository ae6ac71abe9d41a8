"""A shop's own site, by Standard Webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundFile, WebhookRequest
from chalicelib.channels.generic.schema import webhook_schema
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactUpdated,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Delivery
from chalicelib.errors import (
    ConfigurationError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import FOR_EVERY_CHANNEL, Secrets, SendContract, SignedBodyContract, flips, proves

DOCS = Path(__file__).parents[3] / "docs" / "channels"
USER = Identity("generic", "hoa-mai", "khach-1024")
AT = datetime(2026, 3, 2, 3, 0, 0, 123000, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 3, 0, 5, tzinfo=UTC)
WEBHOOK_ID = "msg_2hKq9f0Zt"


def key(letter: str, length: int = 32) -> str:
    return f"whsec_{base64.b64encode(letter.encode() * length).decode()}"


SECRET, REPLY_SECRET, OLD, NEW = key("s"), key("r"), key("o"), key("n")


def sign(body: bytes, secret: str, message_id: str, timestamp: str) -> str:
    """Return a signature made by nobody's library."""
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(raw, signed, hashlib.sha256)).decode()}"


def answer(body: bytes, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=body)


class TestGeneric(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "generic"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "secret": SECRET,
        "reply_url": "https://shop.example.com/frontline",
        "reply_secret": REPLY_SECRET,
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "webhook-signature"
    proven_by: ClassVar[str] = "secret"
    sample: ClassVar[str] = "message.received__form"

    def prove(self, body: bytes, secret: str) -> str:
        return sign(body, secret, WEBHOOK_ID, str(int(NOW.timestamp())))

    def signed(
        self,
        body: bytes,
        signature: str | None = None,
        received_at: datetime | None = NOW,
        **headers: str,
    ) -> WebhookRequest:
        """Return a request that is right but for what is given."""
        proof = {
            "webhook-id": WEBHOOK_ID,
            "webhook-timestamp": str(int(NOW.timestamp())),
            self.proof: self.prove(body, SECRET) if signature is None else signature,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return WebhookRequest(proof, {}, body, received_at=received_at)

    def request(self, body: bytes, secret: str | None = None) -> WebhookRequest:
        by = secret if secret and secret.startswith("whsec_") else SECRET
        signature = self.prove(body, by) if secret is None or by == secret else "v1,"
        return self.signed(body, signature)

    # Proof: what the contract asks for, with all three headers and the time

    @pytest.mark.parametrize("given", ["", " ", "v1,", "v1", "x", "ổ", "\udc80", "0" * 64, ",,,"])
    def test_a_request_without_proof_is_refused(self, given: str) -> None:
        assert not proves(self.adapter(), self.signed(self.body(self.sample), given))

    def test_a_request_without_the_header_is_refused(self) -> None:
        request = self.signed(self.body(self.sample))
        assert proves(self.adapter(), request)
        for missing in request.headers:
            headers = {name: value for name, value in request.headers.items() if name != missing}
            assert not proves(self.adapter(), replace(request, headers=headers))

    def test_proof_by_another_secret_is_refused(self) -> None:
        assert not proves(self.adapter(), self.request(self.body(self.sample), NEW))

    @pytest.mark.parametrize(
        "configured", ["", " ", [], [""], "whsec_", "whsec_!", "not base64", key("s", 23)]
    )
    def test_without_a_secret_everything_is_refused(self, configured: str | list[str]) -> None:
        adapter = self.adapter(secret=configured)
        body = self.body(self.sample)
        empty = base64.b64encode(hmac.digest(b"", body, hashlib.sha256)).decode()
        for signature in ("", f"v1,{empty}", self.prove(body, "whsec_"), self.prove(body, SECRET)):
            assert not proves(adapter, self.signed(body, signature))
        assert not proves(adapter, self.signed(body, self.prove(body, key("s", 23))))

    def test_while_a_secret_is_rotated_old_and_new_are_taken(self) -> None:
        adapter = self.adapter(secret=[OLD, NEW])
        body = self.body(self.sample)
        for secret in (OLD, NEW):
            assert proves(adapter, self.request(body, secret))
        assert not proves(adapter, self.request(body, SECRET))

    def test_while_the_shop_rotates_one_right_signature_will_do(self) -> None:
        body = self.body(self.sample)
        wrong, right = self.prove(body, NEW), self.prove(body, SECRET)
        assert proves(self.adapter(), self.signed(body, f"{wrong} v1a,xyz {right}"))
        assert not proves(self.adapter(), self.signed(body, f"{wrong} {right.replace('v1', 'v2')}"))

    def test_any_flipped_bit_of_the_proof_is_refused(self) -> None:
        body = self.body(self.sample)
        adapter, request = self.adapter(), self.signed(body)
        for name, value in request.headers.items():
            for flipped in flips(value.encode()):
                headers = {**request.headers, name: flipped.decode("latin-1")}
                assert not proves(adapter, replace(request, headers=headers)), name

    def test_any_flipped_bit_of_the_body_is_refused(self) -> None:
        adapter, request = self.adapter(), self.signed(self.body(self.sample))
        for flipped in flips(request.body):
            assert not proves(adapter, replace(request, body=flipped))

    @given(end=st.binary(min_size=1, max_size=40))
    @FOR_EVERY_CHANNEL
    def test_a_longer_or_shorter_body_is_refused(self, end: bytes) -> None:
        request = self.signed(self.body(self.sample))
        for changed in (request.body + end, request.body[: -len(end)]):
            assert not proves(self.adapter(), replace(request, body=changed))

    @pytest.mark.parametrize(
        ("seconds", "is_taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
    )
    def test_a_proof_grows_old_after_five_minutes(self, seconds: int, is_taken: bool) -> None:
        received_at = NOW + timedelta(seconds=seconds)
        request = self.signed(self.body(self.sample), received_at=received_at)
        assert proves(self.adapter(), request) is is_taken

    def test_when_nobody_knows_when_it_came_it_is_refused(self) -> None:
        assert not proves(self.adapter(), self.signed(self.body(self.sample), received_at=None))

    @pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e9", "٣", "9" * 12, "9" * 5000, "1.5"])
    def test_a_time_that_is_none_is_refused(self, timestamp: str) -> None:
        body = self.body(self.sample)
        signature = sign(body, SECRET, WEBHOOK_ID, timestamp)
        request = self.signed(body, signature, webhook_timestamp=timestamp)
        assert not proves(self.adapter(), request)

    def test_an_id_with_a_dot_is_refused(self) -> None:
        body, timestamp = self.body(self.sample), str(int(NOW.timestamp()))
        signature = sign(body, SECRET, f"a.{timestamp}", timestamp)
        request = self.signed(body, signature, webhook_id=f"a.{timestamp}")
        assert not proves(self.adapter(), request)

    def test_prefix_and_padding_of_a_secret_may_be_missing(self) -> None:
        bare = SECRET.removeprefix("whsec_").rstrip("=")
        assert proves(self.adapter(secret=bare), self.signed(self.body(self.sample)))

    def test_what_the_standards_library_signs_we_take(self) -> None:
        body = self.body(self.sample)
        signature = Webhook(SECRET).sign(WEBHOOK_ID, NOW, body.decode())
        assert proves(self.adapter(), self.signed(body, signature))

    # Messages

    def test_a_form(self) -> None:
        assert self.events("message.received__form") == [
            MessageReceived(
                id="generic:hoa-mai:message:m-1",
                identity=USER,
                occurred_at=datetime(2026, 3, 2, 2, 59, 58, tzinfo=UTC),
                message_id="m-1",
                text="Chào shop, áo này còn size L không? 😍",
                name="Lê Bảo Ngọc",
                language="vi",
                subject="Đổi hàng",
                phone="+84900000123",
                email="ngoc@example.com",
            ),
        ]

    def test_what_the_shop_knows_besides(self) -> None:
        event = self.event("message.received__order")
        assert isinstance(event, MessageReceived)
        assert (event.choice, event.request_type) == ("warranty", "ho-tro-ky-thuat")
        assert event.fields == {
            "chu_de": "bao-hanh",
            "so_luong": "2",
            "da_nhan": "true",
            "anh": "vỡ, nứt",
        }

    def test_a_payload_beyond_all_buttons_is_not_understood(self) -> None:
        body = self.body("message.received__order").replace(b"warranty", b"w" * 1001)
        parsed = self.adapter().parse(WebhookRequest({}, {}, body))
        assert len(parsed.unrecognised) == 1

    def test_the_least_there_can_be(self) -> None:
        assert self.event("message.received__bare") == MessageReceived(
            id="generic:hoa-mai:message:2",
            identity=USER,
            occurred_at=AT,
            message_id="2",
            text="Alo",
        )

    def test_attachments_and_what_is_answered(self) -> None:
        event = self.event("message.received__attachments")
        assert isinstance(event, MessageReceived)
        assert event.thread_refs == ("r-9",)
        assert event.attachments == (
            Attachment(
                kind=AttachmentKind.IMAGE,
                url="https://cdn.example.com/a.jpg",
                name="áo.jpg",
                mime_type="image/jpeg",
                size=48213,
            ),
            Attachment(kind=AttachmentKind.FILE, url="https://cdn.example.com/b.bin"),
            Attachment(
                kind=AttachmentKind.LOCATION,
                name="Hà Nội",
                latitude="21.028511",
                longitude="105.80",
            ),
        )

    def test_what_is_no_phone_and_no_address_does_not_lose_the_message(self) -> None:
        assert isinstance(self.event("message.received__bad_contact_fields"), MessageReceived)

    def test_an_answer_given_elsewhere(self) -> None:
        assert self.event("message.echoed__by_agent") == MessageEchoed(
            id="generic:hoa-mai:echo:r-2",
            identity=USER,
            occurred_at=AT,
            message_id="r-2",
            text="Dạ còn ạ",
            author_id="nv-minh",
            thread_refs=("m-1",),
        )

    def test_an_edit(self) -> None:
        assert self.event("message.edited__text") == MessageEdited(
            id="generic:hoa-mai:edit:m-1:1772420400123",
            identity=USER,
            occurred_at=AT,
            message_id="m-1",
            text="Chào shop, áo này còn size M không?",
        )

    def test_a_message_taken_back(self) -> None:
        assert self.event("message.deleted__text") == MessageDeleted(
            id="generic:hoa-mai:deleted:m-1", identity=USER, occurred_at=AT, message_id="m-1"
        )

    @pytest.mark.parametrize(
        ("name", "delivery", "reason", "message_ids"),
        [
            ("delivered", Delivery.DELIVERED, None, ("r-1",)),
            ("read", Delivery.READ, None, ("r-1", "r-2")),
            ("failed", Delivery.FAILED, SendFailure.BLOCKED, ("r-1",)),
            ("failed_without_reason", Delivery.FAILED, SendFailure.REJECTED, ("r-1",)),
        ],
    )
    def test_a_receipt(
        self, name: str, delivery: Delivery, reason: str | None, message_ids: tuple[str, ...]
    ) -> None:
        event = self.event(f"receipt.received__{name}")
        assert isinstance(event, ReceiptReceived)
        assert (event.delivery, event.reason) == (delivery, reason)
        assert event.message_ids == message_ids

    def test_a_contact(self) -> None:
        assert self.event("contact.updated__all") == ContactUpdated(
            id="generic:hoa-mai:updated:khach-1024:1772420400123",
            identity=USER,
            occurred_at=AT,
            name="Lê Bảo Ngọc",
            language="vi",
            phone="+84900000123",
            email="ngoc@example.com",
        )

    @pytest.mark.parametrize("email", ["a", "a@b", "@b.example", "a b@c.example", ""])
    def test_what_is_no_address_tells_nothing(self, email: str) -> None:
        payload = json.loads(self.body("contact.updated__all"))
        payload["data"]["contact"]["email"] = email
        (received,) = self.adapter().parse(self.request(json.dumps(payload).encode())).received
        assert isinstance(received.event, ContactUpdated)
        assert received.event.email is None

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message.received__empty", "MessageReceived: data.message: value_error"),
            (
                "message.received__http_file",
                "MessageReceived: data.message.attachments.0.url: string_pattern_mismatch",
            ),
            (
                "message.received__nowhere",
                "MessageReceived: data.message.attachments.0: value_error",
            ),
            ("message.received__no_zone", "MessageReceived: timestamp: timezone_aware"),
            ("message.received__time_as_number", "MessageReceived: timestamp: value_error"),
            ("message.received__before_all_calendars", "MessageReceived: timestamp: value_error"),
            ("receipt.received__none", "ReceiptReceived: data.message_ids: too_short"),
            ("unknown__contact.created", "no event we know: contact.created"),
            ("unknown__no_type", "no type"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]
        assert parsed.unrecognised[0].raw.encode() == self.body(name)

    # The published schema

    def schema(self) -> Draft202012Validator:
        return Draft202012Validator(webhook_schema())

    def test_the_schema_in_docs_is_the_current_one(self) -> None:
        written = json.loads((DOCS / "generic.schema.json").read_text(encoding="utf-8"))
        assert written == webhook_schema(), (
            "run: python -m chalicelib.channels.generic.schema > docs/channels/generic.schema.json"
        )

    def test_the_schema_takes_what_we_understand_and_nothing_else(self) -> None:
        # What no schema says: whether a time has a zone, and lies in a calendar.
        beyond = {"message.received__no_zone", "message.received__before_all_calendars"}
        for name, parsed in self.recorded():
            is_valid = self.schema().is_valid(json.loads(self.body(name)))
            assert is_valid is bool(parsed.received) or name in beyond, name

    # Sending

    def sent(self, **fields: Any) -> HttpRequest:
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        assert self.schema().is_valid(json.loads(request.body))
        return request

    def test_an_answer(self) -> None:
        request = self.sent(reply_to_id="m-1", subject="Đổi hàng", automatic=True)
        assert (request.method, request.url) == ("POST", "https://shop.example.com/frontline")
        assert request.headers["content-type"] == "application/json"
        assert request.headers["webhook-id"] == "4821937000000001"
        assert json.loads(request.body) == {
            "type": "message.sent",
            "timestamp": "2026-03-02T05:00:00Z",
            "data": {
                "contact": {"id": "khach-1024"},
                "message": {
                    "id": "4821937000000001",
                    "text": "Dạ, shop chào chị ạ 😊",
                    "sent_at": "2026-03-02T05:00:00Z",
                    "automatic": True,
                    "reply_to": "m-1",
                    "subject": "Đổi hàng",
                    "attachments": [],
                    "buttons": [],
                },
            },
        }

    def test_files_and_buttons(self) -> None:
        file = OutboundFile(
            kind=AttachmentKind.FILE,
            name="hóa đơn.pdf",
            mime_type="application/pdf",
            url="https://files.example.com/1",
            size=3220,
        )
        button = Button(title="Đồng ý", payload="yes")
        message = json.loads(self.sent(files=(file,), buttons=(button,)).body)["data"]["message"]
        assert message["buttons"] == [{"title": "Đồng ý", "payload": "yes"}]
        assert message["attachments"] == [
            {
                "kind": "file",
                "url": "https://files.example.com/1",
                "name": "hóa đơn.pdf",
                "mime_type": "application/pdf",
                "size": 3220,
            }
        ]

    def proven(self, request: HttpRequest, secret: str) -> bool:
        """Tell what the standard's own library finds."""
        headers: Mapping[str, str] = request.headers
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        expected = Webhook(secret).sign(headers["webhook-id"], at, request.body.decode())
        return expected in headers["webhook-signature"].split(" ")

    def test_what_we_sign_the_standards_library_takes(self) -> None:
        now = datetime.now(UTC)
        request = self.sent(now=now)
        read = Webhook(REPLY_SECRET).verify(request.body, dict(request.headers))
        assert read["data"]["message"]["text"] == "Dạ, shop chào chị ạ 😊"

    def test_every_attempt_is_signed_anew_under_the_same_id(self) -> None:
        first, second = self.sent(now=NOW), self.sent(now=NOW + timedelta(hours=5), attempt=5)
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.body == second.body
        assert int(second.headers["webhook-timestamp"]) == int(NOW.timestamp()) + 5 * 3600
        assert self.proven(first, REPLY_SECRET)
        assert self.proven(second, REPLY_SECRET)

    def test_without_a_secret_for_answers_the_one_serves_both(self) -> None:
        request = self.adapter(reply_secret="").reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert self.proven(request, SECRET)

    def test_while_it_is_rotated_answers_are_signed_with_both(self) -> None:
        request = self.adapter(reply_secret=[OLD, NEW]).reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert self.proven(request, OLD)
        assert self.proven(request, NEW)

    @pytest.mark.parametrize(
        "secrets", [{"reply_secret": "whsec_x"}, {"reply_secret": "", "secret": ""}]
    )
    def test_nothing_goes_unsigned(self, secrets: dict[str, str]) -> None:
        with pytest.raises(ConfigurationError):
            self.adapter(**secrets).reply(self.outbound())

    def test_the_longest_text_stays_within_20_kilobytes(self) -> None:
        assert len(self.reply("ộ" * 5000).body) < 20_000

    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    def test_any_2xx_takes_it_and_may_name_it(self, status: int) -> None:
        assert self.adapter().read_reply(answer(b'{"id":"r-1"}', status)) == "r-1"
        assert self.adapter().read_reply(answer(b'{"id":17}', status)) == "17"
        for body in (b"", b"ok", b"{}", b'{"id":""}', b'{"id":null}', b"[]", b"\xff"):
            assert self.adapter().read_reply(answer(body, status)) == ""

    @given(status=st.integers(300, 599), body=st.binary(max_size=100))
    @FOR_EVERY_CHANNEL
    def test_an_answer_nobody_understands_is_a_send_error(self, status: int, body: bytes) -> None:
        with pytest.raises((TransientSendError, PermanentSendError)):
            self.adapter().read_reply(answer(body, status))

    @pytest.mark.parametrize("status", [301, 400, 401, 404, 422, 429, 500, 503])
    def test_refused_for_now(self, status: int) -> None:
        with pytest.raises(TransientSendError) as refused:
            self.adapter().read_reply(answer(b"no", status, **{"retry-after": "120"}))
        assert refused.value.retry_after == timedelta(minutes=2)

    def test_gone_for_good(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(answer(b"", 410))
        assert failed.value.reason is SendFailure.ACCOUNT

    def test_the_standards_schedule_of_retries(self) -> None:
        waits = self.adapter().retry_waits
        assert waits is not None
        assert sum(waits, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
        assert waits == tuple(sorted(waits))
