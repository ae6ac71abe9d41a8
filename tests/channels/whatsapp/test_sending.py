"""WhatsApp's answers, files, refusals and checks."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundFile,
    OutboundMessage,
    Passage,
)
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Template
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

from ..contract import SendContract
from .test_whatsapp import NUMBER, PHONE, SECRETS, USER, WAMID

GRAPH = "https://graph.facebook.com/v25.0"
WEBHOOK = "https://desk.example/webhooks/whatsapp/hoa-mai"
LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=17&ext=1&hash=A"


def answer(payload: object, status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={}, body=json.dumps(payload).encode())


def refused(code: int, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    error = {
        "message": f"(#{code}) no",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": "no"},
        "fbtrace_id": "A1",
    }
    return replace(answer({"error": error}, 400), headers=headers or {})


def file(kind: AttachmentKind, mime_type: str, size: int | None = 1000) -> OutboundFile:
    url = "https://files.desk.example/a?signed=1"
    return OutboundFile(kind=kind, name="bình.bin", mime_type=mime_type, url=url, size=size)


class TestSending(SendContract):
    channel: ClassVar[str] = "whatsapp"
    customer: ClassVar[str] = USER.external_id

    def adapter(self, **secrets: str | list[str]) -> ChannelAdapter:
        return adapter_class("whatsapp")("hoa-mai", {**SECRETS, **secrets})

    def sent(self, **fields: Any) -> dict[str, Any]:
        request = self.adapter().reply(replace(self.outbound(), **fields))
        assert isinstance(request, HttpRequest)
        body: dict[str, Any] = json.loads(request.body)
        return body

    # What goes out

    def test_a_text_goes_to_the_user_id_and_carries_our_id(self) -> None:
        request = self.reply()
        assert (request.method, request.url) == ("POST", f"{GRAPH}/{NUMBER}/messages")
        assert request.headers["authorization"] == "Bearer access-token"
        assert json.loads(request.body) == {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient": USER.external_id,
            "type": "text",
            "text": {"body": "Dạ, shop chào chị ạ 😊", "preview_url": False},
            "biz_opaque_callback_data": "4821937000000001",
        }

    def test_a_phone_is_written_to_as_a_phone(self) -> None:
        body = self.sent(to=Identity("whatsapp", "hoa-mai", PHONE))
        assert body["to"] == PHONE
        assert "recipient" not in body

    def test_an_answer_to_one_message_quotes_it(self) -> None:
        assert self.sent(reply_to_id=f"{WAMID}01")["context"] == {"message_id": f"{WAMID}01"}

    def test_a_template(self) -> None:
        template = Template(name="giao_hang", language="vi", parameters=("Mẫu", "1024"))
        body = self.sent(template=template, passage=Passage.TEMPLATE)
        assert body["type"] == "template"
        assert body["template"] == {
            "name": "giao_hang",
            "language": {"code": "vi"},
            "components": [
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "text": "Mẫu"},
                        {"type": "text", "text": "1024"},
                    ],
                }
            ],
        }

    def test_a_template_without_parameters_has_no_components(self) -> None:
        body = self.sent(template=Template(name="chao", language="vi"))
        assert body["template"] == {"name": "chao", "language": {"code": "vi"}}

    def test_where_only_a_template_may_go_nothing_else_is_sent(self) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.sent(passage=Passage.TEMPLATE)
        assert failed.value.reason is SendFailure.WINDOW_CLOSED

    def test_three_short_choices_are_buttons(self) -> None:
        buttons = tuple(Button(title=f"Cỡ {size}", payload=f"size:{size}") for size in "SML")
        assert self.sent(buttons=buttons, text="Cỡ nào ạ?")["interactive"] == {
            "type": "button",
            "body": {"text": "Cỡ nào ạ?"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": f"size:{size}", "title": f"Cỡ {size}"}}
                    for size in "SML"
                ]
            },
        }

    @pytest.mark.parametrize(
        ("number", "title", "text", "rows"),
        [
            (4, "Cỡ", "Cỡ nào?", 4),
            (12, "Cỡ", "Cỡ nào?", 10),
            (2, "Đổi sang màu xanh ngọc", "?", 2),
            (3, "Cỡ", "a" * 1025, 3),
        ],
    )
    def test_more_longer_or_below_a_longer_text_are_a_list(
        self, number: int, title: str, text: str, rows: int
    ) -> None:
        buttons = tuple(Button(title=title, payload=f"c:{each}") for each in range(number))
        interactive = self.sent(buttons=buttons, text=text)["interactive"]
        assert interactive["type"] == "list"
        assert len(interactive["action"]["button"]) <= 20
        (section,) = interactive["action"]["sections"]
        assert [row["id"] for row in section["rows"]] == [f"c:{each}" for each in range(rows)]

    def test_a_title_too_long_for_a_row_is_told_in_full_below_it(self) -> None:
        title = "Đổi sang bình gốm men xanh ngọc"
        interactive = self.sent(buttons=(Button(title=title, payload="c:1"),))["interactive"]
        (row,) = interactive["action"]["sections"][0]["rows"]
        assert row["description"] == title
        assert title.startswith(row["title"])
        assert len(row["title"]) <= 24

    @pytest.mark.parametrize(
        ("sent", "kind", "more"),
        [
            (file(AttachmentKind.IMAGE, "image/jpeg"), "image", {}),
            (file(AttachmentKind.AUDIO, "audio/ogg; codecs=opus"), "audio", {}),
            (file(AttachmentKind.VIDEO, "video/mp4", None), "video", {}),
            (file(AttachmentKind.STICKER, "image/webp"), "sticker", {}),
            (file(AttachmentKind.FILE, "application/pdf"), "document", {"filename": "bình.bin"}),
            (file(AttachmentKind.IMAGE, "image/heic"), "document", {"filename": "bình.bin"}),
            (
                file(AttachmentKind.IMAGE, "image/png", 5_000_001),
                "document",
                {"filename": "bình.bin"},
            ),
            (file(AttachmentKind.VIDEO, "video/x-msvideo"), "document", {"filename": "bình.bin"}),
        ],
    )
    def test_a_file_goes_as_what_whatsapp_takes_it_for(
        self, sent: OutboundFile, kind: str, more: dict[str, str]
    ) -> None:
        body = self.sent(files=(sent,), text="")
        assert body["type"] == kind
        assert body[kind] == {"link": sent.url, **more}

    def test_words_with_a_file_are_its_caption(self) -> None:
        body = self.sent(files=(file(AttachmentKind.IMAGE, "image/png"),), text="Dạ đây ạ")
        assert body["image"]["caption"] == "Dạ đây ạ"

    # What WhatsApp answers

    def test_the_id_of_a_message_sent(self) -> None:
        sent = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": PHONE, "wa_id": PHONE}],
            "messages": [{"id": f"{WAMID}90", "message_status": "accepted"}],
        }
        assert self.adapter().read_reply(answer(sent)) == f"{WAMID}90"

    @pytest.mark.parametrize(
        ("to", "contact", "other"),
        [
            (PHONE, {"input": PHONE, "wa_id": PHONE}, None),
            ("5511987654321", {"input": "5511987654321", "wa_id": "551187654321"}, "551187654321"),
            (PHONE, {"input": PHONE, "wa_id": PHONE, "user_id": "VN.1"}, "VN.1"),
            ("VN.1", {"input": "VN.1", "user_id": "VN.1"}, None),
            (PHONE, {}, None),
        ],
    )
    def test_who_a_message_reached(
        self, to: str, contact: dict[str, str], other: str | None
    ) -> None:
        message: OutboundMessage = replace(self.outbound(), to=Identity("whatsapp", "hoa-mai", to))
        response = answer({"contacts": [contact], "messages": [{"id": "1"}]})
        found = self.adapter().read_recipient(message, response)
        assert found == (Identity("whatsapp", "hoa-mai", other) if other else None)

    def test_an_answer_nobody_understands_tells_of_nobody(self) -> None:
        for body in (b"<html>", b"{}", b'{"contacts":[]}'):
            response = HttpResponse(status=200, headers={}, body=body)
            assert self.adapter().read_recipient(self.outbound(), response) is None

    @pytest.mark.parametrize(
        ("code", "wait"),
        [
            (4, timedelta(minutes=1)),
            (80007, timedelta(minutes=1)),
            (130429, timedelta(seconds=10)),
            (131000, None),
            (131016, None),
            (131048, timedelta(hours=1)),
            (131056, timedelta(seconds=6)),
            (131057, timedelta(minutes=5)),
            (131064, timedelta(hours=1)),
            (133004, timedelta(minutes=1)),
            (133016, timedelta(hours=1)),
            (2, None),
        ],
    )
    def test_refused_for_now(self, code: int, wait: timedelta | None) -> None:
        with pytest.raises(TransientSendError) as failed:
            self.adapter().read_reply(refused(code))
        assert failed.value.retry_after == wait

    def test_a_wait_that_whatsapp_asks_for_is_kept(self) -> None:
        with pytest.raises(TransientSendError) as failed:
            self.adapter().read_reply(refused(131056, headers={"Retry-After": "40"}))
        assert failed.value.retry_after == timedelta(seconds=40)

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            (131047, SendFailure.WINDOW_CLOSED),
            (131026, SendFailure.UNKNOWN_RECIPIENT),
            (131050, SendFailure.BLOCKED),
            (0, SendFailure.ACCOUNT),
            (3, SendFailure.ACCOUNT),
            (10, SendFailure.ACCOUNT),
            (190, SendFailure.ACCOUNT),
            (200, SendFailure.ACCOUNT),
            (368, SendFailure.ACCOUNT),
            (130497, SendFailure.ACCOUNT),
            (131005, SendFailure.ACCOUNT),
            (131031, SendFailure.ACCOUNT),
            (131037, SendFailure.ACCOUNT),
            (131042, SendFailure.ACCOUNT),
            (133010, SendFailure.ACCOUNT),
            (100, SendFailure.REJECTED),
            (130472, SendFailure.REJECTED),
            (131008, SendFailure.REJECTED),
            (131009, SendFailure.REJECTED),
            (131049, SendFailure.REJECTED),
            (131051, SendFailure.REJECTED),
            (131053, SendFailure.REJECTED),
            (131062, SendFailure.REJECTED),
            (132001, SendFailure.REJECTED),
            (132015, SendFailure.REJECTED),
            (135000, SendFailure.REJECTED),
            (9999, SendFailure.REJECTED),
        ],
    )
    def test_refused_for_good(self, code: int, reason: SendFailure) -> None:
        with pytest.raises(PermanentSendError) as failed:
            self.adapter().read_reply(refused(code))
        assert failed.value.reason is reason

    # Files

    def test_a_file_is_asked_for_by_its_id_and_fetched_where_it_lies(self) -> None:
        picture = Attachment(kind=AttachmentKind.IMAGE, file_id="17")
        asked = self.adapter().file_request(picture)
        assert asked is not None
        assert (asked.method, asked.url) == ("GET", f"{GRAPH}/17")
        told = {"url": LOOKASIDE, "mime_type": "image/jpeg", "file_size": 9, "id": "17"}
        fetched = self.adapter().file_location(picture, answer(told))
        assert fetched is not None
        assert fetched.url == LOOKASIDE
        for request in (asked, fetched):
            assert request.headers == {"authorization": "Bearer access-token"}

    def test_a_place_or_a_link_is_no_file(self) -> None:
        link = Attachment(kind=AttachmentKind.LINK, url="https://fb.me/3cr4Wqqkv")
        assert self.adapter().file_request(link) is None

    @pytest.mark.parametrize(
        "told",
        [
            {"url": "https://files.example/a"},
            {"url": "https://evilfbsbx.com/a"},
            {"url": "http://lookaside.fbsbx.com/a"},
            {"url": "https://["},
            {"url": 7},
            {},
        ],
    )
    def test_the_token_goes_to_meta_and_to_nobody_else(self, told: dict[str, object]) -> None:
        with pytest.raises(SendError):
            self.adapter().file_location(
                Attachment(kind=AttachmentKind.IMAGE, file_id="17"), answer(told)
            )

    def test_a_file_that_is_gone_is_refused_for_good(self) -> None:
        with pytest.raises(PermanentSendError):
            self.adapter().file_location(
                Attachment(kind=AttachmentKind.IMAGE, file_id="17"), refused(100)
            )

    # The account

    def test_a_check_asks_for_the_numbers_state_and_webhook(self) -> None:
        request = self.adapter().check_request(WEBHOOK)
        assert request is not None
        assert request.url == f"{GRAPH}/{NUMBER}?fields=status,webhook_configuration"

    @pytest.mark.parametrize("level", ["phone_number", "whatsapp_business_account", "application"])
    def test_a_number_whose_events_come_here_is_well(self, level: str) -> None:
        told = {"status": "CONNECTED", "webhook_configuration": {level: WEBHOOK}, "id": NUMBER}
        assert self.adapter().read_check(WEBHOOK, answer(told)).problem is None

    @pytest.mark.parametrize(
        ("response", "problem"),
        [
            (answer({"status": "BANNED"}), "the number is BANNED"),
            (
                answer({"status": "CONNECTED"}),
                "the number's events go to another webhook, or to none",
            ),
            (
                answer(
                    {
                        "status": "CONNECTED",
                        "webhook_configuration": {
                            "phone_number": "https://other.example/",
                            "application": WEBHOOK,
                        },
                    }
                ),
                "the number's events go to another webhook, or to none",
            ),
            (
                refused(190),
                "WhatsApp refused with 190: the token is refused, or lacks a permission",
            ),
            (
                answer({"status": {}}),
                "WhatsApp describes the number in no shape we know",
            ),
        ],
    )
    def test_what_is_wrong_with_a_number(self, response: HttpResponse, problem: str) -> None:
        assert self.adapter().read_check(WEBHOOK, response).problem == problem

    def test_a_check_that_finds_whatsapp_unwell_tells_nothing(self) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_check(WEBHOOK, answer({}, 503))

    def test_the_app_is_subscribed_and_the_number_has_a_webhook_of_its_own(self) -> None:
        subscribed, override = self.adapter().subscribe_requests(WEBHOOK)
        assert subscribed.url == f"{GRAPH}/204918273645500/subscribed_apps"
        assert override.url == f"{GRAPH}/{NUMBER}"
        assert json.loads(override.body) == {
            "webhook_configuration": {
                "override_callback_uri": WEBHOOK,
                "verify_token": "verify-token",
            }
        }
        for request in (subscribed, override):
            assert request.method == "POST"
            assert request.headers["authorization"] == "Bearer access-token"
