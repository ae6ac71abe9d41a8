"""How far a message of ours has come, and why it came no further."""

from collections.abc import Iterator

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.whatsapp.payloads import Status
from chalicelib.channels.whatsapp.refusals import reason_of
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent, MessageDeleted, ReceiptReceived
from chalicelib.domain.messages import Delivery
from chalicelib.errors import MalformedPayloadError


def status_events(
    adapter: ChannelAdapter, status: Status, identity: Identity
) -> Iterator[ChannelEvent]:
    """Yield the receipt in a status. Raises `MalformedPayloadError` for one we don't know."""
    if status.status == "deleted":  # The customer took back a message of his own.
        yield MessageDeleted(
            id=adapter.event_id("deleted", status.id),
            identity=identity,
            occurred_at=status.timestamp,
            message_id=status.id,
        )
        return
    if status.status not in _DELIVERIES:
        raise MalformedPayloadError(f"no status we know: {status.status[:40]}")
    delivery = _DELIVERIES[status.status]
    is_failed = delivery is Delivery.FAILED
    code = status.errors[0].code if status.errors else None
    yield ReceiptReceived(
        id=adapter.event_id(status.status, status.id),
        identity=identity,
        occurred_at=status.timestamp,
        delivery=delivery,
        reason=reason_of(code) if is_failed else None,
        message_ids=(status.id,),
    )


_DELIVERIES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,  # A voice message was listened to.
    "failed": Delivery.FAILED,
}

STATUSES = frozenset({*_DELIVERIES, "deleted"})
"""The statuses that tell something."""
