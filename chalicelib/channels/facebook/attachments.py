"""What a comment or a post shows besides words."""

from chalicelib.channels.facebook.payloads import FeedValue, Media, Shown
from chalicelib.domain.messages import Attachment, AttachmentKind


def attachments_of(value: FeedValue) -> tuple[Attachment, ...]:
    """Return the pictures, films, stickers and links of a comment or post, each once."""
    if value.attachment:
        return (_shown(value.attachment),)
    if value.attachments:
        return tuple(map(_shown, value.attachments.data))
    pictures = dict.fromkeys([*filter(None, [value.photo]), *(value.photos or ())])
    found = [Attachment(kind=AttachmentKind.IMAGE, url=url) for url in pictures]
    if value.video:
        found.append(Attachment(kind=AttachmentKind.VIDEO, url=value.video))
    if value.link and not found:
        found.append(Attachment(kind=_LINKED.get(value.item, AttachmentKind.LINK), url=value.link))
    return tuple(found)


def _shown(shown: Shown) -> Attachment:
    kind = next((kind for word, kind in _KINDS if word in shown.type), AttachmentKind.LINK)
    media = shown.media or Media()
    image = media.image.src if media.image else None
    of_kind = {AttachmentKind.VIDEO: media.source, AttachmentKind.LINK: shown.url}
    return Attachment(
        kind=kind,
        name=shown.title or (shown.type if kind is AttachmentKind.LINK else None),
        url=of_kind.get(kind, image) or shown.url or image,
    )


# A link to a photo album or to a film is that picture or film itself.
_LINKED = {"photo": AttachmentKind.IMAGE, "video": AttachmentKind.VIDEO}

# The first that is part of the Graph API's word: `video_inline`, `animated_image_share`…
_KINDS = (
    ("sticker", AttachmentKind.STICKER),
    ("animated_image", AttachmentKind.IMAGE),
    ("photo", AttachmentKind.IMAGE),
    ("video", AttachmentKind.VIDEO),
)
