"""The seam of a channel: verify, parse, reply. No network, no clock, no AWS."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent, ContactUpdated
from chalicelib.errors import ConfigurationError, InvalidSignatureError


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request as it came: `headers` lower-cased, `body` the very bytes that were signed."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """One event and the provider's own JSON text it was read from."""

    event: ChannelEvent
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A proven part we don't understand. `id` is deterministic, so a retry is the same part."""

    id: str
    reason: str
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that one webhook held. Parts known to be of no use to us appear in neither list."""

    received: tuple[Received, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message on its way out; `id` is ours and the same on every retry."""

    id: str
    to: Identity
    text: str
    sent_at: datetime
    automatic: bool = False
    reply_to_id: str | None = None
    subject: str | None = None
    reply_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A call of a platform's send API."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    """A mail for SES to send: raw MIME, with its envelope."""

    sender: str
    recipient: str
    mime: bytes = field(repr=False)


Outgoing = HttpRequest | MailRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the core needs to know of a channel instead of its name.

    `measure` counts a text as the platform counts it; `text_limit` is in that unit.
    `reply_window` is how long after the customer's last message an answer may go.
    """

    text_limit: int
    measure: Callable[[str], int] = len
    reply_window: timedelta | None = None
    is_public: bool = False
    has_receipts: bool = False
    names_customer: bool = True


class ChannelAdapter(ABC):
    """One account of one channel. Secrets are constructor arguments, never environment."""

    channel: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    required_secrets: ClassVar[tuple[str, ...]]
    optional_secrets: ClassVar[tuple[str, ...]] = ()
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)

    def __init__(self, account: str, secrets: Mapping[str, str | list[str]]) -> None:
        self.account = account
        self._secrets = secrets

    def secret(self, name: str) -> str:
        """Return a secret, the newest while it is rotated.

        Raises `ConfigurationError` for an empty one: a check against nothing proves nothing.
        """
        configured = self._secrets.get(name, "")
        value = configured[-1] if isinstance(configured, list) and configured else configured
        if not isinstance(value, str) or not value:
            raise ConfigurationError(f"{self.channel}: secret {name!r} is not configured")
        return value

    def identity(self, external_id: object) -> Identity:
        return Identity(self.channel, self.account, str(external_id))

    def event_id(self, kind: str, *parts: object) -> str:
        """Return `channel:account:kind:part[:part…]`, the same for every retry."""
        return ":".join((self.channel, self.account, kind, *map(str, parts)))

    def challenge(self, request: WebhookRequest) -> str:
        """Answer a subscription handshake (GET). Raises where a channel has none."""
        raise InvalidSignatureError(f"{self.channel} has no handshake")

    @abstractmethod
    def verify(self, request: WebhookRequest) -> None:
        """Return when the request is proven; raise `InvalidSignatureError` otherwise."""

    @abstractmethod
    def parse(self, request: WebhookRequest) -> Parsed:
        """Return all events in a proven request.

        Raises `MalformedPayloadError` when the whole of it is not understood.
        """

    @abstractmethod
    def reply(self, message: OutboundMessage) -> Outgoing:
        """Return the request that sends `message`, which fits `capabilities.text_limit`."""

    @abstractmethod
    def read_reply(self, response: HttpResponse) -> str:
        """Return the provider's id of the message sent.

        Raises `TransientSendError` or `PermanentSendError` in the platform's own meaning.
        """

    def profile_request(self, external_id: str) -> HttpRequest | None:
        """Return the call that asks who a customer is, where webhooks don't say."""
        return None

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        """Return what the platform told, or None when it told nothing."""
        return None

    @property
    def secrets(self) -> Mapping[str, Any]:
        return self._secrets
