"""The other ends of the simulator, as fakes over real HTTP: the stack and the emulator."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

ZALO = {
    "app_id": "3217654098123456789",
    "oa_id": "4412345678901234567",
    "oa_secret_key": "oa-secret-key",
    "app_secret": "zalo-app-secret",
    "access_token": "zalo-access-token-0",
    "refresh_token": "zalo-refresh-token-0",
}
MESSENGER = {
    "app_id": "601234567890123",
    "page_id": "109876543210987",
    "app_secret": "meta-app-secret",
    "verify_token": "meta-verify-token",
    "page_access_token": "EAAB-page-access-token",
}
TELEGRAM = {"bot_token": "7012345678:AAF-made-up-token", "secret_token": "tele-Secret_1"}
EMAIL = {"address": "hotro@hoamai.example"}


@dataclass
class Received:
    """One request that a fake got; `headers` in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class FakeStack:
    """Takes webhooks; answers with `statuses` in turn, then 200."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._take, methods=["POST"])])

    def wait_for(self, number: int) -> list[Received]:
        """Return all received once there are `number` of them."""
        wait_until(lambda: len(self.received) >= number)
        return self.received

    def forget(self) -> None:
        for kept in (self.received, self.statuses, self.seconds):
            kept.clear()

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        self.received.append(Received(request.url.path, dict(request.headers), body))
        if self.seconds:
            await asyncio.sleep(self.seconds.pop(0))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@dataclass
class FakeEmulator:
    """The little of the local cloud that the simulator uses: S3 puts, SES v2 and its captures."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/_ministack/ses/messages", self._messages),
                Route("/_ministack/sns/sms-messages", self._sms),
                Route("/v2/email/outbound-emails", self._send, methods=["POST"]),
                Route("/{bucket}/{key:path}", self._put, methods=["PUT"]),
            ]
        )

    def forget(self) -> None:
        self.objects.clear()
        self.sent.clear()
        self.hosts.clear()

    async def _put(self, request: Request) -> Response:
        parameters = request.path_params
        self.objects[f"{parameters['bucket']}/{parameters['key']}"] = await request.body()
        return Response(headers={"etag": '"x"'})

    async def _send(self, request: Request) -> Response:
        call = await request.json()
        message_id = f"{uuid4()}@email.amazonses.com"
        self.hosts.append(request.headers["host"])
        self.sent.append(
            {
                "MessageId": message_id,
                "Source": call.get("FromEmailAddress", ""),
                "To": call.get("Destination", {}).get("ToAddresses", []),
                "CC": [],
                "BCC": [],
                "Subject": "",
                "BodyText": "",
                "BodyHtml": None,
                "Timestamp": time.time(),
                "Type": "v2.SendEmail",
            }
        )
        return JSONResponse({"MessageId": message_id})

    async def _messages(self, request: Request) -> Response:
        return JSONResponse({"messages": {"000000000000": self.sent}})

    async def _sms(self, request: Request) -> Response:
        sms = {"MessageId": "sms-1", "Message": "Yêu cầu 12 sắp quá hạn"}
        return JSONResponse({"sms_messages": {"+84900000001": [sms]}, "region": "us-east-1"})


@contextmanager
def serve(app: ASGIApp, port: int) -> Iterator[str]:
    """Serve an ASGI app from a thread of its own."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, http="h11", ws="none", log_level="critical"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("it never came true")
        time.sleep(0.01)
