"""The agents' pages: confirming a link, a ticket with all one can do on it, and short messages.

Pure: each function takes data and returns a whole HTML document that needs nothing else; its one
style sheet stands in it, and `SECURITY_HEADERS` allow that style sheet and nothing more.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.domain.tickets import Status
from chalicelib.views.deadlines import deadlines, pressing
from chalicelib.views.lines import Side, lines
from chalicelib.views.ticket import TicketView, in_language
from chalicelib.views.words import words

_STYLE = (files("chalicelib.web") / "static" / "style.css").read_text(encoding="utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

SECURITY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    # The address of a page may hold a signed link.
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

TEXT_LIMIT = 10_000
"""How long a reply or a note may be, in characters; the channel's own limit splits it."""

REASON_LIMIT = 300


class Message(StrEnum):
    """What a page without a ticket may have to say."""

    EXPIRED = "expired"
    USED = "used"
    INVALID = "invalid"
    SESSION = "session"
    NOT_FOUND = "not_found"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    CONFLICT = "conflict"
    ERROR = "error"


class Flash(StrEnum):
    """What came of the form just sent, said on top of the ticket page."""

    REPLIED = "replied"
    NOTED = "noted"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    CONFLICT = "conflict"
    REPEATED = "repeated"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHOOSE = "choose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """What the forms of a ticket page carry.

    Each is posted to `{action}/{name}`, name one of reply (text), note (text), assign (to =
    `agent:<id>` or `team:<id>`, reason), acknowledge, resolve, reopen, with the hidden fields
    `csrf` and `form_id`: the id is new for every page, so the same form sent twice is one act.
    """

    action: str
    csrf: str
    form_id: str


def confirm_page(action: str, view: TicketView, csrf: str | None = None) -> str:
    """Return the page a link opens: what will be done, to which ticket, and one button.

    `action` is accept, resolve or open. The button posts to the page's own address.
    """
    language = view.viewer.language
    customer_said = [line for line in lines(view, language) if line.side is Side.CUSTOMER]
    return _render(
        "confirm.html",
        language,
        view=view,
        action=action,
        csrf=csrf,
        deadline=pressing(view, language),
        last=customer_said[-1] if customer_said else None,
    )


def ticket_page(
    view: TicketView,
    forms: Forms,
    flash: Flash | None = None,
    draft: Mapping[str, str] | None = None,
) -> str:
    """Return the page of a ticket. `draft` gives back what was typed, by form, when refused."""
    language = view.viewer.language
    return _render(
        "ticket.html",
        language,
        view=view,
        forms=forms,
        flash=flash,
        flash_is_bad=flash in _BAD,
        draft=draft or {},
        is_done=view.ticket.status.is_done,
        deadline=None if view.ticket.status.is_done else pressing(view, language),
        deadlines=deadlines(view, language),
        story=lines(view, language),
        agents=_others(view),
        teams=[(team_id, in_language(name, language)) for team_id, name in view.teams.items()],
    )


def message_page(message: Message, language: str | None = None, desk_name: str = "") -> str:
    """Return a short page: in `language`, or in both when nobody knows who reads it."""
    return _render(
        "message.html",
        language or "vi",
        message=message,
        good=message in (Message.ACCEPTED, Message.RESOLVED, Message.USED),
        languages=[language] if language else ["vi", "en"],
        words=words,
        desk_name=desk_name,
    )


_BAD = (Flash.CONFLICT, Flash.EMPTY, Flash.TOO_LONG, Flash.CHOOSE)


def _others(view: TicketView) -> list[tuple[str, str]]:
    """Return whom the ticket may be handed to: everybody but who has it."""
    return [pair for pair in view.agents.items() if pair[0] != view.ticket.assignee_id]


def _render(template: str, language: str, **facts: Any) -> str:
    say = words(language)
    return _environment().get_template(template).render(say=say, language=language, **facts)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("chalicelib.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Ours and constant; escaped it would no longer match its hash.
    found.globals["STYLE"] = Markup(_STYLE)  # noqa: S704
    found.globals.update(Status=Status, TEXT_LIMIT=TEXT_LIMIT, REASON_LIMIT=REASON_LIMIT)
    return found
