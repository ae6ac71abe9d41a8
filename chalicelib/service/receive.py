"""A webhook: verify, parse, append. Nothing else happens before the 200."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from chalicelib.channels.base import ChannelAdapter, Parsed, Unrecognised, WebhookRequest
from chalicelib.errors import FrontlineError, InvalidSignatureError, MalformedPayloadError
from chalicelib.store.log import Log
from chalicelib.store.quarantine import Quarantine, Quarantined


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many events were new, seen before, and not understood."""

    new: int = 0
    repeated: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Receiver:
    adapter_for: Callable[[str, str], ChannelAdapter]
    log: Log
    quarantine: Quarantine

    def receive(
        self, channel: str, account: str, request: WebhookRequest, now: datetime
    ) -> Outcome:
        """Store all that a webhook tells. What raises here was not stored and may be retried.

        Raises `UnknownAccountError`, `InvalidSignatureError`, `PayloadTooLargeError`.
        """
        adapter = self.adapter_for(channel, account)
        _verify(adapter, request)
        return self.store(adapter, _parse(adapter, request), now)

    def challenge(self, channel: str, account: str, request: WebhookRequest) -> str:
        return self.adapter_for(channel, account).challenge(request)

    def store(self, adapter: ChannelAdapter, parsed: Parsed, now: datetime) -> Outcome:
        """Append every event, and keep what was not understood."""
        appended = [self.log.append(each.event, each.raw, now) for each in parsed.received]
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


def _verify(adapter: ChannelAdapter, request: WebhookRequest) -> None:
    """Fail closed: whatever goes wrong with a proof, nothing is proven."""
    try:
        adapter.verify(request)
    except FrontlineError:
        raise
    except Exception as error:
        raise InvalidSignatureError("the proof can't be read") from error


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
