"""Customers who write, tap and read, and agents who answer in a platform's own inbox."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.simulator.cdn import hosted
from infra.simulator.memory import ChatKey, Entry, Memory
from infra.simulator.platforms.base import Attachment, Platform, Saying, Webhook
from infra.simulator.stack import Account, StackFile
from infra.simulator.webhooks import Delivery, Postman

# A queue of undelivered updates may hold back the first attempt for long.
FIRST_ATTEMPT_SECONDS = 65


class AttachmentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: Literal["image", "gif", "video", "audio", "file", "sticker", "location", "link"] = "file"
    url: str = ""
    name: str = ""
    text: str = ""
    content_base64: Base64Bytes = b""
    latitude: float | None = None
    longitude: float | None = None

    def attachment(self) -> Attachment:
        return Attachment(
            type=self.type,
            url=self.url,
            name=self.name,
            content=self.content_base64 or self.text.encode(),
            latitude=self.latitude,
            longitude=self.longitude,
        )


class Words(BaseModel):
    """What is said; `action` is "tap" for a button with `payload`, "see" for reading it all."""

    model_config = ConfigDict(extra="forbid")

    external_id: str = Field(min_length=1)
    name: str = ""
    text: str = ""
    attachments: list[AttachmentIn] = []
    occurred_at: AwareDatetime | None = None
    action: Literal["say", "tap", "see"] = "say"
    payload: str = ""
    reply_to_id: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> "Words":
        if self.action == "say" and not self.text and not self.attachments:
            raise ValueError("text or attachments: one of them must say something")
        if self.action == "tap" and not self.payload:
            raise ValueError("payload: a tapped button carries one")
        return self

    def saying(self, external_id: str, name: str) -> Saying:
        return Saying(
            external_id=external_id,
            at=self.occurred_at or datetime.now(UTC),
            text=self.text,
            name=self.name or name,
            attachments=tuple(item.attachment() for item in self.attachments),
            payload=self.payload,
            reply_to_id=self.reply_to_id,
        )


class People:
    """The two doors through which a script or a page plays a person."""

    def __init__(
        self,
        platforms: Sequence[Platform],
        stack: StackFile,
        memory: Memory,
        postman: Postman,
    ) -> None:
        self._platforms = {platform.channel: platform for platform in platforms}
        self._stack = stack
        self._memory = memory
        self._postman = postman

    async def customer(self, request: Request) -> Response:
        """Play a customer: 202 with the provider's ids and the first attempt of each webhook."""
        platform, account = self._find(request)
        words = Words.model_validate_json(await request.body())
        saying = self._saying(platform, account, words)
        webhooks = self._webhooks(platform, account, words, saying)
        if words.action == "say":
            entry = _entry("customer", saying, webhooks)
            self._memory.customer_wrote(_key(account, saying), saying.name, entry)
        return await self._deliver(platform, account, saying, webhooks)

    async def agent(self, request: Request) -> Response:
        """Play an agent who answers in the platform's own inbox, past the stack."""
        platform, account = self._find(request)
        saying = self._saying(platform, account, Words.model_validate_json(await request.body()))
        webhooks = platform.agent_says(account, saying)
        chat = self._memory.chat(_key(account, saying))
        chat.entries.append(_entry("agent", saying, webhooks))
        return await self._deliver(platform, account, saying, webhooks)

    def _find(self, request: Request) -> tuple[Platform, Account]:
        channel, account = request.path_params["channel"], request.path_params["account"]
        return self._platforms[channel], self._stack.read().account(channel, account)

    def _saying(self, platform: Platform, account: Account, words: Words) -> Saying:
        external_id = platform.external_id(words.external_id)
        known = self._memory.chats.get((account.channel, account.account, external_id))
        saying = words.saying(external_id, known.name if known else "")
        files = tuple(hosted(each, self._memory) for each in saying.attachments)
        return replace(saying, attachments=files)

    def _webhooks(
        self, platform: Platform, account: Account, words: Words, saying: Saying
    ) -> tuple[Webhook, ...]:
        acts: dict[str, Callable[[], tuple[Webhook, ...]]] = {
            "say": lambda: platform.customer_says(account, saying, self._memory),
            "tap": lambda: platform.customer_taps(account, saying, self._memory),
            "see": lambda: platform.customer_sees(
                account, saying, self._memory.chat(_key(account, saying))
            ),
        }
        return acts[words.action]()

    async def _deliver(
        self,
        platform: Platform,
        account: Account,
        saying: Saying,
        webhooks: Sequence[Webhook],
    ) -> Response:
        deliveries = self._postman.deliver(webhooks, account, platform.retries)
        await _first_attempts(deliveries)
        return JSONResponse(
            {
                "external_id": saying.external_id,
                "event_ids": [webhook.event_id for webhook in webhooks],
                "message_ids": [webhook.message_id for webhook in webhooks],
                "attempts": [delivery.attempts[0] for delivery in deliveries if delivery.attempts],
            },
            status_code=202,
        )


async def _first_attempts(deliveries: Sequence[Delivery]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(FIRST_ATTEMPT_SECONDS):
            for delivery in deliveries:
                await delivery.tried.wait()


def _key(account: Account, saying: Saying) -> ChatKey:
    return account.channel, account.account, saying.external_id


def _entry(by: str, saying: Saying, webhooks: Sequence[Webhook]) -> Entry:
    return Entry(
        # A platform that is asked for news sends none: there a customer is what he wrote.
        id=webhooks[0].message_id if webhooks else saying.external_id,
        by=by,
        at=saying.at,
        text=saying.text,
        attachments=[
            {"type": item.type, "url": item.url, "name": item.name} for item in saying.attachments
        ],
    )
