"""The seam of a channel: verify, parse, reply. No network, no clock, no AWS."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, ClassVar

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent, ContactUpdated
from chalicelib.domain.messages import Attachment, AttachmentKind, Button, Surface, Template
from chalicelib.errors import ConfigurationError, InvalidSignatureError, PermanentSendError

PLAIN_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request as it came: `headers` lower-cased, `body` the very bytes that were signed.

    `urls` are the addresses the sender may have called, query string included, likeliest first.
    `received_at` is there for proofs that grow old; who needs it refuses a request without.
    `keys` is the platform's own key document, as `keys_request` fetched it.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    urls: tuple[str, ...] = ()
    received_at: datetime | None = None
    keys: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What a platform gets to read. `body` is UTF-8 text."""

    body: str = "ok"
    content_type: str = PLAIN_TEXT


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


class Passage(StrEnum):
    """How an answer may go now."""

    OPEN = "open"
    TAGGED = "tagged"  # as a person's late answer, which the platform wants marked
    PAID = "paid"
    TEMPLATE = "template"  # only as a template that the platform approved
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundFile:
    """A file to send along: `url` is ours, open to the platform for an hour."""

    kind: AttachmentKind
    name: str
    mime_type: str
    url: str = field(repr=False)
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message on its way out; `id` is ours and the same on every retry.

    A long answer goes out in parts, counted from 0; `attempt` counts from 1. `now` is when this
    attempt is made. `surface` and `thread` say where: `DIRECT` with the `thread` of something
    said in public is a private answer to it. `webhook_url` is the account's own, for receipts.
    """

    id: str
    to: Identity
    text: str
    sent_at: datetime
    automatic: bool = False
    reply_to_id: str | None = None
    subject: str | None = None
    reply_address: str | None = None
    surface: Surface = Surface.DIRECT
    thread: str | None = None
    passage: Passage = Passage.OPEN
    files: tuple[OutboundFile, ...] = ()
    buttons: tuple[Button, ...] = ()
    template: Template | None = None
    part: int = 0
    attempt: int = 1
    now: datetime | None = None
    webhook_url: str | None = None


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

    @property
    def is_refusal(self) -> bool:
        """Whether it is anything but a success; redirects are not followed."""
        return self.status >= HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_throttling(self) -> bool:
        """Whether the platform wants to be asked less often."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    """A mail for SES to send: raw MIME, with its envelope."""

    sender: str
    recipient: str
    mime: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsRequest:
    """A text message for AWS End User Messaging to send from `sender`, a number or a name."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    text: str = field(repr=False)
    configuration_set: str | None = None


