"""Microsoft Teams, through the Bot Framework."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest

from chalicelib.channels.base import (
    ChannelAdapter,
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    WebhookAnswer,
    WebhookRequest,
)
from chalicelib.channels.registry import adapter_class
from chalicelib.channels.teams.reference import is_service
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactBlocked,
    ContactReturned,
    MessageDeleted,
    MessageEdited,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Delivery, Surface
from chalicelib.errors import (
    ConfigurationError,
    InvalidSignatureError,
    MalformedPayloadError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
    UnknownKeyError,
)

from ..contract import NOON, ChannelContract, Secrets, SendContract, flips, proves
from ..oddities import oddities
from ..rsa_keys import public_key, signed

BOT = "28:0f3c7d9e-1b22-4c83-9a57-6de0b1c2f480"
USER = Identity("teams", "hoa-mai", "29:1hQz-Mau_Lan")
AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
SERVICE = "https://smba.trafficmanager.net/apac/"
TENANT = "7c1f0a52-93d4-4e0b-8d2e-51b6a9c3e704"
KEYS = {"keys": [public_key("k0"), public_key("k1", endorsements=["msteams", "webchat"])]}
THREAD = {
    "service_url": SERVICE,
    "conversation": "a:1Kq-rieng_Lan",
    "bot": BOT,
    "tenant": TENANT,
    "activity": "1772416800123",
}


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    body = json.dumps(payload).encode()
    return HttpResponse(status=status, headers={"Retry-After": "3", **headers}, body=body)


def refused(status: int, code: str = "X") -> HttpResponse:
    return answer({"error": {"code": code, "message": "No, Lan"}}, status)


class TestTeams(ChannelContract, SendContract):
    channel: ClassVar[str] = "teams"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {
        "app_id": "0f3c7d9e-1b22-4c83-9a57-6de0b1c2f480",
        "app_password": "app-password~1",
        "tenant_id": TENANT,
    }
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "authorization"
    proven_by: ClassVar[str] = "app_id"
    sample: ClassVar[str] = "message__text_vietnamese"

    def adapter(self, **secrets: str | list[str]) -> ChannelAdapter:
        plain = adapter_class("teams")("hoa-mai", {**self.secrets, **secrets})
        return plain.with_secrets({"access_token": "connector-token"})

    def prove(self, body: bytes, secret: str) -> str:
        return self.proof_of(body, aud=secret)

    def proof_of(self, body: bytes, kid: str = "k1", **changed: Any) -> str:
        try:
            service_url = json.loads(body)["serviceUrl"]
        except (ValueError, KeyError, TypeError, RecursionError):
            service_url = SERVICE
        claims = {
            "iss": "https://api.botframework.com",
            "aud": self.secrets["app_id"],
            "serviceurl": service_url,
            "nbf": int(NOON.timestamp()) - 5,
            "exp": int(NOON.timestamp()) + 3600,
            **changed,
        }
        return f"Bearer {signed(claims, kid)}"

    def request(self, body: bytes, secret: str | None = None) -> WebhookRequest:
        proof = self.prove(body, self.secret() if secret is None else secret)
        headers = {"authorization": proof}
        return self.with_headers(headers, body)

    def with_headers(self, headers: dict[str, str], body: bytes) -> WebhookRequest:
        return WebhookRequest(headers, {}, body, received_at=NOON, keys=KEYS)

    def claimed(self, kid: str = "k1", **changed: Any) -> WebhookRequest:
        body = self.body(self.sample)
        return self.with_headers({"authorization": self.proof_of(body, kid, **changed)}, body)

    def outbound(self, text: str = "Dạ, shop chào chị ạ 😊") -> OutboundMessage:
        return replace(super().outbound(text), thread=json.dumps(THREAD))

    # Proof

    def test_the_sample_is_proven(self) -> None:
        assert proves(self.adapter(), self.claimed())

    def test_any_flipped_bit_of_the_proof_is_refused(self) -> None:
        body = self.body(self.sample)
        adapter = self.adapter()
        for flipped in flips(self.prove(body, self.secret()).encode()):
            headers = {"authorization": flipped.decode("latin-1")}
            assert not proves(adapter, self.with_headers(headers, body))

    @pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "ổ"])
    def test_no_token_no_proof(self, given: str) -> None:
        request = self.with_headers({"authorization": given}, self.body(self.sample))
        assert not proves(self.adapter(), request)

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "https://sts.windows.net/7c1f0a52/"},
            {"iss": "https://login.microsoftonline.com/botframework.com/v2.0"},
            {"aud": "another-app"},
            {"serviceurl": "https://smba.trafficmanager.net/emea/"},
            {"serviceurl": None},
            {"exp": int(NOON.timestamp()) - 301},
            {"nbf": int(NOON.timestamp()) + 301},
        ],
    )
    def test_a_claim_that_is_off_is_refused(self, changed: dict[str, Any]) -> None:
        assert not proves(self.adapter(), self.claimed(**changed))

    def test_five_minutes_of_difference_are_forgiven(self) -> None:
        seconds = int(NOON.timestamp())
        assert proves(self.adapter(), self.claimed(exp=seconds - 299, nbf=seconds - 3600))

    def test_a_token_whose_time_nobody_knows_is_refused(self) -> None:
        assert not proves(self.adapter(), replace(self.claimed(), received_at=None))

    def test_an_unknown_key_asks_for_newer_keys(self) -> None:
        request = self.adapter().keys_request()
        assert request is not None
        assert request.url == "https://login.botframework.com/v1/.well-known/keys"
        with pytest.raises(UnknownKeyError):
            self.adapter().verify(self.claimed(kid="k2"))
        assert proves(
            self.adapter(), replace(self.claimed(kid="k2"), keys={"keys": [public_key("k2")]})
        )

    @pytest.mark.parametrize(
        ("endorsements", "is_proven"), [(["msteams"], True), (["skype"], False), ([], False)]
    )
    def test_the_key_must_speak_for_the_channel(
        self, endorsements: list[str], is_proven: bool
    ) -> None:
        keys = {"keys": [public_key("k1", endorsements=endorsements)]}
        assert proves(self.adapter(), replace(self.claimed(), keys=keys)) is is_proven

    def test_a_key_without_endorsements_speaks_for_all(self) -> None:
        assert proves(self.adapter(), self.claimed(kid="k0"))

    def test_an_activity_of_another_service_than_microsofts_is_refused(self) -> None:
        body = self.body(self.sample).replace(SERVICE.encode(), b"https://evil.example/")
        assert not proves(self.adapter(), self.request(body))

    def test_an_activity_that_names_no_service_is_refused(self) -> None:
        for body in (b'{"channelId":"msteams"}', b"[]", b"\xff", b'{"serviceUrl":5}'):
            assert not proves(self.adapter(), self.request(body))

    @pytest.mark.parametrize(
        ("url", "is_ours"),
        [
            (SERVICE, True),
            ("https://smba.trafficmanager.net", True),
            ("https://smba.trafficmanager.net/apac/v3/attachments/0-hkg-d1/views/original", True),
            ("https://webchat.botframework.com/", True),
            ("http://smba.trafficmanager.net/apac/", False),
            ("https://smba.trafficmanager.net:8443/apac/", False),
            ("https://smba.trafficmanager.net.evil.example/", False),
            ("https://smba.trafficmanager.net@evil.example/", False),
            ("https://evil.example/smba.trafficmanager.net/", False),
            ("https://evil.example\\@smba.trafficmanager.net/", False),
            ("https://smbaxtrafficmanager.net/", False),
            ("https://botframework.com.evil.example/", False),
            ("https://evilbotframework.com/", False),
            ("https://smba.trafficmanager.net/a?b", False),
            ("https://smba.trafficmanager.net/\n", False),
            ("", False),
        ],
    )
    def test_which_hosts_may_see_our_token(self, url: str, is_ours: bool) -> None:
        assert is_service(url) is is_ours

    # Messages

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def test_text(self) -> None:
        message = self.message("message__text_vietnamese")
        assert message == MessageReceived(
            id=f"teams:hoa-mai:message:{message.id.split(':')[3]}:1772416800123",
            identity=USER,
            occurred_at=AT,
            message_id="1772416800123",
            text="Chào shop, đơn 1024 bao giờ giao ạ? 😊",
            name="Trần Thị Lan",
            language="vi",
            thread=json.dumps(THREAD, separators=(",", ":")),
        )

    def test_the_bots_own_name_is_the_address_and_no_word(self) -> None:
        message = self.message("message__channel_mention")
        assert message.text == "ấm trà <500k & còn hàng không? @Hồ Anh Tuấn"
        assert message.attachments == ()
        assert message.surface is Surface.DIRECT
        conversation = json.loads(message.thread or "")["conversation"]
        assert conversation == "19:a1b2c3@thread.tacv2;messageid=1772416700000"

    def test_a_bare_mention_is_a_call(self) -> None:
        assert self.message("message__bare_mention").text == "[mention]"

    def test_what_looks_like_a_mention_and_is_none_stays(self) -> None:
        assert self.message("message__mentioned_twice").text == "ơi Hoa Mai <at>"

    def test_a_group_chat_is_answered_there(self) -> None:
        message = self.message("message__group_chat")
        assert message.text == "báo giá giúp em"
        assert json.loads(message.thread or "")["conversation"] == "19:nhom9@thread.v2"

    def test_one_id_in_two_conversations_is_two_messages(self) -> None:
        names = ("message__text_vietnamese", "message__group_chat")
        one, other = map(self.message, names)
        assert one.message_id == other.message_id
        assert one.id != other.id

    def test_what_a_message_quotes_is_the_writers_word_and_no_reference(self) -> None:
        assert self.message("message__reply_quote").thread_refs == ()

    def test_xml_reads_as_words(self) -> None:
        assert self.message("message__xml").text == "Một\nHai\nba & bốn"

    @pytest.mark.parametrize(
        ("name", "attachment"),
        [
            (
                "message__file",
                Attachment(
                    kind=AttachmentKind.FILE,
                    name="hóa đơn.pdf",
                    file_id="6B1C-01",
                    url="https://hoamai.sharepoint.example/_layouts/15/download.aspx"
                    "?UniqueId=6B1C-01&tempauth=x",
                ),
            ),
            (
                "message__file_picture",
                Attachment(
                    kind=AttachmentKind.IMAGE,
                    name="men nứt.JPG",
                    file_id="6B1C-02",
                    url="https://hoamai.sharepoint.example/_layouts/15/download.aspx"
                    "?UniqueId=6B1C-02&tempauth=x",
                ),
            ),
            (
                "message__inline_image",
                Attachment(
                    kind=AttachmentKind.IMAGE,
                    url=f"{SERVICE}v3/attachments/0-hkg-d1/views/original",
                ),
            ),
            (
                "message__voice",
                Attachment(
                    kind=AttachmentKind.AUDIO,
                    name="ghi âm",
                    mime_type="audio/mp4",
                    url=f"{SERVICE}v3/attachments/0-hkg-d2/views/original",
                ),
            ),
            ("message__shared_card", Attachment(kind=AttachmentKind.LINK, name="Ấm tử sa")),
            (
                "message__other_attachment",
                Attachment(
                    kind=AttachmentKind.FILE, name="x.bin", url="https://files.example/x.bin"
                ),
            ),
        ],
    )
    def test_an_attachment(self, name: str, attachment: Attachment) -> None:
        assert self.message(name).attachments == (attachment,)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("message__button", "Đổi hàng"),
            ("message__card_submit", "ma_don: 1024\nso_luong: 2"),
            ("message__card_submit_text", "doi-hang"),
            ("message__card_submit_empty", "[card]"),
            ("invoke__card_action", "Đồng ý"),
            ("invoke__card_action_data", "Size M ạ"),
        ],
    )
    def test_a_button_or_a_form_reads_as_words(self, name: str, text: str) -> None:
        assert self.message(name).text == text

    @pytest.mark.parametrize(
        ("name", "choice", "fields"),
        [
            ("message__button", "doi-hang", {}),
            ("message__card_submit_text", "doi-hang", {}),
            (
                "message__card_submit",
                None,
                {"ma_don": "1024", "so_luong": "2", "dong_y": "true"},
            ),
            ("invoke__card_action", "yes", {}),
            ("invoke__card_action_data", None, {"text": "Size M ạ"}),
        ],
    )
    def test_a_tap_tells_its_payload_and_a_form_its_fields(
        self, name: str, choice: str | None, fields: dict[str, str]
    ) -> None:
        message = self.message(name)
        assert (message.choice, message.fields) == (choice, fields)

    def test_a_button_names_its_message(self) -> None:
        assert self.message("message__button").thread_refs == ("1772416700555",)

    def test_a_message_without_an_id_is_told_apart_by_who_when_and_what(self) -> None:
        body = self.body("message__no_id")
        bodies = [body, body.replace(b"Alo", b"Ola"), body.replace(b"Mau_Lan", b"Mau_Ngoc")]
        parsed = [self.adapter().parse(WebhookRequest({}, {}, each)) for each in bodies]
        assert len({each.received[0].event.id for each in parsed}) == len(bodies)

    def test_an_edit(self) -> None:
        event = self.event("messageUpdate__edited")
        assert isinstance(event, MessageEdited)
        assert (event.message_id, event.identity) == ("1772416800123", USER)
        assert event.text == "Đơn 1025 chứ không phải 1024 ạ"
        assert event.id != self.event("messageUpdate__undeleted").id

    def test_a_message_taken_back_and_restored(self) -> None:
        deleted, restored = (
            self.event("messageDelete__soft"),
            self.event("messageUpdate__undeleted"),
        )
        assert isinstance(deleted, MessageDeleted)
        assert isinstance(restored, MessageEdited)
        assert deleted.message_id == restored.message_id == "1772416800123"
        assert restored.text == "Chào shop"

    @pytest.mark.parametrize(
        ("name", "emoji"),
        [
            ("messageReaction__added", "👍"),
            ("messageReaction__removed", ""),
            ("messageReaction__changed", "👋[tet]"),
        ],
    )
    def test_a_reaction(self, name: str, emoji: str) -> None:
        event = self.event(name)
        assert isinstance(event, MessageReacted)
        assert (event.message_id, event.emoji) == ("1772416900777", emoji)

    def test_three_reactions_are_three_events(self) -> None:
        kinds = ("added", "removed", "changed")
        assert len({self.event(f"messageReaction__{kind}").id for kind in kinds}) == len(kinds)

    def test_who_removes_the_app_is_out_of_reach_until_he_adds_it(self) -> None:
        removed, added = (
            self.event("installationUpdate__remove"),
            self.event("installationUpdate__add"),
        )
        assert isinstance(removed, ContactBlocked)
        assert isinstance(added, ContactReturned)
        assert removed.identity == added.identity == USER

    def test_a_read_receipt_tells_up_to_when(self) -> None:
        event = self.event("event__read_receipt")
        assert isinstance(event, ReceiptReceived)
        assert event.delivery is Delivery.READ
        assert event.watermark_at == datetime(2026, 3, 2, 2, 1, 40, 777000, tzinfo=UTC)

    @pytest.mark.parametrize(
        "name",
        [
            "message__bot",
            "message__bot_role",
            "messageUpdate__bot",
            "messageUpdate__no_words",
            "messageDelete__bot",
            "messageReaction__bot",
            "installationUpdate__upgrade",
            "installationUpdate__team",
            "conversationUpdate__bot_added",
            "typing__person",
            "event__meeting_start",
            "invoke__task_fetch",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__empty", "a message with neither text nor attachment"),
            ("message__no_sender", "Activity: from: missing"),
            ("message__nul", "Activity: text: string_pattern_mismatch"),
            ("messageUpdate__no_id", "a message without an id"),
            ("messageReaction__nothing", "a reaction of no kind"),
            ("messageReaction__no_message", "a reaction to no message"),
            ("installationUpdate__unknown", "an installation of no kind we know"),
            ("event__read_receipt_of_nothing", "a receipt that names no message"),
            ("unknown__type", "an activity of no type we know"),
            ("unknown__no_type", "an activity of no type we know"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]

    def test_another_channel_of_the_same_bot_is_kept(self) -> None:
        """Over Direct Line whoever writes chooses his own id: it could be a customer's of Teams."""
        request = WebhookRequest({}, {}, self.body("message__web_chat"))
        (part,) = self.adapter().parse(request).unrecognised
        assert part.reason == "an activity of another channel than Teams"

    @pytest.mark.parametrize(
        "name",
        [
            "message__channel_mention",
            "message__file",
            "messageReaction__changed",
            "event__read_receipt",
            "invoke__card_action",
        ],
    )
    def test_whatever_stands_in_whichever_place_is_read_or_kept(self, name: str) -> None:
        for body in oddities(self.body(name)):
            request = WebhookRequest({}, {}, body)
            with suppress(MalformedPayloadError):
                for each in self.adapter().parse(request).received:
                    assert each.event.occurred_at.astimezone(UTC).tzinfo is UTC
            self.adapter().answer(request)

    # Answers

    def test_an_invoke_is_answered_at_once(self) -> None:
        for name, told in (
            ("invoke__task_fetch", {}),
            (
                "invoke__card_action",
                {
                    "statusCode": 200,
                    "type": "application/vnd.microsoft.activity.message",
                    "value": "Đã nhận · OK",
                },
            ),
        ):
            answered = self.adapter().answer(self.request(self.body(name)))
            assert answered.content_type.startswith("application/json")
            assert json.loads(answered.body) == told

    def test_anything_else_is_answered_as_ever(self) -> None:
        for body in (self.body(self.sample), b"no json", b"[" * 90_000):
            assert self.adapter().answer(WebhookRequest({}, {}, body)) == WebhookAnswer()

    # Sending

    def test_a_reply_goes_where_the_conversation_is_kept(self) -> None:
        request = self.reply()
        assert request.method == "POST"
        assert request.url == (
            f"{SERVICE}v3/conversations/a%3A1Kq-rieng_Lan/activities/1772416800123"
        )
        assert request.headers["authorization"] == "Bearer connector-token"
        assert json.loads(request.body) == {
            "type": "message",
            "from": {"id": BOT},
            "recipient": {"id": USER.external_id},
            "conversation": {"id": "a:1Kq-rieng_Lan"},
            "textFormat": "plain",
            "text": "Dạ, shop chào chị ạ 😊",
            "channelData": {"tenant": {"id": TENANT}},
        }

    def test_what_is_read_can_be_answered(self) -> None:
        message = self.message("message__channel_mention")
        reply = replace(
            self.outbound(), thread=message.thread, reply_to_id="f:9 c", surface=message.surface
        )
        request = self.adapter().reply(reply)
        assert isinstance(request, HttpRequest)
        assert request.url == (
            f"{SERVICE}v3/conversations/19%3Aa1b2c3%40thread.tacv2%3Bmessageid%3D1772416700000"
            "/activities/f%3A9%20c"
        )

    def test_a_conversation_may_be_gone_on_with_later(self) -> None:
        thread = {name: THREAD[name] for name in ("service_url", "conversation", "bot")}
        request = self.adapter().reply(replace(self.outbound(), thread=json.dumps(thread)))
        assert isinstance(request, HttpRequest)
        assert request.url.endswith("/v3/conversations/a%3A1Kq-rieng_Lan/activities")
        assert "channelData" not in json.loads(request.body)

    def test_buttons_say_their_title(self) -> None:
        buttons = (Button(title="Đổi hàng", payload="doi"), Button(title="Trả hàng", payload="tra"))
        request = self.adapter().reply(replace(self.outbound(), buttons=buttons))
        assert isinstance(request, HttpRequest)
        (card,) = json.loads(request.body)["attachments"]
        assert card["contentType"] == "application/vnd.microsoft.card.hero"
        assert card["content"]["buttons"][0] == {
            "type": "messageBack",
            "title": "Đổi hàng",
            "displayText": "Đổi hàng",
            "text": "Đổi hàng",
            "value": {"payload": "doi"},
        }

    @pytest.mark.parametrize(
        "url", ["https://evil.example/", "https://smba.trafficmanager.net@evil.example/", "x"]
    )
    def test_no_token_ever_goes_to_another_host(self, url: str) -> None:
        thread = json.dumps({**THREAD, "service_url": url})
        with pytest.raises(PermanentSendError):
            self.adapter().reply(replace(self.outbound(), thread=thread))

    @pytest.mark.parametrize("thread", ["", "x", "[]", "{}", "\udc80", '{"service_url":5}'])
    def test_a_thread_that_is_no_conversation(self, thread: str) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().reply(replace(self.outbound(), thread=thread))

    def test_a_bot_cannot_write_first(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().reply(replace(self.outbound(), thread=None))
        assert failed.value.reason is SendFailure.UNKNOWN_RECIPIENT

    def test_without_a_token_nothing_is_sent(self) -> None:
        adapter = adapter_class("teams")("hoa-mai", self.secrets)
        with pytest.raises(ConfigurationError):
            adapter.reply(self.outbound())

    def test_the_id_of_a_message_sent(self) -> None:
        assert self.adapter().read_reply(answer({"id": "1772417000888"}, 201)) == "1772417000888"

    @pytest.mark.parametrize("status", [401, 412, 429])
    def test_refused_for_now(self, status: int) -> None:
        with pytest.raises(TransientSendError) as failed:
            self.adapter().read_reply(refused(status))
        assert failed.value.retry_after == timedelta(seconds=3)

    @pytest.mark.parametrize(
        ("status", "code", "reason"),
        [
            (403, "BotNotInConversationRoster", SendFailure.BLOCKED),
            (403, "MessageWritesBlocked", SendFailure.BLOCKED),
            (404, "ConversationNotFound", SendFailure.UNKNOWN_RECIPIENT),
            (400, "BadArgument", SendFailure.REJECTED),
            (413, "MessageSizeTooBig", SendFailure.REJECTED),
            (409, "Conflict", SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, status: int, code: str, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(status, code))
        assert failed.value.reason is reason
        assert str(failed.value) == f"Teams refused with {status} {code}"

    def test_a_refusal_without_words_is_one_all_the_same(self) -> None:
        response = HttpResponse(status=403, headers={}, body=b"<html>")
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(response)
        assert failed.value.reason is SendFailure.BLOCKED

    def test_a_refusal_shows_nobodys_words(self) -> None:
        with pytest.raises(SendError) as failed:
            self.adapter().read_reply(refused(403, "Chào chị Lan"))
        assert "Lan" not in str(failed.value)

    # Files

    def test_a_picture_of_the_connector_is_fetched_with_our_token(self) -> None:
        (picture,) = self.message("message__inline_image").attachments
        request = self.adapter().file_request(picture)
        assert request is not None
        assert request.headers == {"authorization": "Bearer connector-token"}

    def test_sharepoint_never_sees_our_token(self) -> None:
        (file,) = self.message("message__file").attachments
        request = self.adapter().file_request(file)
        assert request is not None
        assert (request.url, dict(request.headers)) == (file.url, {})

    def test_a_card_is_no_file(self) -> None:
        (card,) = self.message("message__shared_card").attachments
        assert self.adapter().file_request(card) is None

    # Tokens and health

    def test_a_token_is_bought_with_the_password(self) -> None:
        request = self.adapter().exchange_request(NOON)
        assert request is not None
        assert request.url == f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
        assert parse_qs(request.body.decode()) == {
            "grant_type": ["client_credentials"],
            "client_id": [self.secrets["app_id"]],
            "client_secret": ["app-password~1"],
            "scope": ["https://api.botframework.com/.default"],
        }
        assert "app-password" not in repr(request)

    def test_an_app_of_all_tenants_buys_it_elsewhere(self) -> None:
        request = self.adapter(tenant_id="").exchange_request(NOON)
        assert request is not None
        assert "/botframework.com/" in request.url

    def test_a_token_is_used_until_it_ends(self) -> None:
        told = answer({"token_type": "Bearer", "expires_in": 3599, "access_token": "newer" * 200})
        granted = self.adapter().read_exchange(told, NOON)
        assert granted.expires_at == NOON + timedelta(seconds=3599)
        assert "newer" not in repr(granted)
        request = self.adapter().with_secrets(granted.secrets).reply(self.outbound())
        assert isinstance(request, HttpRequest)
        assert request.headers["authorization"] == f"Bearer {'newer' * 200}"

    REFUSED: ClassVar = {
        "error": "invalid_client",
        "error_codes": [7000222],
        "error_description": "x",
    }

    @pytest.mark.parametrize(
        ("response", "error"),
        [
            (answer(REFUSED, 401), PermanentSendError),
            (answer({"error": {}}, 400), PermanentSendError),
            (answer({"error": "temporarily_unavailable"}, 400), TransientSendError),
            (answer({}, 429), TransientSendError),
            (answer({}, 503), TransientSendError),
            (answer({}), TransientSendError),
            (answer({"access_token": "", "expires_in": 3599}), TransientSendError),
            (answer({"access_token": "x", "expires_in": -1}), TransientSendError),
        ],
    )
    def test_a_token_that_is_not_given(
        self, response: HttpResponse, error: Callable[..., SendError]
    ) -> None:
        with pytest.raises(SendError) as failed:
            self.adapter().read_exchange(response, NOON)
        assert type(failed.value) is error
        if isinstance(failed.value, PermanentSendError):
            assert failed.value.reason is SendFailure.ACCOUNT

    def test_an_accounts_health_is_whether_its_password_still_buys_a_token(self) -> None:
        adapter, url = self.adapter(), "https://desk.example/webhooks/teams/hoa-mai"
        assert adapter.check_request(url) == adapter.exchange_request(NOON)
        given = answer({"expires_in": 3599, "access_token": "t"})
        assert adapter.read_check(url, given) == Checkup()
        problem = "Microsoft refused a token: AADSTS7000222"
        assert adapter.read_check(url, answer(self.REFUSED, 401)) == Checkup(problem=problem)
        with pytest.raises(TransientSendError):
            adapter.read_check(url, answer({}, 503))

    def test_there_is_no_handshake(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(WebhookRequest({}, {}, b""))
