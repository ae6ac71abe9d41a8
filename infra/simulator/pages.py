"""The two pages for people, `/` to chat as a customer and `/mail` to read mail, and their data."""

from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.templating import Jinja2Templates

from chalicelib.channels.registry import ADAPTERS, adapter_class
from infra.simulator.mail.outbox import Outbox
from infra.simulator.memory import ChatKey, Memory
from infra.simulator.stack import StackFile
from infra.simulator.webhooks import Postman

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(directory=HERE / "templates")
STATIC = HERE / "static"

# A mail's HTML is a stranger's: no scripts, no forms; links open outside of the frame.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src data: http: https:; style-src 'unsafe-inline'"
)


class Pages:
    """Pages and what they poll."""

    def __init__(self, stack: StackFile, memory: Memory, postman: Postman, outbox: Outbox) -> None:
        self._stack = stack
        self._memory = memory
        self._postman = postman
        self._outbox = outbox

    async def chat_page(self, request: Request) -> Response:
        return TEMPLATES.TemplateResponse(request, "chat.html")

    async def mail_page(self, request: Request) -> Response:
        return TEMPLATES.TemplateResponse(request, "mail.html")

    async def mail_body(self, request: Request) -> Response:
        """Show a mail's HTML alone, for the sandboxed frame."""
        mail = await self._outbox.mail(request.path_params["id"])
        html = f'<base target="_blank">{mail["html"]}'
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})

    async def accounts(self, request: Request) -> Response:
        """List the stack's accounts, without their secrets."""
        return JSONResponse(
            [
                {
                    "channel": account.channel,
                    "account": account.account,
                    "label": _label(account.channel),
                    "address": account.secret("address"),
                }
                for account in self._stack.read().accounts
            ]
        )

    async def chats(self, request: Request) -> Response:
        """List the customers who have written, the latest first."""
        chats = [
            {
                "channel": channel,
                "label": _label(channel),
                "account": account,
                "external_id": external_id,
                "name": chat.name,
                "last": chat.entries[-1].as_json() if chat.entries else None,
            }
            for (channel, account, external_id), chat in reversed(self._memory.chats.items())
        ]
        return JSONResponse(chats)

    async def chat(self, request: Request) -> Response:
        """Return one conversation, with the fate of each webhook it made."""
        parameters = request.path_params
        key = (parameters["channel"], parameters["account"], parameters["external_id"])
        lines = [*self._said(key), *await self._mailed(key)]
        return JSONResponse(sorted(lines, key=lambda line: str(line["at"])))

    def _said(self, key: ChatKey) -> list[dict[str, Any]]:
        chat = self._memory.chats.get(key)
        fates = {delivery.webhook.message_id: delivery for delivery in self._postman.deliveries}
        return [
            {**entry.as_json(), "delivery": fates[entry.id].as_json()}
            if entry.id in fates
            else entry.as_json()
            for entry in (chat.entries if chat else ())
        ]

    async def _mailed(self, key: ChatKey) -> list[dict[str, Any]]:
        """Return what the stack mailed to a customer whose id is an address."""
        _, _, external_id = key
        if "@" not in external_id:
            return []
        try:
            mails = await self._outbox.mails(external_id)
        except httpx.HTTPError:
            return []
        return [
            {
                "id": mail["id"],
                "by": "company",
                "at": mail["at"],
                "text": mail["text"],
                "subject": mail["subject"],
                "attachments": mail["attachments"],
                "buttons": [],
            }
            for mail in mails
        ]


@cache
def _label(channel: str) -> str:
    """Return what a channel is called; with its id where another one is called the same."""
    called = [adapter_class(each).label["vi"] for each in ADAPTERS]
    label = adapter_class(channel).label["vi"]
    return label if called.count(label) == 1 else f"{label} ({channel})"