Outgoing = HttpRequest | MailRequest | SmsRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the core needs to know of a channel instead of its name.

    `measure` counts a text as the platform counts it; `text_limit` is in that unit.
    `reply_window` is how long after the customer's last message a freely written answer may go;
    the last of it, after `open_window`, only by `late_passage`, and never by a machine.
    `has_templates`: after that an approved template still may. `segments` counts what a text
    costs where that is counted in pieces. `answers_elsewhere`: the platform takes answers from
    people on its own pages only. `takes_files`: kinds that `reply` sends; others go as links.
    `shares_threads`: several people speak in one thread, whose ids nobody can guess; elsewhere
    only the customer himself goes on with his ticket.
    """

    text_limit: int
    measure: Callable[[str], int] = len
    reply_window: timedelta | None = None
    open_window: timedelta | None = None
    late_passage: Passage = Passage.TAGGED
    has_templates: bool = False
    has_receipts: bool = False
    names_customer: bool = True
    takes_files: frozenset[AttachmentKind] = frozenset()
    takes_buttons: bool = False
    segments: Callable[[str], int] | None = None
    answers_elsewhere: bool = False
    shares_threads: bool = False


FILES = frozenset(
    {AttachmentKind.IMAGE, AttachmentKind.AUDIO, AttachmentKind.VIDEO, AttachmentKind.FILE}
)
"""All the kinds of files there are to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Secrets that an exchange gave, good until `expires_at`."""

    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """How the platform finds an account: `problem` None is well, else words for an operator."""

    problem: str | None = None
    expires_at: datetime | None = None


class ChannelAdapter(ABC):
    """One account of one channel. Secrets are constructor arguments, never environment.

    `label` is what people call the channel, by language. `capabilities` are those of a direct
    talk, `public` those where everybody reads. `door` is the channel at whose webhook this one's
    events arrive too, for the account of the same name; there `parse` of both sees every request
    and leaves alone what is the other's. `retry_waits` is a schedule of retries that the
    channel's own standard asks for. `is_polled`: events are asked for, by `poll_request`.
    `has_webhook`: the platform calls us; else its events come another way.
    `keeps_grants` names the stored secrets that `read_exchange` replaces, in the order in which
    they are to be written.
    """

    channel: ClassVar[str]
    label: ClassVar[Mapping[str, str]]
    capabilities: ClassVar[Capabilities]
    public: ClassVar[Capabilities | None] = None
    required_secrets: ClassVar[tuple[str, ...]]
    optional_secrets: ClassVar[tuple[str, ...]] = ()
    door: ClassVar[str | None] = None
    retry_waits: ClassVar[tuple[timedelta, ...] | None] = None
    is_polled: ClassVar[bool] = False
    has_webhook: ClassVar[bool] = True
    keeps_grants: ClassVar[tuple[str, ...]] = ()

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

    @classmethod
    def capabilities_on(cls, surface: Surface) -> Capabilities:
        return cls.public if surface is Surface.PUBLIC and cls.public else cls.capabilities

    def identity(self, external_id: object) -> Identity:
        return Identity(self.channel, self.account, str(external_id))

    def event_id(self, kind: str, *parts: object) -> str:
        """Return `channel:account:kind:part[:part…]`, the same for every retry."""
        return ":".join((self.channel, self.account, kind, *map(str, parts)))

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        """Answer a subscription handshake (GET). Raises where a channel has none."""
        raise InvalidSignatureError(f"{self.channel} has no handshake")

    def keys_request(self) -> HttpRequest | None:
        """Return the call for the public keys that `verify` finds in `request.keys`."""
        return None

    @abstractmethod
    def verify(self, request: WebhookRequest) -> None:
        """Return when the request is proven; raise `InvalidSignatureError` otherwise."""

    @abstractmethod
    def parse(self, request: WebhookRequest) -> Parsed:
        """Return all events in a proven request.

        Raises `MalformedPayloadError` when the whole of it is not understood.
        """

    def answer(self, request: WebhookRequest) -> WebhookAnswer:
        """Return what a platform wants to read after a proven request was stored."""
        return WebhookAnswer()

    @abstractmethod
    def reply(self, message: OutboundMessage) -> Outgoing:
        """Return the request that sends `message`, which fits `capabilities.text_limit`."""

    @abstractmethod
    def read_reply(self, response: HttpResponse) -> str:
        """Return the provider's id of the message sent; empty where it gives none: ours counts.

        Raises `TransientSendError` or `PermanentSendError` in the platform's own meaning.
        """

    def takes_file(self, file: Attachment, surface: Surface) -> bool:
        """Return whether `reply` sends this very file as such; else it goes as a link."""
        return file.kind in self.capabilities_on(surface).takes_files

    def read_recipient(self, message: OutboundMessage, response: HttpResponse) -> Identity | None:
        """Return the other identity, if any, that the answer to a send tells of its recipient."""
        return None

    def profile_request(self, external_id: str) -> HttpRequest | None:
        """Return the call that asks who a customer is, where webhooks don't say."""
        return None

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        """Return what the platform told, or None when it told nothing."""
        return None

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        """Return the call that fetches a customer's file, or tells where it lies."""
        if attachment.url is None:
            return None
        return HttpRequest(method="GET", url=attachment.url)

    def file_location(self, attachment: Attachment, response: HttpResponse) -> HttpRequest | None:
        """Return the call for the file itself; None where `response` is the file.

        Raises `SendError` where the platform doesn't give it.
        """
        return None

    def lookup_request(self, reference: str) -> HttpRequest:
        """Return the call for what a `LookupNeeded` names."""
        raise PermanentSendError(f"{self.channel} looks nothing up")

    def read_lookup(self, reference: str, response: HttpResponse) -> Parsed:
        """Return the events in what was looked up. Raises `SendError`."""
        raise PermanentSendError(f"{self.channel} looks nothing up")

    def poll_request(self) -> HttpRequest:
        """Return the call that asks for news, on a channel that `is_polled`."""
        raise PermanentSendError(f"{self.channel} is not polled")

    def read_poll(self, response: HttpResponse) -> Parsed:
        """Return the events in the news, those seen before among them. Raises `SendError`."""
        raise PermanentSendError(f"{self.channel} is not polled")

    def hide_request(self, message_id: str) -> HttpRequest | None:
        """Return the call that hides what somebody said in public; None where it can't be."""
        return None

    def exchange_request(self, now: datetime) -> HttpRequest | None:
        """Return the call that turns secrets into those of a short life; None: not needed."""
        return None

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        """Return what an exchange gave. Raises `SendError`."""
        raise PermanentSendError(f"{self.channel} exchanges nothing")

    def with_secrets(self, granted: Mapping[str, str]) -> "ChannelAdapter":
        """Return the same account with `granted` secrets in place of older ones."""
        return type(self)(self.account, {**self._secrets, **granted})

    def check_request(self, webhook_url: str) -> HttpRequest | None:
        """Return the call that asks whether the account's token and subscription are alive."""
        return None

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        """Return what the platform says of the account. Raises `TransientSendError`."""
        return Checkup()

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        """Return the calls that have the platform send its events to `webhook_url`, in order."""
        return ()

    @property
    def secrets(self) -> Mapping[str, Any]:
        return self._secrets
