"""What AWS tells of text messages, in our words."""

from collections.abc import Iterable, Iterator, Mapping

from chalicelib.channels.aws_sms.payloads import Incoming, Payload, TextEvent
from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.sms import consent_in, told
from chalicelib.domain.events import ChannelEvent, MessageReceived, ReceiptReceived
from chalicelib.domain.messages import Delivery
from chalicelib.errors import MalformedPayloadError, SendFailure

# https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html
REFUSALS = frozenset(
    {"ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"}
)

INBOUND = "inbound"


def events_of(adapter: ChannelAdapter, payload: Payload) -> Iterable[ChannelEvent]:
    """Return the events in what was published; none where it is of no use to us.

    Raises `MalformedPayloadError` for what is of no kind we know.
    """
    if "inboundMessageId" in payload:
        return _message(adapter, Incoming.model_validate(payload))
    kind = str(payload.get("eventType", ""))
    if kind in _RECEIPTS:
        return _receipt(adapter, TextEvent.model_validate(payload))
    if kind in _OF_NO_USE:
        return ()
    raise MalformedPayloadError(f"no event we know: {kind[:40]!r}")


def _message(adapter: ChannelAdapter, incoming: Incoming) -> Iterator[ChannelEvent]:
    if incoming.received_at is None:
        raise MalformedPayloadError("nothing tells when it came")
    said = MessageReceived(
        id=adapter.event_id("message", incoming.id),
        identity=adapter.identity(incoming.sender),
        occurred_at=incoming.received_at,
        message_id=incoming.id,
        text=incoming.body if incoming.body.strip() else "[empty]",
        thread_refs=(incoming.answered_id,) if incoming.answered_id else (),
    )
    yield from told(adapter, said, consent_in(incoming.body, REFUSALS))


def _receipt(adapter: ChannelAdapter, event: TextEvent) -> Iterator[ChannelEvent]:
    came = _RECEIPTS[event.kind]
    is_failed = isinstance(came, SendFailure)
    yield ReceiptReceived(
        id=adapter.event_id("receipt", event.message_id, event.kind),
        identity=adapter.identity(event.recipient),
        occurred_at=event.at,
        delivery=Delivery.FAILED if is_failed else Delivery(came),
        message_ids=(event.message_id,),
        reason=str(came) if is_failed else None,
    )


# SUCCESSFUL: the carrier took it. Some carriers never tell more.
_RECEIPTS: Mapping[str, Delivery | SendFailure] = {
    "TEXT_SENT": Delivery.SENT,
    "TEXT_SUCCESSFUL": Delivery.SENT,
    "TEXT_DELIVERED": Delivery.DELIVERED,
    "TEXT_INVALID": SendFailure.UNKNOWN_RECIPIENT,
    "TEXT_UNREACHABLE": SendFailure.UNKNOWN_RECIPIENT,
    "TEXT_CARRIER_UNREACHABLE": SendFailure.UNKNOWN_RECIPIENT,
    "TEXT_BLOCKED": SendFailure.BLOCKED,
    "TEXT_CARRIER_BLOCKED": SendFailure.REJECTED,
    "TEXT_SPAM": SendFailure.REJECTED,
    "TEXT_INVALID_MESSAGE": SendFailure.REJECTED,
    "TEXT_TTL_EXPIRED": SendFailure.UNKNOWN_RECIPIENT,
    "TEXT_PROTECT_BLOCKED": SendFailure.ACCOUNT,
}

# On its way still; or no carrier has told anything in 72 hours, which is no failure.
_OF_NO_USE = frozenset({"TEXT_QUEUED", "TEXT_PENDING", "TEXT_UNKNOWN"})

DOCUMENTED = frozenset({INBOUND, *_RECEIPTS})
"""The events that the channel's page lists; a message has no name of its own."""
