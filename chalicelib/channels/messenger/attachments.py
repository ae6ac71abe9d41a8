"""What a Messenger message carries besides words, each thing once."""

from chalicelib.channels.messenger.payloads import AttachmentPayload, Message, WireAttachment
from chalicelib.domain.messages import Attachment, AttachmentKind


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the files, links, places and stickers of a message."""
    found = [_attachment(each) for each in message.attachments or ()]
    if not found and message.sticker_id:
        found = [Attachment(kind=AttachmentKind.STICKER, file_id=message.sticker_id)]
    # Until 30 August 2026 a sticker came twice, as image and as sticker, under one sticker_id.
    once = {(each.kind, each.file_id or index): each for index, each in enumerate(found)}
    return tuple(once.values())


def _attachment(wire: WireAttachment) -> Attachment:
    payload = wire.payload or AttachmentPayload()
    is_sticker = payload.sticker_id is not None
    kind = _KINDS.get(wire.type, AttachmentKind.LINK)
    return Attachment(
        kind=AttachmentKind.STICKER if is_sticker else kind,
        name=wire.title or payload.title or _unnamed(wire),
        url=payload.url or wire.url,
        file_id=payload.sticker_id or payload.attachment_id,
        latitude=payload.coordinates.lat if payload.coordinates else None,
        longitude=payload.coordinates.long if payload.coordinates else None,
    )


def _unnamed(wire: WireAttachment) -> str | None:
    """Name what we have no kind for (`template`, `ig_reel`, `post`) by Messenger's own word."""
    return None if wire.type in _KINDS else wire.type


_KINDS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
    "location": AttachmentKind.LOCATION,
    "fallback": AttachmentKind.LINK,
}
