"""An attachment in words: what it is, what it is called, and where it may be opened."""

import re
from dataclasses import dataclass

from chalicelib.domain.messages import Attachment
from chalicelib.domain.plain import one_line
from chalicelib.views.ticket import TicketView
from chalicelib.views.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An attachment to show; `url` is None for one that can only be named."""

    label: str
    name: str
    url: str | None


def named(attachment: Attachment, view: TicketView, language: str) -> Named:
    """Return an attachment as a person reads it, with a link only to what may be opened."""
    label = words(language)[f"attachment.{attachment.kind}"]
    return Named(label=label, name=_file_name(attachment), url=_address(attachment, view))


def _file_name(attachment: Attachment) -> str:
    if attachment.name:
        return one_line(attachment.name)
    if attachment.latitude and attachment.longitude:
        return f"{attachment.latitude}, {attachment.longitude}"
    return ""


def _address(attachment: Attachment, view: TicketView) -> str | None:
    if attachment.key:
        return view.files.get(attachment.key)
    if attachment.latitude and attachment.longitude:
        return _map_of(attachment.latitude, attachment.longitude)
    url = attachment.url or ""
    # A provider's link is the customer's word: nothing but the web may open from a page of ours.
    return url if url.startswith(("https://", "http://")) else None


def _map_of(latitude: str, longitude: str) -> str | None:
    number = re.compile(r"-?\d{1,3}(\.\d+)?").fullmatch
    if not (number(latitude) and number(longitude)):
        return None
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
