"""A webhook: verify, parse, append. Nothing else happens before the 200."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from chalicelib.channels.base import (
    ChannelAdapter,
    Parsed,
    Unrecognised,
    WebhookAnswer,
    WebhookRequest,
)
from chalicelib.domain.pace import Pace
from chalicelib.errors import (
    FrontlineError,
    InvalidSignatureError,
    MalformedPayloadError,
    UnknownKeyError,
)
from chalicelib.service.key_sets import KeySets
from chalicelib.store.log import Log
from chalicelib.store.quarantine import Quarantine, Quarantined


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many events were new, seen before, and not understood; and what to tell the platform."""

    new: int = 0
    repeated: int = 0
    quarantined: int = 0
    answer: WebhookAnswer = field(default_factory=WebhookAnswer)

    def __add__(self, other: "Outcome") -> "Outcome":
        return replace(
            self,
            new=self.new + other.new,
            repeated=self.repeated + other.repeated,
            quarantined=self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class Receiver:
    """`adapters_at` returns the adapters whose events arrive at a webhook, its own first."""

    adapters_at: Callable[[str, str], Sequence[ChannelAdapter]]
    keys: KeySets
    log: Log
    quarantine: Quarantine
    pace: Callable[[], Pace]

    def receive(
        self, channel: str, account: str, request: WebhookRequest, now: datetime
    ) -> Outcome:
        """Store all that a webhook tells. What raises here was not stored and may be retried.

        Raises `UnknownAccountError`, `InvalidSignatureError`, `PayloadTooLargeError`.
        """
        door, *others = self.adapters_at(channel, account)
        self._verify(door, request)
        outcome = Outcome(answer=_answer(door, request))
        for adapter in (door, *others):
            outcome += self.store(adapter, _parse(adapter, request), now)
        return outcome

    def challenge(self, channel: str, account: str, request: WebhookRequest) -> WebhookAnswer:
        return self.adapters_at(channel, account)[0].challenge(request)

    def _verify(self, adapter: ChannelAdapter, request: WebhookRequest) -> None:
        """Fail closed: whatever goes wrong with a proof, nothing is proven."""
        try:
            try:
                adapter.verify(self.keys.attach(adapter, request))
            except UnknownKeyError:
                adapter.verify(self.keys.attach_again(adapter, request))
        except FrontlineError:
            raise
        except Exception as error:
            raise InvalidSignatureError("the proof can't be read") from error

    def store(self, adapter: ChannelAdapter, parsed: Parsed, now: datetime) -> Outcome:
        """Append every event, and keep what was not understood; `now` is real time."""
        pace = self.pace()
        received_at = pace.desk_time(now)
        appended = [
            self.log.append(pace.dated(each.event), each.raw, received_at)
            for each in parsed.received
        ]
        for part in parsed.unrecognised:
            self.quarantine.put(
                Quarantined(
                    id=part.id,
                    channel=adapter.channel,
                    account=adapter.account,
                    reason=part.reason,
                    received_at=now,
                    raw=part.raw,
                )
            )
        return Outcome(
            new=sum(appended),
            repeated=len(appended) - sum(appended),
            quarantined=len(parsed.unrecognised),
        )


def _answer(adapter: ChannelAdapter, request: WebhookRequest) -> WebhookAnswer:
    """Return what the platform wants to read; what can't be read gets the plain answer."""
    try:
        return adapter.answer(request)
    except MalformedPayloadError:
        return WebhookAnswer()


def _parse(adapter: ChannelAdapter, request: WebhookRequest) -> Parsed:
    """Return what a proven request holds; what fails to parse is kept whole, for us to mend."""
    try:
        return adapter.parse(request)
    except MalformedPayloadError as error:
        return _unread(adapter, request, str(error))
    except Exception as error:
        return _unread(adapter, request, f"{type(error).__name__} while parsing")


def _unread(adapter: ChannelAdapter, request: WebhookRequest, reason: str) -> Parsed:
    digest = sha256(request.body).hexdigest()[:32]
    whole = Unrecognised(
        id=adapter.event_id("unreadable", digest),
        reason=reason,
        raw=request.body.decode(errors="replace"),
    )
    return Parsed(unrecognised=(whole,))
