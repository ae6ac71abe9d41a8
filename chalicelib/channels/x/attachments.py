"""Files and places in X's messages and posts, and texts without the links that stand for them."""

import re
from collections.abc import Iterable, Mapping

from chalicelib.channels.x.payloads import (
    Entities,
    Media,
    MessageAttachment,
    PostMedia,
    Variant,
)
from chalicelib.domain.messages import Attachment, AttachmentKind

DM_MEDIA = re.compile(r"https://ton\.(?:twitter|x)\.com/[\w.]+/ton/data/dm/(\d+)/(\d+)/([\w.-]+)")
"""Where a file of a direct message lies: message, file and resource. It opens to its owner only."""

# X escapes these three only, the ampersand first: so it comes last here.
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

_KINDS: Mapping[str, AttachmentKind] = {
    "photo": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "animated_gif": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
}


def plain(text: str, entities: Entities | None, hidden: Iterable[str] = ()) -> str:
    """Return `text` as its author wrote it: X escapes `&<>` and puts a t.co link for every link.

    `hidden` are links that stand for a file.
    """
    for escaped, character in _ESCAPES:
        text = text.replace(escaped, character)
    for link in (entities.urls if entities else None) or ():
        if link.url:
            shown = "" if link.media_key else link.expanded_url or link.url
            text = text.replace(link.url, shown)
    for url in filter(None, hidden):
        text = text.replace(url, "")
    return text.strip()


def from_message(attachment: MessageAttachment | None) -> tuple[Attachment, ...]:
    """Return what came with a direct message."""
    if attachment is None:
        return ()
    if attachment.media:
        return from_media((attachment.media,))
    place = attachment.location.shared_coordinate if attachment.location else None
    if place is None:
        return ()
    longitude, latitude = place.coordinates.coordinates
    kind = AttachmentKind.LOCATION
    return (Attachment(kind=kind, latitude=latitude, longitude=longitude),)


def from_media(media: Iterable[Media]) -> tuple[Attachment, ...]:
    return tuple(
        _file(each.type, _best(each.video_info.variants) or each.media_url_https) for each in media
    )


def from_includes(keys: Iterable[str], included: Iterable[PostMedia]) -> tuple[Attachment, ...]:
    """Return the files named by `keys`; of one that X leaves out, its name alone."""
    known = {each.media_key: each for each in included}
    return tuple(_included(key, known.get(key)) for key in keys)


def _included(key: str, media: PostMedia | None) -> Attachment:
    if media is None:
        return Attachment(kind=AttachmentKind.FILE, file_id=key)
    url = _best(media.variants) or media.url or media.preview_image_url
    return _file(media.type, url, key)


def _file(kind: str, url: str | None, file_id: str | None = None) -> Attachment:
    return Attachment(kind=_KINDS.get(kind, AttachmentKind.FILE), url=url, file_id=file_id)


def _best(variants: Iterable[Variant]) -> str | None:
    """Return the video in its best quality; a playlist (`.m3u8`) has no bitrate."""
    best = max(variants, key=lambda variant: variant.bitrate, default=None)
    return best.url if best else None
