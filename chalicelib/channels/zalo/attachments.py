"""What a Zalo message carries besides words."""

from chalicelib.channels.json_body import read_object
from chalicelib.channels.phones import to_e164
from chalicelib.channels.zalo.payloads import AttachmentPayload, Message, WireAttachment
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the files, links, places and cards of a message."""
    return tuple(map(_attachment, message.attachments or ()))


def _attachment(wire: WireAttachment) -> Attachment:
    payload = wire.payload or AttachmentPayload()
    phone = _card_phone(payload.description)
    if phone:
        return Attachment(kind=AttachmentKind.CONTACT, name=phone, url=payload.url)
    return Attachment(
        kind=_KINDS.get(wire.type, AttachmentKind.LINK),
        name=payload.name or payload.description or None,
        size=payload.size,
        url=payload.url,
        file_id=payload.id,
        latitude=payload.coordinates.latitude if payload.coordinates else None,
        longitude=payload.coordinates.longitude if payload.coordinates else None,
    )


def _card_phone(description: str | None) -> str | None:
    """Return the number on a business card, None where `description` is a description."""
    if not description or not description.startswith("{"):
        return None
    try:
        phone = read_object(description.encode()).get("phone")
    except (MalformedPayloadError, PayloadTooLargeError):
        return None
    return to_e164(str(phone)) if phone else None


_KINDS = {
    "image": AttachmentKind.IMAGE,
    "gif": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
    "location": AttachmentKind.LOCATION,
    "link": AttachmentKind.LINK,
}
