"""Slack, as a place where customers write."""

import hashlib
import hmac
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.signature import SignatureVerifier

from chalicelib.channels.base import (
    Checkup,
    HttpRequest,
    HttpResponse,
    WebhookAnswer,
    WebhookRequest,
)
from chalicelib.channels.slack.text import escaped, plain, unescaped
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Surface
from chalicelib.errors import (
    MalformedPayloadError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)

from ..contract import (
    FOR_EVERY_CHANNEL,
    NOON,
    Secrets,
    SendContract,
    SignedBodyContract,
    flips,
    proves,
)
from ..oddities import oddities

USER = Identity("slack", "hoa-mai", "U0LAN")
AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
TS, ROOT = "1772416800.123456", "1772416700.000100"
SIGNED_AT = str(int(NOON.timestamp()))


def answer(payload: object, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(status=status, headers=headers, body=json.dumps(payload).encode())


def refused(code: str, **headers: str) -> HttpResponse:
    return answer({"ok": False, "error": code}, 200, **headers)


class TestSlack(SignedBodyContract, SendContract):
    channel: ClassVar[str] = "slack"
    customer: ClassVar[str] = USER.external_id
    secrets: ClassVar[Secrets] = {"signing_secret": "signing-secret", "bot_token": "xoxb-made-up"}
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-slack-signature"
    proven_by: ClassVar[str] = "signing_secret"
    sample: ClassVar[str] = "reaction_added__to_a_file"

    def prove(self, body: bytes, secret: str) -> str:
        signed = b"v0:" + SIGNED_AT.encode() + b":" + body
        return f"v0={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"

    def request(self, body: bytes, secret: str | None = None) -> WebhookRequest:
        return self.signed(body, self.prove(body, self.secret() if secret is None else secret))

    def signed(self, body: bytes, proof: str, at: str = SIGNED_AT) -> WebhookRequest:
        headers = {"x-slack-signature": proof, "x-slack-request-timestamp": at}
        return WebhookRequest(headers, {}, body, received_at=NOON)

    def message(self, name: str) -> MessageReceived:
        event = self.event(name)
        assert isinstance(event, MessageReceived)
        return event

    def echo(self, name: str) -> MessageEchoed:
        event = self.event(name)
        assert isinstance(event, MessageEchoed)
        return event

    # Proof

    def test_any_flipped_bit_of_the_proof_is_refused(self) -> None:
        body = self.body(self.sample)
        adapter = self.adapter()
        for flipped in flips(self.prove(body, self.secret()).encode()):
            assert not proves(adapter, self.signed(body, flipped.decode("latin-1")))

    def test_any_flipped_bit_of_the_body_is_refused(self) -> None:
        body = self.body(self.sample)
        adapter, proof = self.adapter(), self.prove(body, self.secret())
        assert proves(adapter, self.signed(body, proof))
        for flipped in flips(body):
            assert not proves(adapter, self.signed(flipped, proof))

    def test_any_flipped_bit_of_the_time_is_refused(self) -> None:
        body = self.body(self.sample)
        proof = self.prove(body, self.secret())
        for flipped in flips(SIGNED_AT.encode()):
            request = self.signed(body, proof, flipped.decode("latin-1"))
            assert not proves(self.adapter(), request)

    @given(end=st.binary(min_size=1, max_size=40))
    @FOR_EVERY_CHANNEL
    def test_a_longer_or_shorter_body_is_refused(self, end: bytes) -> None:
        body = self.body(self.sample)
        proof = self.prove(body, self.secret())
        for changed in (body + end, body[: -len(end)]):
            assert not proves(self.adapter(), self.signed(changed, proof))

    @pytest.mark.parametrize(
        ("minutes", "seconds", "is_fresh"),
        [(5, 0, True), (-5, 0, True), (5, 1, False), (-5, -1, False)],
    )
    def test_a_signature_is_good_for_five_minutes(
        self, minutes: int, seconds: int, is_fresh: bool
    ) -> None:
        request = self.request(self.body(self.sample))
        later = NOON + timedelta(minutes=minutes, seconds=seconds)
        assert proves(self.adapter(), replace(request, received_at=later)) is is_fresh

    @pytest.mark.parametrize(
        "at", ["", "not-a-number", "-1", " 1", "1.5", "٣", "\udc80", "9" * 400, "1e9", "0x10"]
    )
    def test_a_time_that_is_none_is_refused(self, at: str) -> None:
        body = self.body(self.sample)
        assert not proves(self.adapter(), self.signed(body, self.prove(body, self.secret()), at))

    def test_a_request_that_came_nobody_knows_when_is_refused(self) -> None:
        request = replace(self.request(self.body(self.sample)), received_at=None)
        assert not proves(self.adapter(), request)

    def test_another_version_of_the_signature_is_refused(self) -> None:
        body = self.body(self.sample)
        proof = self.prove(body, self.secret()).replace("v0=", "v1=")
        assert not proves(self.adapter(), self.signed(body, proof))

    def test_slacks_own_library_signs_as_we_verify(self) -> None:
        body = self.body(self.sample)
        theirs = SignatureVerifier("signing-secret")
        proof = theirs.generate_signature(timestamp=SIGNED_AT, body=body)
        assert proof is not None
        assert proves(self.adapter(), self.signed(body, proof))

    # Messages

    def test_a_direct_message(self) -> None:
        assert self.event("message__direct") == MessageReceived(
            id=f"slack:hoa-mai:message:D0LAN:{TS}",
            identity=USER,
            occurred_at=AT,
            message_id=f"D0LAN:{TS}",
            text="Chào shop, đơn 1024 bao giờ giao ạ? 😊",
            thread="D0LAN",
        )

    def test_a_direct_message_in_a_thread_is_answered_there(self) -> None:
        message = self.message("message__direct_thread")
        assert message.thread == f"D0LAN:{ROOT}"
        assert message.thread_refs == (f"D0LAN:{ROOT}",)

    def test_a_message_in_a_shared_channel_is_answered_in_its_thread(self) -> None:
        message = self.message("message__shared_channel")
        assert message.text == "ấm trà <500k & còn hàng không?"
        assert (message.name, message.surface) == ("Trần Thị Lan", Surface.DIRECT)
        assert (message.thread, message.thread_refs) == (f"C0CHUNG:{TS}", ())
        assert message.permalink == (
            f"https://app.slack.com/client/T0HOAMAI/C0CHUNG/thread/C0CHUNG-{TS}"
        )

    def test_a_message_in_a_thread_belongs_to_its_root(self) -> None:
        message = self.message("message__shared_channel_thread")
        assert message.thread == f"C0CHUNG:{ROOT}"
        assert message.thread_refs == (f"C0CHUNG:{ROOT}",)

    def test_a_mention_that_is_told_twice_is_one_message(self) -> None:
        mention = self.message("app_mention__shared_channel")
        message = self.message("message__shared_channel")
        assert (mention.id, mention.text) == (message.id, message.text)

    def test_markup_reads_as_a_person_sees_it(self) -> None:
        assert self.message("message__marked_up").text == (
            "Xem ấm tử sa (https://shop.example/am?a=1&b=2) https://shop.example lan@example.com "
            "@U0TUAN @tuan #chung @here @ban-hang 2/3 0900 000 123 (+84900000123)"
        )

    def test_a_bare_mention_is_a_call(self) -> None:
        assert self.message("message__bare_mention").text == "[mention]"

    def test_files(self) -> None:
        message = self.message("message__files")
        assert message.text == "Men nứt ạ"
        assert message.attachments == (
            Attachment(
                kind=AttachmentKind.IMAGE,
                name="men nứt.jpg",
                mime_type="image/jpeg",
                size=92582,
                url="https://files.slack.com/files-pri/T0KHACH-F0ANH/download/men.jpg",
                file_id="F0ANH",
            ),
            Attachment(
                kind=AttachmentKind.FILE,
                name="hóa đơn.pdf",
                mime_type="application/pdf",
                size=2048,
                url="https://files.slack.com/files-pri/T0KHACH-F0HD/hd.pdf",
                file_id="F0HD",
            ),
            Attachment(
                kind=AttachmentKind.LINK,
                name="Bảng giá",
                mime_type="application/vnd.google-apps.spreadsheet",
                url="https://docs.example/bang-gia",
                file_id="F0LINK",
            ),
        )

    def test_a_message_that_is_passed_on(self) -> None:
        message = self.message("message__passed_on")
        assert message.text == ""
        assert message.attachments == (
            Attachment(
                kind=AttachmentKind.LINK,
                name="Đơn 1024 & 1025",
                url="https://khach.slack.com/archives/C1/p1",
            ),
        )

    @pytest.mark.parametrize(
        ("name", "text", "kinds"),
        [
            ("message__connect_file", "", [AttachmentKind.FILE]),
            ("message__voice", "", [AttachmentKind.AUDIO]),
            ("message__file_gone", "[file]", []),
            ("message__thread_broadcast", "Gửi cả nhóm", []),
            ("message__me", "vỗ tay", []),
        ],
    )
    def test_other_messages(self, name: str, text: str, kinds: list[AttachmentKind]) -> None:
        message = self.message(name)
        assert message.text == text
        assert [each.kind for each in message.attachments] == kinds

    def test_a_pressed_button_says_its_title(self) -> None:
        message = self.message("block_actions__button")
        assert (message.text, message.identity) == ("Đổi hàng", USER)
        assert message.thread_refs == (f"C0CHUNG:{TS}",)
        assert message.thread == f"C0CHUNG:{ROOT}"
        assert message.choice == "doi"

    def test_a_button_comes_in_a_form(self) -> None:
        payload = self.body("block_actions__button").decode()
        form = urlencode({"payload": payload}).encode()
        adapter, request = self.adapter(), self.request(form)
        adapter.verify(request)
        (received,) = adapter.parse(request).received
        assert received.event == self.message("block_actions__button")
        again = adapter.parse(WebhookRequest({}, {}, received.raw.encode()))
        assert again.received == (received,)

    @pytest.mark.parametrize(
        "form",
        [
            b"payload=",
            b"payload=%7B",
            b"payload=%7B%7D&payload=%7B%7D",
            b"payload=%FF",
            b"payload=&a=b",
        ],
    )
    def test_a_form_that_is_off_is_malformed(self, form: bytes) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(WebhookRequest({}, {}, form))

    # The company's side

    def test_our_own_message_comes_back(self) -> None:
        assert self.event("message__ours") == MessageEchoed(
            id=f"slack:hoa-mai:echo:C0CHUNG:{TS}",
            identity=USER,
            occurred_at=AT,
            message_id=f"C0CHUNG:{TS}",
            text="Dạ còn ạ",
            ours=True,
            thread_refs=(f"C0CHUNG:{ROOT}",),
        )

    @pytest.mark.parametrize("name", ["message__our_app_elsewhere", "message__classic_bot_ours"])
    def test_what_our_app_said_unmarked_may_be_ours(self, name: str) -> None:
        echo = self.echo(name)
        assert (echo.ours, echo.author_id) == (False, None)

    def test_a_colleague_answers_in_the_thread(self) -> None:
        echo = self.echo("message__agent_in_thread")
        assert (echo.ours, echo.author_id, echo.identity) == (False, "U0HA", USER)
        assert echo.thread_refs == (f"C0CHUNG:{ROOT}",)

    def test_below_our_own_words_nobody_is_named(self) -> None:
        echo = self.echo("message__below_our_own")
        assert echo.identity.external_id == f"C0CHUNG:{ROOT}"

    def test_in_our_own_workspace_everybody_is_a_customer_until_we_say_who_is_not(self) -> None:
        assert self.message("message__own_workspace").identity.external_id == "U0HA"
        request = self.request(self.body("message__own_workspace"))
        for configured in ("T0HOAMAI", ["T0OLD", "T0HOAMAI"]):
            (received,) = self.adapter(agent_team_id=configured).parse(request).received
            assert isinstance(received.event, MessageEchoed)

    def test_with_our_team_named_the_others_are_customers(self) -> None:
        request = self.request(self.body("message__agent_in_thread"))
        (received,) = self.adapter(agent_team_id="T0KHAC").parse(request).received
        assert isinstance(received.event, MessageReceived)

    # Edits, deletions, reactions

    def test_an_edit(self) -> None:
        assert self.event("message_changed__edited") == MessageEdited(
            id=f"slack:hoa-mai:edit:C0CHUNG:{TS}:1772416859.000000",
            identity=USER,
            occurred_at=datetime(2026, 3, 2, 2, 0, 59, tzinfo=UTC),
            message_id=f"C0CHUNG:{TS}",
            text="Đơn 1025 ạ",
        )

    @pytest.mark.parametrize("name", ["message_deleted__customer", "message_changed__tombstone"])
    def test_a_deleted_message(self, name: str) -> None:
        event = self.event(name)
        assert isinstance(event, MessageDeleted)
        assert event.id == f"slack:hoa-mai:deleted:C0CHUNG:{TS}"
        assert (event.identity, event.message_id) == (USER, f"C0CHUNG:{TS}")

    @pytest.mark.parametrize(
        ("name", "emoji"),
        [
            ("reaction_added__to_us", "👍"),
            ("reaction_removed__to_us", ""),
            ("reaction_added__direct", ":hoa_mai:"),
        ],
    )
    def test_a_reaction(self, name: str, emoji: str) -> None:
        event = self.event(name)
        assert isinstance(event, MessageReacted)
        assert (event.identity, event.emoji) == (USER, emoji)
        assert event.message_id.endswith(TS)

    def test_a_reaction_and_its_end_are_two_events(self) -> None:
        assert self.event("reaction_added__to_us").id != self.event("reaction_removed__to_us").id

    # Nothing for us, or not understood

    @pytest.mark.parametrize(
        "name",
        [
            "message__agent_direct",
            "message__other_bot",
            "message__classic_bot",
            "message__slackbot",
            "message__joined",
            "message_changed__link_preview",
            "message_changed__same_words",
            "message_changed__by_agent",
            "message_changed__tombstone_alone",
            "message_deleted__ours",
            "reaction_added__below_a_customer",
            "reaction_added__by_us",
            "reaction_added__to_a_file",
            "member_joined_channel__person",
            "url_verification__challenge",
        ],
    )
    def test_of_no_use_to_us(self, name: str) -> None:
        assert self.events(name) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("message__empty", "a message with neither text nor file"),
            ("message__nobody", "a message of nobody"),
            ("message__bad_time", "Event: ts: string_pattern_mismatch"),
            ("message__unknown_subtype", "a message of no subtype we know"),
            ("message_changed__nobody", "a message of nobody"),
            ("message_deleted__unknown", "nobody says whose message was deleted"),
            ("reaction_added__to_nothing", "a reaction to no message"),
            ("block_actions__other_control", "a control we didn't send"),
            ("app_uninstalled__all", "app_uninstalled: the app must be installed again"),
            ("tokens_revoked__bot", "tokens_revoked: the app must be installed again"),
            ("app_rate_limited__minute", "Slack held events back: more than 30 000 an hour"),
            ("unknown__event", "an event of no type we know"),
            ("unknown__no_event_type", "an event without a type"),
            ("unknown__payload", "a payload of no type we know"),
            ("unknown__no_event", "Callback: event: missing"),
        ],
    )
    def test_kept_for_a_person_to_look_at(self, name: str, reason: str) -> None:
        parsed = self.parse(name)
        assert parsed.received == ()
        assert [part.reason for part in parsed.unrecognised] == [reason]

    @pytest.mark.parametrize(
        "name",
        [
            "message__files",
            "message_changed__edited",
            "message_deleted__customer",
            "reaction_added__to_us",
            "message__ours",
            "block_actions__button",
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

    def test_the_question_for_our_address_is_answered(self) -> None:
        answered = self.adapter().answer(self.request(self.body("url_verification__challenge")))
        assert json.loads(answered.body) == {"challenge": "thu-thach-1"}
        assert answered.content_type.startswith("application/json")

    def test_anything_else_is_answered_as_ever(self) -> None:
        for body in (self.body(self.sample), b"payload=%7B%7D", b"no json", b"[" * 90_000):
            assert self.adapter().answer(WebhookRequest({}, {}, body)) == WebhookAnswer()

    # Sending

    def test_a_person_is_written_to_directly(self) -> None:
        request = self.reply()
        assert (request.method, request.url) == ("POST", "https://slack.com/api/chat.postMessage")
        assert request.headers["authorization"] == "Bearer xoxb-made-up"
        assert request.headers["content-type"] == "application/json; charset=utf-8"
        assert json.loads(request.body) == {
            "channel": "U0LAN",
            "text": "Dạ, shop chào chị ạ 😊",
            "mrkdwn": False,
            "unfurl_links": False,
            "metadata": {
                "event_type": "frontline_message",
                "event_payload": {"id": "4821937000000001"},
            },
        }

    def sent(self, **changed: object) -> dict[str, object]:
        outbound = replace(self.outbound(), **changed)  # type: ignore[arg-type]
        request = self.adapter().reply(outbound)
        assert isinstance(request, HttpRequest)
        document: dict[str, object] = json.loads(request.body)
        return document

    def test_what_is_read_can_be_answered_where_it_was_said(self) -> None:
        for name, channel, ts in (
            ("message__direct", "D0LAN", None),
            ("message__shared_channel", "C0CHUNG", TS),
            ("message__shared_channel_thread", "C0CHUNG", ROOT),
        ):
            sent = self.sent(thread=self.message(name).thread)
            assert (sent["channel"], sent.get("thread_ts")) == (channel, ts)

    def test_our_words_call_nobody(self) -> None:
        sent = self.sent(text="<!channel> giá <500k & đẹp")
        assert sent["text"] == "&lt;!channel&gt; giá &lt;500k &amp; đẹp"

    def test_buttons_are_blocks_that_slacks_library_takes(self) -> None:
        buttons = (Button(title="Đổi hàng", payload="doi"), Button(title="T" * 90, payload="tra"))
        sent = self.sent(text="Giá <500k? " + "a " * 1600, buttons=buttons)
        blocks = Block.parse_all(sent["blocks"])  # type: ignore[arg-type]
        for block in blocks:
            assert block is not None
            block.validate_json()
        *sections, actions = blocks
        assert len(sections) > 1
        assert {type(block) for block in sections} == {SectionBlock}
        assert isinstance(actions, ActionsBlock)
        assert [each["value"] for each in actions.to_dict()["elements"]] == ["doi", "tra"]

    def test_the_mark_of_our_messages_is_metadata_that_slacks_library_takes(self) -> None:
        metadata = Metadata(**self.sent()["metadata"])  # type: ignore[arg-type]
        metadata.validate_json()
        assert metadata.event_payload == {"id": "4821937000000001"}

    @pytest.mark.parametrize("thread", ["x", "C1:2", "c0chung", "C0CHUNG:1:2", "\udc80", "C0\n"])
    def test_a_thread_that_is_no_place(self, thread: str) -> None:
        with pytest.raises(PermanentSendError):
            self.sent(thread=thread)

    def test_the_id_of_a_message_sent_is_the_one_that_comes_back(self) -> None:
        sent = answer({"ok": True, "channel": "C0CHUNG", "ts": TS, "message": {}})
        assert self.adapter().read_reply(sent) == self.echo("message__ours").message_id

    @pytest.mark.parametrize(
        ("response", "wait"),
        [
            (refused("ratelimited", **{"Retry-After": "30"}), timedelta(seconds=30)),
            (refused("rate_limited"), timedelta(minutes=1)),
            (refused("internal_error"), None),
            (refused("fatal_error"), None),
            (refused("service_unavailable"), None),
            (refused("request_timeout"), None),
            (answer({}, 429, **{"retry-after": "5"}), timedelta(seconds=5)),
            (HttpResponse(status=429, headers={}, body=b""), None),
        ],
    )
    def test_refused_for_now(self, response: HttpResponse, wait: timedelta | None) -> None:
        with pytest.raises(TransientSendError) as failed:
            self.adapter().read_reply(response)
        assert failed.value.retry_after == wait

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("channel_not_found", SendFailure.UNKNOWN_RECIPIENT),
            ("user_not_found", SendFailure.UNKNOWN_RECIPIENT),
            ("is_archived", SendFailure.UNKNOWN_RECIPIENT),
            ("not_in_channel", SendFailure.BLOCKED),
            ("invalid_auth", SendFailure.ACCOUNT),
            ("token_revoked", SendFailure.ACCOUNT),
            ("account_inactive", SendFailure.ACCOUNT),
            ("missing_scope", SendFailure.ACCOUNT),
            ("restricted_action", SendFailure.ACCOUNT),
            ("msg_too_long", SendFailure.REJECTED),
            ("no_text", SendFailure.REJECTED),
            ("a_new_word", SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, code: str, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(code))
        assert failed.value.reason is reason
        assert code in str(failed.value)

    def test_a_refusal_shows_nobodys_words(self) -> None:
        with pytest.raises(SendError) as failed:
            self.adapter().read_reply(refused("Chào chị Lan"))
        assert "Lan" not in str(failed.value)

    # Files

    def test_a_file_is_fetched_with_our_token_from_slack_alone(self) -> None:
        kept, _, elsewhere = self.message("message__files").attachments
        request, other = map(self.adapter().file_request, (kept, elsewhere))
        assert request is not None
        assert other is not None
        assert (request.url, request.headers["authorization"]) == (kept.url, "Bearer xoxb-made-up")
        assert (other.url, dict(other.headers)) == ("https://docs.example/bang-gia", {})

    @pytest.mark.parametrize(
        "url",
        [
            "https://files.slack.com.evil.example/x",
            "https://files.slack.com@evil.example/x",
            "http://files.slack.com/x",
            "https://files.slack.com:8443/x",
            "https://files.slack.com/x y",
        ],
    )
    def test_no_other_host_sees_our_token(self, url: str) -> None:
        request = self.adapter().file_request(Attachment(kind=AttachmentKind.FILE, url=url))
        assert request is not None
        assert dict(request.headers) == {}

    def test_a_file_of_another_company_is_asked_for_first(self) -> None:
        adapter = self.adapter()
        (file,) = self.message("message__connect_file").attachments
        asked = adapter.file_request(file)
        assert asked is not None
        assert asked.url == "https://slack.com/api/files.info?file=F0XA"
        url = "https://files.slack.com/files-pri/T0KHACH-F0XA/download/x.pdf"
        told = answer({"ok": True, "file": {"id": "F0XA", "url_private_download": url}})
        request = adapter.file_location(file, told)
        assert request is not None
        assert (request.url, request.headers["authorization"]) == (url, "Bearer xoxb-made-up")

    @pytest.mark.parametrize(
        ("response", "reason"),
        [
            (refused("missing_scope"), SendFailure.ACCOUNT),
            (refused("file_not_found"), SendFailure.REJECTED),
            (answer({"ok": True}), SendFailure.REJECTED),
            (answer({"ok": True, "file": {"id": []}}), SendFailure.REJECTED),
        ],
    )
    def test_a_file_that_is_not_given(self, response: HttpResponse, reason: SendFailure) -> None:
        (file,) = self.message("message__connect_file").attachments
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().file_location(file, response)
        assert failed.value.reason is reason

    def test_a_page_to_sign_in_is_no_file(self) -> None:
        picture = self.message("message__files").attachments[0]
        content = HttpResponse(status=200, headers={"Content-Type": "image/jpeg"}, body=b"\xff\xd8")
        assert self.adapter().file_location(picture, content) is None
        page = replace(content, headers={"Content-Type": "text/html; charset=utf-8"})
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().file_location(picture, page)
        assert failed.value.reason is SendFailure.ACCOUNT

    def test_what_has_neither_address_nor_id_is_no_file(self) -> None:
        assert self.adapter().file_request(Attachment(kind=AttachmentKind.FILE)) is None

    # Who, and whether all is well

    def test_who_a_customer_is(self) -> None:
        request = self.adapter().profile_request("U0LAN")
        assert request is not None
        assert request.url == "https://slack.com/api/users.info?user=U0LAN&include_locale=true"
        told = {
            "ok": True,
            "user": {
                "id": "U0LAN",
                "locale": "vi-VN",
                "profile": {
                    "real_name": "Trần Thị Lan",
                    "display_name": "lan",
                    "email": "lan@example.com",
                    "phone": "0900 000 123",
                },
            },
        }
        event = self.adapter().read_profile("U0LAN", answer(told), NOON)
        assert event is not None
        assert (event.identity, event.occurred_at) == (USER, NOON)
        assert (event.name, event.language) == ("Trần Thị Lan", "vi")
        assert (event.email, event.phone) == ("lan@example.com", "+84900000123")
        assert "lan" not in event.id.split(":")[-1]

    def test_a_person_known_by_a_nickname_only(self) -> None:
        told = {"ok": True, "user": {"profile": {"display_name": "lan", "phone": "gọi Zalo"}}}
        event = self.adapter().read_profile("U0LAN", answer(told), NOON)
        assert event is not None
        assert (event.name, event.phone, event.email) == ("lan", None, None)

    @pytest.mark.parametrize(
        "told", [{}, [], {"ok": False, "error": "user_not_found"}, {"user": 5}, {"user": {}}]
    )
    def test_a_profile_that_tells_nothing(self, told: object) -> None:
        assert self.adapter().read_profile("U0LAN", answer(told), NOON) is None

    def test_an_accounts_health_is_whether_its_token_lives(self) -> None:
        adapter, url = self.adapter(), "https://desk.example/webhooks/slack/hoa-mai"
        request = adapter.check_request(url)
        assert request is not None
        assert request.url == "https://slack.com/api/auth.test"
        assert adapter.read_check(url, answer({"ok": True, "team_id": "T0HOAMAI"})) == Checkup()
        problem = "Slack refused with token_revoked"
        assert adapter.read_check(url, refused("token_revoked")) == Checkup(problem=problem)
        with pytest.raises(TransientSendError):
            adapter.read_check(url, answer({}, 503))


@given(text=st.text())
def test_escaped_text_reads_as_it_was_written(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert plain(escaped(text), None) == text.strip()
