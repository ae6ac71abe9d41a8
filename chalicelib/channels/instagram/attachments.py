"""What an Instagram message carries besides words."""

from chalicelib.channels.instagram.payloads import AttachmentPayload, Message, WireAttachment
from chalicelib.domain.messages import Attachment, AttachmentKind


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the files, shared posts and stories of a message, as far as they have an address."""
    found = [_attachment(each) for each in message.attachments or ()]
    story = message.reply_to.story if message.reply_to else None
    if story:
        found.append(Attachment(kind=AttachmentKind.LINK, name="story", url=story.url))
    return tuple(each for each in found if each.url)


def unseen(message: Message) -> str:
    """Name in brackets what came without an address: a heart, a picture that may be seen once."""
    without = [each.type for each in message.attachments or () if not _attachment(each).url]
    named = without or (["unsupported"] if message.is_unsupported else [])
    return " ".join(f"[{name}]" for name in dict.fromkeys(named))


def _attachment(wire: WireAttachment) -> Attachment:
    payload = wire.payload or AttachmentPayload()
    # A post, a reel or a story stays a link: Meta doesn't let anybody keep a copy.
    kind = _KINDS.get(wire.type, AttachmentKind.LINK)
    unnamed = wire.type if kind is AttachmentKind.LINK else None
    return Attachment(kind=kind, name=payload.title or unnamed, url=payload.url)


_KINDS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
    "like_heart": AttachmentKind.STICKER,
}
