"""What Twilio tells of text messages, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, takewhile

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.sms import Consent, consent_in, told
from chalicelib.channels.twilio_sms.payloads import Incoming, Status, Telling
from chalicelib.channels.twilio_sms.refusals import reason_of
from chalicelib.domain.events import UNTIMED, ChannelEvent, MessageReceived, ReceiptReceived
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery
from chalicelib.errors import MalformedPayloadError

Fields = Mapping[str, str]
Events = Iterator[ChannelEvent]

# What Twilio acts on when a number has no list of its own: https://help.twilio.com/articles/223134027
REFUSALS = frozenset(
    {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
)


def events_of(adapter: ChannelAdapter, fields: Fields) -> Iterable[ChannelEvent]:
    """Return the events in one form; none where it is of no use to us. Twilio dates nothing.

    Raises `MalformedPayloadError` for what is not this account's, or of no kind we know.
    """
    telling = Telling.model_validate(fields)
    status = telling.message_status or telling.sms_status
    if telling.account_sid != adapter.secret("account_sid"):
        raise MalformedPayloadError("a message of another account")
    if ":" in telling.sender + telling.recipient:
        # `whatsapp:+84…`: its answers go within 24 hours, or as templates. No text message does.
        raise MalformedPayloadError("not a text message, but one of a channel in Twilio")
    if status in _OF_NO_USE:
        return ()
    if status not in _READERS:
        raise MalformedPayloadError(f"no status we know: {status[:20]!r}")
    return _READERS[status](adapter, fields)


def _message(adapter: ChannelAdapter, fields: Fields) -> Events:
    incoming = Incoming.model_validate(fields)
    _require_ours(adapter, incoming.recipient)
    attachments = _media(fields)
    said = MessageReceived(
        id=adapter.event_id("message", incoming.message_sid),
        identity=adapter.identity(incoming.sender),
        occurred_at=UNTIMED,
        message_id=incoming.message_sid,
        text=incoming.body if incoming.body.strip() else "" if attachments else "[empty]",
        attachments=attachments,
        thread_refs=(incoming.answered_sid,) if incoming.answered_sid else (),
    )
    yield from told(adapter, said, _consent(incoming))


def _require_ours(adapter: ChannelAdapter, number: str) -> None:
    """A messaging service has many numbers, which only it knows."""
    sender = adapter.secret("sender")
    if sender.startswith("+") and number != sender:
        raise MalformedPayloadError("a message to another number")


def _consent(incoming: Incoming) -> Consent | None:
    """Return what Twilio made of it, where it says so, else what it makes of such a word."""
    if incoming.opt_out_type:
        return _OPT_OUT_TYPES.get(incoming.opt_out_type.upper())
    return consent_in(incoming.body, REFUSALS)


def _media(fields: Fields) -> tuple[Attachment, ...]:
    urls = takewhile(bool, (fields.get(f"MediaUrl{place}") for place in count()))
    return tuple(
        _attachment(url, fields.get(f"MediaContentType{place}") or None)
        for place, url in enumerate(urls)
    )


def _attachment(url: str | None, mime_type: str | None) -> Attachment:
    kind = _KINDS.get((mime_type or "").partition("/")[0], AttachmentKind.FILE)
    return Attachment(kind=kind, mime_type=mime_type, url=url)


def _receipt(delivery: Delivery) -> Callable[[ChannelAdapter, Fields], Events]:
    def read(adapter: ChannelAdapter, fields: Fields) -> Events:
        status = Status.model_validate(fields)
        is_failed = delivery is Delivery.FAILED
        yield ReceiptReceived(
            id=adapter.event_id("receipt", status.message_sid, status.message_status),
            identity=adapter.identity(status.recipient),
            occurred_at=UNTIMED,
            delivery=delivery,
            message_ids=(status.message_sid,),
            reason=str(reason_of(status.error_code)) if is_failed else None,
        )

    return read


_READERS: Mapping[str, Callable[[ChannelAdapter, Fields], Events]] = {
    "received": _message,
    "sent": _receipt(Delivery.SENT),
    "delivered": _receipt(Delivery.DELIVERED),
    "read": _receipt(Delivery.READ),
    "undelivered": _receipt(Delivery.FAILED),
    "failed": _receipt(Delivery.FAILED),
    "canceled": _receipt(Delivery.FAILED),
}

# On its way still; or come in part, of which the rest may follow.
_OF_NO_USE = frozenset(
    {"accepted", "scheduled", "queued", "sending", "receiving", "partially_delivered"}
)

_OPT_OUT_TYPES = {"STOP": Consent.STOP, "START": Consent.START}

_KINDS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
}

DOCUMENTED = frozenset(_READERS)
"""The statuses that the channel's page lists."""
