"""Text messages through Twilio, beside Twilio's own validator."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import (
    HMAC_SHA256,
    RequestValidator,
)

from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    OutboundFile,
    Parsed,
    WebhookRequest,
)
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    UNTIMED,
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery, Surface
from chalicelib.errors import (
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

from ..contract import (
    BAD_BODIES,
    FOR_EVERY_CHANNEL,
    NOON,
    Secrets,
    SendContract,
    SignedBodyContract,
    flips,
    proves,
)
from ..corpus import CORPUS

URL = "https://d1e2f3.execute-api.ap-southeast-1.amazonaws.com/api/webhooks/twilio_sms/hoa-mai"
ACCOUNT_SID = "AC7d0c5b1f9e3a42688b6f0d2c4e1a9375"
SERVICE_SID = "MG5e1f7a2b8c9d40369a7b6c5d4e3f2a10"
US = "+12025550147"
LAN = Identity("twilio_sms", "hoa-mai", "+84900123456")
MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"


class Fields:
    """A form as Twilio's validator wants it: with `getlist`."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def getlist(self, wanted: str) -> list[str]:
        return [value for name, value in self.pairs if name == wanted]


def fields_of(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def answer(payload: object, status: int = 201, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=json.dumps(payload).encode())


def refused(code: int, status: int = 400) -> HttpResponse:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return answer({"code": code, "message": "No", "more_info": more, "status": status}, status)


class TestTwilioSms(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "twilio_sms"
    customer: ClassVar[str] = LAN.external_id
    secrets: ClassVar[Secrets] = {
        "account_sid": ACCOUNT_SID,
        "auth_token": "auth-token",
        "sender": US,
        "shared_key": "shared-key",
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-twilio-signature"
    proven_by: ClassVar[str] = "auth_token"
    sample: ClassVar[str] = "received__text_vietnamese"

    def prove(self, body: bytes, secret: str) -> str:
        signature = RequestValidator(secret).compute_signature(URL, Fields(fields_of(body)))
        return str(signature)

    def body(self, name: str) -> bytes:
        return (self.payloads / f"{name}.txt").read_bytes()

    def recorded(self) -> Iterator[tuple[str, Parsed]]:
        for path in sorted(self.payloads.glob("*.txt")):
            yield path.stem, self.parse(path.stem)

    def request(self, body: bytes, secret: str | None = None) -> WebhookRequest:
        proof = self.prove(body, self.secret() if secret is None else secret)
        return self.signed(body, proof)

    def signed(self, body: bytes, proof: str, *urls: str) -> WebhookRequest:
        return WebhookRequest(
            headers={
                self.proof: proof,
                "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            },
            query={},
            body=body,
            urls=urls or (URL,),
            received_at=NOON,
        )

    # Proof

    @pytest.mark.parametrize("given", ["", " ", "mac=", "sha256=", "x", "ổ", "\udc80", "0" * 64])
    def test_a_request_without_proof_is_refused(self, given: str) -> None:
        assert not proves(self.adapter(), self.signed(self.body(self.sample), given))

    def test_any_flipped_bit_of_the_proof_is_refused(self) -> None:
        body = self.body(self.sample)
        for flipped in flips(self.prove(body, self.secret()).encode()):
            assert not proves(self.adapter(), self.signed(body, flipped.decode("latin-1")))

    def test_any_flipped_bit_of_the_body_is_refused(self) -> None:
        """But `%c3` for `%C3`, which says the same: what the fields say is signed."""
        body = self.body(self.sample)
        proof = self.prove(body, self.secret())
        for flipped in flips(body):
            is_proven = proves(self.adapter(), self.signed(flipped, proof))
            assert is_proven is (sorted(fields_of(flipped)) == sorted(fields_of(body)))

    @given(end=st.binary(min_size=1, max_size=40))
    @FOR_EVERY_CHANNEL
    def test_a_longer_or_shorter_body_is_refused(self, end: bytes) -> None:
        body = self.body(self.sample)
        proof = self.prove(body, self.secret())
        for changed in (body + end, body[: -len(end)]):
            is_same = set(fields_of(changed)) == set(fields_of(body))
            assert is_same or not proves(self.adapter(), self.signed(changed, proof))

    def test_the_addresses_the_sender_may_have_called_are_all_tried(self) -> None:
        request = self.signed(
            self.body(self.sample),
            self.prove(self.body(self.sample), self.secret()),
            "https://d1e2f3.execute-api.ap-southeast-1.amazonaws.com/webhooks/twilio_sms/hoa-mai",
            "not an address",
            URL,
        )
        assert proves(self.adapter(), request)

    def test_without_an_address_nothing_is_proven(self) -> None:
        body = self.body(self.sample)
        headers = self.request(body).headers
        assert not proves(self.adapter(), WebhookRequest(headers, {}, body))

    @pytest.mark.parametrize(
        ("called", "known"),
        [
            ("https://a.example/x?b=1", "https://a.example:443/x?b=1"),
            ("https://a.example:443/x?b=1", "https://a.example/x?b=1"),
            ("https://a.example:8443/x", "https://a.example:8443/x"),
            ("https://a.example/x", "https://a.example:8443/x"),
            ("http://a.example:80/x", "http://a.example/x"),
            ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x"),
            ("https://a.example/x?", "https://a.example/x?"),
        ],
    )
    def test_a_port_may_be_signed_or_not(self, called: str, known: str) -> None:
        body = self.body(self.sample)
        validator = RequestValidator("auth-token")
        proof = validator.compute_signature(called, Fields(fields_of(body)))
        assert proves(self.adapter(), self.signed(body, proof, known))

    @pytest.mark.parametrize(
        "known",
        [
            "http://d1e2f3.execute-api.ap-southeast-1.amazonaws.com/api/webhooks/twilio_sms/hoa-mai",
            URL + "/",
            URL + "?a=1",
            URL.replace("hoa-mai", "hoa-dao"),
        ],
    )
    def test_another_address_is_refused(self, known: str) -> None:
        body = self.body(self.sample)
        proof = self.prove(body, self.secret())
        assert not proves(self.adapter(), self.signed(body, proof, known))

    def test_a_shared_key_signs_by_sha256(self) -> None:
        body = self.body(self.sample)
        validator = RequestValidator("shared-key")
        proof = validator.compute_signature(URL, Fields(fields_of(body)), HMAC_SHA256)
        assert validator.validate(URL, Fields(fields_of(body)), proof, HMAC_SHA256)
        assert proves(self.adapter(), self.signed(body, proof))
        assert not proves(self.adapter(shared_key="another"), self.signed(body, proof))

    def test_a_body_that_is_no_form_is_proven_by_its_digest(self) -> None:
        body = b'{"MessageSid": "SM1"}'
        url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
        validator = RequestValidator("auth-token")
        proof = validator.compute_signature(url, {})
        assert validator.validate(url, body.decode(), proof)
        assert proves(self.adapter(), self.signed(body, proof, url))
        for flipped in flips(body):
            assert not proves(self.adapter(), self.signed(flipped, proof, url))
        assert not proves(self.adapter(), self.signed(body, proof, url.replace("SHA256=", "SHA=")))

    @given(pairs=st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1, max_size=8))
    @FOR_EVERY_CHANNEL
    def test_twilios_own_validator_agrees(self, pairs: list[tuple[str, str]]) -> None:
        body = urlencode(pairs).encode()
        proof = RequestValidator("auth-token").compute_signature(URL, Fields(pairs))
        assert RequestValidator("auth-token").validate(URL, Fields(pairs), proof)
        assert proves(self.adapter(), self.signed(body, proof))

    @pytest.mark.parametrize("name", ["many fields", "half a letter"])
    def test_a_form_out_of_bounds_is_refused(self, name: str) -> None:
        body = b"a=1&" * 600 if name == "many fields" else b"MessageSid=%C3"
        assert not proves(self.adapter(), self.request(body))
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(self.request(body))

    def test_a_webhook_is_answered_with_an_instruction_to_say_nothing(self) -> None:
        told = self.adapter().answer(self.request(self.body(self.sample)))
        assert (told.body, told.content_type) == ("<Response/>", "text/xml; charset=utf-8")

    # Messages

    def message(self, name: str) -> MessageReceived:
        said = self.event(name)
        assert isinstance(said, MessageReceived)
        return said

    def test_text(self) -> None:
        said = self.message("received__text_vietnamese")
        sid = said.id.rpartition(":")[2]
        assert said == MessageReceived(
            id=f"twilio_sms:hoa-mai:message:{sid}",
            identity=LAN,
            occurred_at=UNTIMED,
            message_id=sid,
            text="Chào shop, đơn #1024 của em tới đâu rồi ạ? Giao trước 12h & gói quà nhé 😊",
            phone="+84900123456",
        )
        assert sid.startswith("SM")

    def test_a_short_code_has_no_number_to_call(self) -> None:
        assert self.message("received__short_code").identity.external_id == "191"
        assert self.message("received__short_code").phone is None

    def test_nul_is_dropped_and_not_the_message(self) -> None:
        said = self.message("received__with_nul_and_break")
        assert said.text == "lanhoamai.example\nxin cam on"

    def test_an_empty_text_is_named(self) -> None:
        assert self.message("received__empty").text == "[empty]"

    def test_media_are_kept_as_references(self) -> None:
        said = self.message("received__media")
        assert said.text == "Bình bị nứt ạ"
        assert [(each.kind, each.mime_type) for each in said.attachments] == [
            (AttachmentKind.IMAGE, "image/jpeg"),
            (AttachmentKind.VIDEO, "video/3gpp"),
            (AttachmentKind.AUDIO, "audio/amr"),
            (AttachmentKind.FILE, "text/x-vcard"),
        ]
        urls = [each.url or "" for each in said.attachments]
        assert len({*urls}) == 4
        assert all(url.startswith("https://api.twilio.com/2010-04-01/Acc") for url in urls)

    def test_media_come_without_a_body(self) -> None:
        said = self.message("received__media_without_body")
        assert (said.text, len(said.attachments)) == ("", 1)

    def test_a_redelivery_is_the_same_event_however_its_fields_are_ordered(self) -> None:
        fields = parse_qsl(self.body(self.sample).decode(), keep_blank_values=True)
        again = WebhookRequest({}, {}, urlencode(fields[::-1]).encode())
        events = [each.event for each in self.adapter().parse(again).received]
        assert events == self.events(self.sample)
        assert {event.occurred_at for event in events} == {UNTIMED}

    def test_a_redelivery_not_understood_is_the_same_part(self) -> None:
        fields = parse_qsl(self.body("unknown__status").decode(), keep_blank_values=True)
        first, again = (
            self.adapter().parse(WebhookRequest({}, {}, urlencode(form).encode()))
            for form in (fields, fields[::-1])
        )
        assert first.unrecognised[0].id == again.unrecognised[0].id

    # Words of consent

    def types(self, name: str) -> list[type[ChannelEvent]]:
        kinds = [type(event) for event in self.events(name)]
        return kinds

    @pytest.mark.parametrize("name", ["received__stop", "received__refused_in_vietnamese"])
    def test_stop_is_no_message_to_answer(self, name: str) -> None:
        blocked = self.event(name)
        assert isinstance(blocked, ContactBlocked)
        assert (blocked.identity, blocked.occurred_at) == (LAN, UNTIMED)

    def test_start_takes_it_back(self) -> None:
        assert self.types("received__start") == [ContactReturned]

    @pytest.mark.parametrize("name", ["received__cancel", "received__stop_advanced"])
    def test_a_word_that_may_mean_more_is_a_message_too(self, name: str) -> None:
        assert self.types(name) == [MessageReceived, ContactBlocked]

    def test_yes_may_be_an_answer_as_well(self) -> None:
        types = self.types("received__start_advanced_yes")
        assert types == [MessageReceived, ContactReturned]

    @pytest.mark.parametrize("name", ["received__help", "received__cancels_an_order"])
    def test_help_and_a_cancelled_order_are_for_a_person(self, name: str) -> None:
        assert self.types(name) == [MessageReceived]

    # What is not ours

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("received__of_another_account", "a message of another account"),
            ("received__to_another_number", "a message to another number"),
            ("received__whatsapp", "not a text message, but one of a channel in Twilio"),
            ("unknown__status", "no status we know: 'teleported'"),
        ],
    )
    def test_what_is_not_understood_is_kept(self, name: str, reason: str) -> None:
        (part,) = self.parse(name).unrecognised
        assert part.reason == reason

    def test_a_messaging_service_has_many_numbers(self) -> None:
        body = self.body("received__to_another_number")
        adapter = self.adapter(sender=SERVICE_SID)
        assert adapter.parse(self.request(body)).received

    # Statuses

    @pytest.mark.parametrize(
        ("name", "delivery", "reason"),
        [
            ("sent__status", Delivery.SENT, None),
            ("delivered__status", Delivery.DELIVERED, None),
            ("read__status", Delivery.READ, None),
            ("canceled__status", Delivery.FAILED, "rejected"),
            ("undelivered__unreachable", Delivery.FAILED, "unknown_recipient"),
            ("undelivered__filtered", Delivery.FAILED, "rejected"),
            ("failed__opted_out", Delivery.FAILED, "blocked"),
            ("failed__without_code", Delivery.FAILED, "rejected"),
        ],
    )
    def test_status(self, name: str, delivery: Delivery, reason: str | None) -> None:
        receipt = self.event(name)
        assert isinstance(receipt, ReceiptReceived)
        assert (receipt.identity, receipt.delivery, receipt.reason) == (LAN, delivery, reason)
        assert receipt.id.endswith(f"{receipt.message_ids[0]}:{name.partition('__')[0]}")

    def test_on_its_way_is_no_news(self) -> None:
        assert self.parse("queued__status") == Parsed()

    # Sending

    def sent(self, request: HttpRequest) -> list[tuple[str, str]]:
        return parse_qsl(request.body.decode(), strict_parsing=True)

    def test_a_text_is_one_form(self) -> None:
        request = self.reply("Dạ, đơn #1024 & quà tới chiều nay ạ 😊")
        assert (request.method, request.url) == ("POST", MESSAGES)
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        credentials = request.headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(credentials).decode() == f"{ACCOUNT_SID}:auth-token"
        assert self.sent(request) == [
            ("To", LAN.external_id),
            ("From", US),
            ("Body", "Dạ, đơn #1024 & quà tới chiều nay ạ 😊"),
        ]

    def test_what_becomes_of_it_is_told_to_our_own_webhook(self) -> None:
        request = self.adapter().reply(replace(self.outbound(), webhook_url=URL))
        assert isinstance(request, HttpRequest)
        assert ("StatusCallback", URL) in self.sent(request)

    @pytest.mark.parametrize(
        ("sender", "takes"),
        [(US, True), (SERVICE_SID, False), ("GOMHOAMAI", False), ("+84900000009", False)],
    )
    def test_only_a_number_of_north_america_sends_files(self, sender: str, takes: bool) -> None:
        image = Attachment(kind=AttachmentKind.IMAGE, key="files/1")
        assert self.adapter(sender=sender).takes_file(image, Surface.DIRECT) is takes
        place = Attachment(kind=AttachmentKind.LOCATION)
        assert not self.adapter().takes_file(place, Surface.DIRECT)

    @pytest.mark.parametrize("sender", ["GOMHOAMAI", "191", "+84900000009"])
    def test_a_name_a_short_code_and_a_number_are_from(self, sender: str) -> None:
        request = self.adapter(sender=sender).reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert ("From", sender) in self.sent(request)

    def test_a_messaging_service_chooses_its_number(self) -> None:
        adapter = self.adapter(sender=SERVICE_SID)
        request = adapter.reply(self.outbound())
        assert isinstance(request, HttpRequest)
        fields = dict(self.sent(request))
        assert fields["MessagingServiceSid"] == SERVICE_SID
        assert not {"From", "StatusCallback"} & fields.keys()

    def with_files(self, number: int) -> HttpRequest:
        file = OutboundFile(
            kind=AttachmentKind.IMAGE, name="binh.jpg", mime_type="image/jpeg", url="https://f/1"
        )
        request = self.adapter().reply(replace(self.outbound(""), files=(file,) * number))
        assert isinstance(request, HttpRequest)
        return request

    def test_files_go_by_their_address(self) -> None:
        fields = self.sent(self.with_files(2))
        assert [value for name, value in fields if name == "MediaUrl"] == ["https://f/1"] * 2
        assert "Body" not in dict(fields)

    def test_more_files_than_twilio_takes_are_refused(self) -> None:
        with pytest.raises(PermanentSendError):
            self.with_files(11)

    def test_while_the_token_is_rotated_we_call_with_the_newest(self) -> None:
        request = self.adapter(auth_token=["old", "new"]).reply(self.outbound())
        assert isinstance(request, HttpRequest)
        credentials = base64.b64decode(request.headers["authorization"].removeprefix("Basic "))
        assert credentials.endswith(b":new")

    def test_what_is_sent_is_identified_by_its_sid(self) -> None:
        taken = answer({"sid": "SM1", "status": "queued", "error_code": None, "code": None})
        assert self.adapter().read_reply(taken) == "SM1"

    @pytest.mark.parametrize(
        ("code", "status", "reason"),
        [
            (21610, 400, SendFailure.BLOCKED),
            (21211, 400, SendFailure.UNKNOWN_RECIPIENT),
            (21614, 400, SendFailure.UNKNOWN_RECIPIENT),
            (21612, 400, SendFailure.UNKNOWN_RECIPIENT),
            (20003, 401, SendFailure.ACCOUNT),
            (90000, 401, SendFailure.ACCOUNT),
            (20404, 404, SendFailure.ACCOUNT),
            (21408, 403, SendFailure.ACCOUNT),
            (21606, 400, SendFailure.ACCOUNT),
            (21617, 400, SendFailure.REJECTED),
        ],
    )
    def test_refusal(self, code: int, status: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as error:
            self.adapter().read_reply(refused(code, status))
        assert error.value.reason is reason

    @pytest.mark.parametrize(("code", "status"), [(20429, 429), (0, 429), (21611, 400)])
    def test_too_much_at_once_is_tried_again(self, code: int, status: int) -> None:
        busy = HttpResponse(
            status=status, headers={"retry-after": "3"}, body=refused(code, status).body
        )
        with pytest.raises(TransientSendError) as error:
            self.adapter().read_reply(busy)
        assert error.value.retry_after == timedelta(seconds=3)

    # Files that customers send

    def asked(self, url: str) -> HttpRequest:
        request = self.adapter().file_request(Attachment(kind=AttachmentKind.IMAGE, url=url))
        assert request is not None
        return request

    def test_twilios_files_are_asked_for_as_ourselves(self) -> None:
        request = self.asked("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/1")
        assert request.headers["authorization"].startswith("Basic ")

    @pytest.mark.parametrize(
        "url",
        ["https://twilio.com.example/1", "http://api.twilio.com/1", "https://nottwilio.com/1"],
    )
    def test_nobody_else_learns_who_we_are(self, url: str) -> None:
        assert self.asked(url).headers == {}

    def test_a_reference_without_address_is_not_asked_for(self) -> None:
        assert self.adapter().file_request(Attachment(kind=AttachmentKind.IMAGE)) is None

    # Health

    @pytest.mark.parametrize(
        ("sender", "url"),
        [
            (SERVICE_SID, f"https://messaging.twilio.com/v1/Services/{SERVICE_SID}"),
            (
                US,
                f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}"
                "/IncomingPhoneNumbers.json?PhoneNumber=%2B12025550147",
            ),
            ("GOMHOAMAI", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}.json"),
        ],
    )
    def test_what_is_asked_depends_on_the_sender(self, sender: str, url: str) -> None:
        request = self.adapter(sender=sender).check_request(URL)
        assert request is not None
        assert (request.method, request.url) == ("GET", url)
        assert "authorization" in request.headers

    @pytest.mark.parametrize(
        ("sender", "found", "problem"),
        [
            (SERVICE_SID, {"inbound_request_url": URL, "status_callback": URL}, None),
            (SERVICE_SID, {"inbound_request_url": None}, "go to another address"),
            (SERVICE_SID, {"inbound_request_url": URL}, "tells another address"),
            (SERVICE_SID, {"use_inbound_webhook_on_number": True}, "own webhooks"),
            (US, {"incoming_phone_numbers": [{"sms_url": URL}]}, None),
            (US, {"incoming_phone_numbers": [{"sms_url": ""}]}, "go to another address"),
            (US, {"incoming_phone_numbers": []}, "no such number"),
            ("GOMHOAMAI", {"status": "active"}, None),
            ("GOMHOAMAI", {"status": "suspended"}, "not active"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, sender: str, found: dict[str, Any], problem: str | None
    ) -> None:
        checkup = self.adapter(sender=sender).read_check(URL, answer(found, 200))
        assert (problem or "") in (checkup.problem or "")
        assert (checkup.problem is None) is (problem is None)

    def test_a_wrong_token_is_a_problem_and_a_busy_platform_is_none(self) -> None:
        assert self.adapter().read_check(URL, refused(20003, 401)).problem
        for status in (429, 503):
            with pytest.raises(TransientSendError):
                self.adapter().read_check(URL, refused(20429, status))
        with pytest.raises(TransientSendError):
            self.adapter().read_check(URL, answer({"incoming_phone_numbers": "x"}, 200))

    def test_a_messaging_service_is_told_where_we_are(self) -> None:
        (request,) = self.adapter(sender=SERVICE_SID).subscribe_requests(URL)
        assert request.url == f"https://messaging.twilio.com/v1/Services/{SERVICE_SID}"
        assert dict(self.sent(request)) == {
            "InboundRequestUrl": URL,
            "InboundMethod": "POST",
            "StatusCallback": URL,
            "UseInboundWebhookOnNumber": "false",
        }
        assert self.adapter().subscribe_requests(URL) == ()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize(
    ("file", "types"),
    [
        ("twilio_sms/inbound_stop_optout", ["contact.blocked"]),
        # Twilio's WhatsApp has windows and templates: it is no text message, and kept.
        ("twilio_whatsapp/wa_inbound_media_profile", []),
    ],
)
def test_published_forms(file: str, types: list[str]) -> None:
    """Those that are written as forms; `corpus.py` has those written as JSON."""
    from chalicelib.channels.registry import adapter_class

    body = (CORPUS / f"{file}.txt").read_bytes().strip()
    account = dict(parse_qsl(body.decode()))["AccountSid"]
    secrets: Secrets = {"account_sid": account, "auth_token": "k", "sender": SERVICE_SID}
    adapter = adapter_class("twilio_sms")("corpus", secrets)
    parsed = adapter.parse(WebhookRequest({}, {}, body, received_at=NOON))
    assert [type(each.event).type for each in parsed.received] == types
    assert len(parsed.unrecognised) == (not types)


def test_the_bad_bodies_of_the_contract_are_no_forms_of_messages() -> None:
    assert all(b"MessageSid" not in body for body in BAD_BODIES.values())
