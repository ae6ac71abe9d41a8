"""What a Teams message carries besides words.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

import re
from collections.abc import Iterator

from chalicelib.channels.teams.payloads import Activity, WireAttachment
from chalicelib.domain.messages import Attachment, AttachmentKind

DOWNLOAD_INFO = "application/vnd.microsoft.teams.file.download.info"
HTML = "text/html"

_CARD = "application/vnd.microsoft.card."
_QUOTE = re.compile(
    r'itemtype="https?://schema\.skype\.com/Reply"[^>]{0,200}itemid="([0-9]{1,20})"'
)
_KINDS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
}
_BY_ENDING = {
    **dict.fromkeys(("bmp", "gif", "heic", "jpeg", "jpg", "png", "webp"), AttachmentKind.IMAGE),
    **dict.fromkeys(("aac", "m4a", "mp3", "ogg", "wav"), AttachmentKind.AUDIO),
    **dict.fromkeys(("avi", "m4v", "mkv", "mov", "mp4", "webm"), AttachmentKind.VIDEO),
}


def attachments_of(activity: Activity) -> tuple[Attachment, ...]:
    """Return the files, pictures and cards of a message, not its own words as HTML."""
    attached = activity.attachments or ()
    return tuple(_attachment(each) for each in attached if each.content_type not in ("", HTML))


def quoted_by(activity: Activity) -> Iterator[str]:
    """Yield the ids of messages that a message quotes."""
    for each in activity.attachments or ():
        if each.content_type == HTML and isinstance(each.content, str):
            yield from _QUOTE.findall(each.content)


def _attachment(wire: WireAttachment) -> Attachment:
    if wire.content_type == DOWNLOAD_INFO:
        return _file(wire)
    kind = _KINDS.get(wire.content_type.partition("/")[0])
    if kind:
        return Attachment(
            kind=kind,
            name=wire.name,
            # `image/*` is what Teams writes for a picture that was pasted in.
            mime_type=None if wire.content_type.endswith("*") else wire.content_type,
            url=wire.content_url,
        )
    if wire.content_type.startswith(_CARD) or wire.content_url is None:
        return Attachment(kind=AttachmentKind.LINK, name=_title(wire), url=wire.content_url)
    return Attachment(kind=AttachmentKind.FILE, name=wire.name, url=wire.content_url)


def _file(wire: WireAttachment) -> Attachment:
    content = wire.content if isinstance(wire.content, dict) else {}
    ending = str(content.get("fileType") or "").lower()
    return Attachment(
        kind=_BY_ENDING.get(ending, AttachmentKind.FILE),
        name=wire.name,
        file_id=_text(content.get("uniqueId")),
        # Signed for some minutes; the page in SharePoint beside it needs a sign-in.
        url=_text(content.get("downloadUrl")) or wire.content_url,
    )


def _title(wire: WireAttachment) -> str:
    content = wire.content if isinstance(wire.content, dict) else {}
    title = wire.name or _text(content.get("title")) or _text(content.get("text"))
    return title or wire.content_type.rpartition(".")[2]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and "\x00" not in value else None
