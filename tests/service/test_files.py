"""Customers' files: kept while their links live, or named; what they cost nobody else."""

from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import PermanentSendError, TransientSendError
from chalicelib.service.files import LARGEST
from tests.conftest import START, FrozenClock
from tests.desk.events import NAM, message
from tests.service.pump import Pump

PICTURE = Attachment(kind=AttachmentKind.IMAGE, url="https://photo.example/1.jpg", name="men.jpg")


class Cdn:
    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[str] = []

    def fetch(self, request: HttpRequest, limit: int) -> HttpResponse:
        assert limit == LARGEST
        self.asked.append(request.url)
        found = self.answers.pop(0) if self.answers else file(b"jpeg")
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, HttpResponse)
        return found

    def send(self, request: HttpRequest) -> HttpResponse:
        body = b'{"error":0,"data":{"message_id":"m1"}}'
        return HttpResponse(status=200, headers={}, body=body)


def file(body: bytes, mime_type: str = "image/jpeg; q=1", status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, headers={"content-type": mime_type}, body=body)


@pytest.fixture
def cdn(frontline: Frontline) -> Cdn:
    cdn = Cdn()
    frontline.__dict__["transport"] = cdn
    return cdn


@pytest.fixture
def pump(frontline: Frontline, cdn: Cdn) -> Pump:
    return Pump(frontline)


def attachments(frontline: Frontline, pump: Pump, *sent: Attachment) -> tuple[Attachment, ...]:
    event = message("hình đây", START, identity=NAM, attachments=sent)
    frontline.log.append(event, "{}", START)
    pump.settle()
    ticket_id = frontline.contacts.by_identity(NAM).ticket_id or ""
    _, entries = frontline.tickets.with_timeline(ticket_id)
    return entries[0].attachments


def test_a_file_lies_with_us_as_soon_as_the_message_is_a_ticket(
    frontline: Frontline, pump: Pump, cdn: Cdn
) -> None:
    other = Attachment(kind=AttachmentKind.FILE, url="https://photo.example/2.pdf")
    cdn.answers = [file(b"one"), file(b"second", "application/pdf")]
    first, second = attachments(frontline, pump, PICTURE, other)
    assert first.key
    assert second.key
    assert frontline.blobs.get(first.key) == b"one"
    assert frontline.blobs.get(second.key) == b"second"
    assert (first.mime_type, first.size, first.name) == ("image/jpeg", 3, "men.jpg")
    assert second.mime_type == "application/pdf"


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_link_that_is_dead_leaves_the_file_named(
    frontline: Frontline, pump: Pump, cdn: Cdn, status: int
) -> None:
    cdn.answers = [file(b"", status=status)]
    (kept,) = attachments(frontline, pump, PICTURE)
    assert kept == PICTURE
    assert pump.items("OUTBOX#file:")[0]["status"]["S"] == "failed"


@pytest.mark.parametrize(
    "trouble", [TransientSendError("down"), file(b"", status=503), file(b"", status=429)]
)
def test_a_server_that_is_unwell_is_asked_again(
    frontline: Frontline, pump: Pump, cdn: Cdn, clock: FrozenClock, trouble: Any
) -> None:
    cdn.answers = [trouble]
    attachments(frontline, pump, PICTURE)
    clock.tick(minutes=1)
    key = next(key for key in pump.seen if key.pk.startswith("OUTBOX#file:"))
    frontline.deliverer.deliver(key)
    assert pump.items("OUTBOX#file:")[0]["status"]["S"] == "sent"


@pytest.mark.parametrize("mime_type", ["text/html", "text/html; charset=utf-8"])
def test_what_a_browser_would_run_is_not_kept(
    frontline: Frontline, pump: Pump, cdn: Cdn, mime_type: str
) -> None:
    cdn.answers = [file(b"<script>", mime_type)]
    (kept,) = attachments(frontline, pump, PICTURE)
    assert kept.key is None


def test_a_file_that_may_not_be_called_is_given_up(
    frontline: Frontline, pump: Pump, cdn: Cdn
) -> None:
    cdn.answers = [PermanentSendError("a private address")]
    (kept,) = attachments(frontline, pump, PICTURE)
    assert kept == PICTURE
