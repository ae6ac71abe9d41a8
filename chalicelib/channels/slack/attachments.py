"""The files of a Slack message, and how each is fetched: only Slack's own host sees our token.

https://docs.slack.dev/reference/objects/file-object
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import ValidationError

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.slack.payloads import File, Message, Shared
from chalicelib.channels.slack.sending import refusal_of
from chalicelib.channels.slack.text import plain
from chalicelib.channels.wire import Wire
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import PermanentSendError, SendFailure

_KEPT = re.compile(r"https://files\.slack\.com/[!-~]{1,2000}", re.ASCII)
_GONE = frozenset({"tombstone", "hidden_by_limit"})
_INFO = "https://slack.com/api/files.info"
_LONGEST_NAME = 500
_KINDS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
}


class Info(Wire):
    file: File | None = None


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the files that are still there, and what was passed on from elsewhere."""
    files = (_file(file) for file in message.files or () if file.mode not in _GONE)
    return (*files, *map(_shared, message.attachments or ()))


def file_request(attachment: Attachment, authorization: Mapping[str, str]) -> HttpRequest | None:
    """Return the call for a file, or for where it lies when Slack didn't say."""
    if attachment.url is None:
        if attachment.file_id is None:
            return None
        url = f"{_INFO}?file={quote(attachment.file_id, safe='')}"
        return HttpRequest(method="GET", url=url, headers=authorization)
    return _download(attachment.url, authorization)


def file_location(
    attachment: Attachment, response: HttpResponse, authorization: Mapping[str, str]
) -> HttpRequest | None:
    """Return the call for what `files.info` names; None where `response` is the file.

    Raises `SendError`.
    """
    if attachment.url is not None:
        _require_file(attachment, response)
        return None
    answer = read_answer(response)
    if answer.get("ok") is not True:
        raise refusal_of(answer, response)
    try:
        file = Info.model_validate(answer).file
    except ValidationError:
        file = None
    url = (file.url_private_download or file.url_private) if file else None
    if url is None:
        raise PermanentSendError("Slack gives no address for the file")
    return _download(url, authorization)


def _download(url: str, authorization: Mapping[str, str]) -> HttpRequest:
    headers = authorization if _KEPT.fullmatch(url) else {}
    return HttpRequest(method="GET", url=url, headers=headers)


def _require_file(attachment: Attachment, response: HttpResponse) -> None:
    """Refuse the page to sign in, which Slack shows with 200 to who may not see a file."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    is_page = headers.get("content-type", "").startswith("text/html")
    if is_page and attachment.mime_type != "text/html":
        words = "Slack asks to sign in for a file: the scope files:read is missing"
        raise PermanentSendError(words, SendFailure.ACCOUNT)


def _shared(shared: Shared) -> Attachment:
    name = shared.title or shared.text or shared.fallback
    return Attachment(
        kind=AttachmentKind.LINK,
        name=plain(name, None)[:_LONGEST_NAME] if name else None,
        url=shared.from_url or shared.title_link,
    )


def _file(file: File) -> Attachment:
    kind = _KINDS.get((file.mimetype or "").partition("/")[0], AttachmentKind.FILE)
    return Attachment(
        kind=AttachmentKind.LINK if file.is_external else kind,
        name=file.name or file.title,
        mime_type=file.mimetype,
        size=file.size,
        url=file.url_private_download or file.url_private,
        file_id=file.id,
    )
