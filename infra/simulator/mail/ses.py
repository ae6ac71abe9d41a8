"""SES v2 as the stack calls it: passed on to the emulator untouched, its content remembered.

The emulator keeps the text of a mail, but neither Reply-To nor any other header
nor attachments. So the stack's SES endpoint is the simulator
(`AWS_ENDPOINT_URL_SESV2`); path and Host stay as they were signed.
"""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.simulator.drops import drop_connection
from infra.simulator.memory import Bounded, Fault, Memory

MAX_MAILS = 2000
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}
FAULTS = {
    "throttle": (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "server_error": (500, "InternalServiceErrorException", "An internal error occurred."),
    "blocked": (400, "MessageRejected", "Address is on the suppression list for your account."),
    "expired_token": (403, "ExpiredTokenException", "The security token is expired"),
}


@dataclass(slots=True, kw_only=True)
class SentContent:
    """What the emulator forgets of a mail."""

    to: list[str] = field(default_factory=list)
    reply_to: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)


class Ses:
    """The SES v2 endpoint of the local stack."""

    def __init__(self, client: httpx.AsyncClient, emulator_url: str, memory: Memory) -> None:
        self.sent: Bounded[str, SentContent] = Bounded(MAX_MAILS)
        self._client = client
        self._emulator_url = emulator_url
        self._memory = memory

    async def call(self, request: Request) -> Response:
        """Pass one SES v2 call on, unless a fault was ordered for sending."""
        is_send = request.method == "POST" and request.url.path.endswith("/outbound-emails")
        fault = self._memory.take_fault("email") if is_send else None
        if fault is not None and fault.kind == "drop":
            return drop_connection(request)
        if fault is not None and fault.kind in FAULTS:
            return _refusal(fault)
        body = await request.body()
        answer = await self._forward(request, body)
        if is_send and answer.is_success:
            self.sent[mail_id(answer.json()["MessageId"])] = read_content(json.loads(body))
        return await _response(answer, fault)

    async def _forward(self, request: Request, body: bytes) -> httpx.Response:
        headers = [
            (name, value)
            for name, value in request.headers.raw
            if name.decode("latin-1").lower() not in HOP_BY_HOP
        ]
        target = self._emulator_url.rstrip("/") + request.url.path
        query = f"?{request.url.query}" if request.url.query else ""
        return await self._client.request(
            request.method, target + query, headers=headers, content=body, timeout=30
        )


def mail_id(message_id: str) -> str:
    """Return SES's id of a mail without the domain that the emulator adds."""
    return message_id.partition("@")[0]


def read_content(call: dict[str, Any]) -> SentContent:
    """Read a SendEmail call, raw or simple."""
    content = call.get("Content", {})
    envelope = call.get("Destination") or {}
    if "Raw" in content:
        sent = _read_mime(base64.b64decode(content["Raw"].get("Data", "")))
    else:
        sent = _read_simple(content.get("Simple", {}))
    sent.to = envelope.get("ToAddresses") or sent.to
    sent.reply_to = call.get("ReplyToAddresses") or sent.reply_to
    return sent


def _read_mime(raw: bytes) -> SentContent:
    message = message_from_bytes(raw, policy=default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return SentContent(
        to=_addresses(message, "To"),
        reply_to=_addresses(message, "Reply-To"),
        subject=str(message.get("Subject", "")),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        headers={name: str(value) for name, value in message.items()},
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _read_simple(simple: dict[str, Any]) -> SentContent:
    body = simple.get("Body", {})
    return SentContent(
        subject=simple.get("Subject", {}).get("Data", ""),
        text=body.get("Text", {}).get("Data", ""),
        html=body.get("Html", {}).get("Data", ""),
        headers={header["Name"]: header["Value"] for header in simple.get("Headers", [])},
        attachments=[
            {
                "name": item.get("FileName", ""),
                "type": item.get("ContentType", "application/octet-stream"),
                "size": len(base64.b64decode(item.get("RawContent", ""))),
            }
            for item in simple.get("Attachments", [])
        ],
    )


def _addresses(message: EmailMessage, header: str) -> list[str]:
    return [address for _, address in getaddresses([str(v) for v in message.get_all(header, [])])]


def _attachment(part: EmailMessage) -> dict[str, Any]:
    payload = part.get_payload(decode=True)
    return {
        "name": part.get_filename() or "",
        "type": part.get_content_type(),
        "size": len(payload) if isinstance(payload, bytes) else 0,
    }


def _refusal(fault: Fault) -> Response:
    status, name, message = FAULTS[fault.kind]
    return JSONResponse({"message": message}, status, {"x-amzn-ErrorType": name})


async def _response(answer: httpx.Response, fault: Fault | None) -> Response:
    if fault is not None:
        await asyncio.sleep(fault.seconds)
    kept = {
        name: value
        for name, value in answer.headers.items()
        if name.lower() not in HOP_BY_HOP | {"content-length", "content-encoding"}
    }
    return Response(answer.content, answer.status_code, kept)
