"""What a LINE message carries besides words, and how it is fetched.

https://developers.line.biz/en/reference/messaging-api/#get-content
"""

from datetime import timedelta
from urllib.parse import quote

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.line.payloads import Message
from chalicelib.channels.platform_api import retry_after
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import PermanentSendError, TransientSendError

_DATA_API = "https://api-data.line.me"
_BEING_PREPARED = 202


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the file, sticker or place of a message: LINE sends one at most."""
    if message.type == "location":
        return (_place(message),)
    if message.type == "sticker":
        return (_sticker(message),)
    kind = _KINDS.get(message.type)
    return (_file(kind, message),) if kind else ()


def content_request(attachment: Attachment, authorization: dict[str, str]) -> HttpRequest | None:
    """Return the call for a file; None for what is none."""
    if attachment.url is not None:
        return HttpRequest(method="GET", url=attachment.url)  # Not LINE's: it gets no token.
    if attachment.file_id is None or attachment.kind is AttachmentKind.STICKER:
        return None
    message_id = quote(attachment.file_id, safe="")
    url = f"{_DATA_API}/v2/bot/message/{message_id}/content"
    return HttpRequest(method="GET", url=url, headers=authorization)


def require_content(response: HttpResponse) -> None:
    """Require an answer to be the file. Raises `SendError`.

    A video or a voice message is prepared first, which LINE tells by 202.
    """
    words = f"LINE gave no content: {response.status}"
    if response.status == _BEING_PREPARED:
        raise TransientSendError(words, retry_after(response) or timedelta(seconds=5))
    if response.status >= 500 or response.is_throttling:  # noqa: PLR2004
        raise TransientSendError(words, retry_after(response))
    if response.is_refusal:
        raise PermanentSendError(words)


def _file(kind: AttachmentKind, message: Message) -> Attachment:
    provider = message.content_provider
    is_elsewhere = provider is not None and provider.type == "external"
    return Attachment(
        kind=kind,
        name=message.file_name,
        size=message.file_size,
        url=provider.url if provider and is_elsewhere else None,
        file_id=None if is_elsewhere else message.id,
    )


def _sticker(message: Message) -> Attachment:
    # A sticker has words that somebody wrote on it, or some that describe it.
    name = message.text or next(iter(message.keywords), None)
    return Attachment(kind=AttachmentKind.STICKER, name=name, file_id=message.sticker_id)


def _place(message: Message) -> Attachment:
    return Attachment(
        kind=AttachmentKind.LOCATION,
        name=", ".join(part for part in (message.title, message.address) if part) or None,
        latitude=message.latitude,
        longitude=message.longitude,
    )


_KINDS = {
    "image": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
    "file": AttachmentKind.FILE,
}
