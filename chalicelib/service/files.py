"""Keeps customers' files: fetched while their links live, put into our bucket, shown to agents."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.channels.base import ChannelAdapter, HttpResponse
from chalicelib.desk.decision import Fetch
from chalicelib.domain.messages import Attachment
from chalicelib.errors import PermanentSendError, TransientSendError
from chalicelib.notify.transport import Transport
from chalicelib.store.blobs import Blobs
from chalicelib.store.table import ConditionFailedError, Table
from chalicelib.store.tickets import file_update

LARGEST = 25_000_000
"""Bytes of a file that are kept; what is larger is named, with its own link where it has one."""

REFUSED_TYPES = (
    *("text/html", "application/xhtml", "application/javascript", "text/javascript"),
    *("image/svg", "text/xml", "application/xml"),
)
"""What a browser would run. Others are only ever offered as a download."""

GONE = (403, 404, 410)


@dataclass(frozen=True, slots=True)
class Files:
    transport: Transport
    blobs: Blobs
    table: Table
    sender_for: Callable[[str, str], ChannelAdapter]

    def fetch(self, wanted: Fetch) -> None:
        """Keep one file. Raises `TransientSendError`, or `PermanentSendError` when it can't be."""
        adapter = self.sender_for(wanted.channel, wanted.account)
        response = self._download(adapter, wanted.attachment)
        if response is None:
            return
        mime_type = _mime_type(response)
        if mime_type.startswith(REFUSED_TYPES):
            raise PermanentSendError(f"files of type {mime_type} are not kept")
        key = f"files/{wanted.ticket_id}/{wanted.id}"
        self.blobs.put(key, response.body, mime_type)
        kept = replace(
            wanted.attachment,
            key=key,
            mime_type=wanted.attachment.mime_type or mime_type,
            size=len(response.body),
        )
        update = {"Update": {"TableName": self.table.name, **file_update(wanted, kept)}}
        try:
            self.table.transact([update])
        except ConditionFailedError as error:
            raise PermanentSendError("its line is gone") from error

    def _download(self, adapter: ChannelAdapter, attachment: Attachment) -> HttpResponse | None:
        request = adapter.file_request(attachment)
        if request is None:
            return None
        response = self.transport.fetch(request, LARGEST)
        location = adapter.file_location(attachment, response)
        if location:
            response = self.transport.fetch(location, LARGEST)
        return _checked(response)


def _checked(response: HttpResponse) -> HttpResponse:
    if response.status == 200:  # noqa: PLR2004
        return response
    words = f"the file's server answered {response.status}"
    if response.status in GONE:
        raise PermanentSendError(words)
    raise TransientSendError(words)


def _mime_type(response: HttpResponse) -> str:
    named = response.headers.get("content-type", "application/octet-stream")
    return named.partition(";")[0].strip().lower()
