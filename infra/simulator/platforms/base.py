"""What a platform is to the simulator: an API that is called, and webhooks that it sends."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from infra.simulator.memory import Chat, Memory
from infra.simulator.stack import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something a customer sends along; `type` in our words: image, video, audio, file."""

    type: str
    url: str = ""
    name: str = ""
    content: bytes = b""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing said to, or on behalf of, an account."""

    external_id: str
    at: datetime
    text: str = ""
    name: str = ""
    attachments: Sequence[Attachment] = ()
    payload: str = ""
    reply_to_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A request to the stack. Webhooks of one `queue` wait for each other (None: they don't).

    It goes to `url`, or else to where the account's webhooks go.
    """

    event_id: str
    message_id: str
    body: bytes
    headers: Mapping[str, str]
    queue: str | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How a platform insists: its patience with one attempt, and the waits between attempts."""

    patience: timedelta
    waits: tuple[timedelta, ...]
    counter_header: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """A call of a platform's API as the platform sees it."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def parameters(self) -> dict[str, Any]:
        """Return the body's fields, JSON or form; empty when it is neither."""
        if "form-urlencoded" in self.headers.get("content-type", ""):
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            document = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a send call put in front of the customer."""

    id: str
    external_id: str
    text: str
    attachments: tuple[dict[str, Any], ...] = ()
    buttons: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """A platform's answer, and what follows from it; a `bytes` body goes out as it is."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    said: Said | None = None
    webhooks: tuple[Webhook, ...] = ()


class NotOnThisPlatformError(Exception):
    """The platform has no such thing; the message says so."""


class Platform(ABC):
    """One platform: its send routes, webhook format and signature, retries and error shapes.

    `made_up` makes the secrets that can't be any text, by name.
    """

    channel: ClassVar[str]
    hosts: ClassVar[frozenset[str]]
    retries: ClassVar[Retries]
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]]
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {}

    @abstractmethod
    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        """Return whose token, or else whose id, the call carries."""

    @abstractmethod
    def is_send(self, request: ApiRequest) -> bool:
        """Whether the call sends a message: only those fail by order."""

    @abstractmethod
    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        """Return what the platform answers to a call."""

    def external_id(self, wanted: str) -> str:
        """Return the id the platform gives the customer somebody wants to play."""
        return wanted

    @abstractmethod
    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        """Return the webhooks that tell of a customer's message."""

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        """Return the webhooks of a tapped button that carries `saying.payload`."""
        raise NotOnThisPlatformError(f"{self.channel} has no buttons that report back")

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        """Return the webhooks that tell that all said in `chat` was seen."""
        raise NotOnThisPlatformError(f"{self.channel} tells nobody what was seen")

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        """Return the echo of an answer written in the platform's own inbox."""
        raise NotOnThisPlatformError(f"{self.channel} has no inbox of its own")
