"""The pages: confirming a link, a ticket with all one can do on it, opening hours, short messages.

Pure: each function takes data and returns a whole HTML document that needs nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.domain.text import LANGUAGES
from chalicelib.domain.tickets import Priority, Status
from chalicelib.views.deadlines import deadlines, pressing
from chalicelib.views.facts import more_facts
from chalicelib.views.hours import OpeningHours
from chalicelib.views.lines import Side, lines
from chalicelib.views.presence import MOST_CAPACITY, Presence
from chalicelib.views.ticket import TicketView, in_language
from chalicelib.views.words import words
from chalicelib.web.headers import STYLE
from chalicelib.web.outcomes import BAD, Flash, Message

TEXT_LIMIT = 10_000
"""How long a reply or a note may be, in characters; the channel's own limit splits it."""

REASON_LIMIT = 300

WAITS = (("1h", "1h"), ("4h", "4h"), ("tomorrow", "tomorrow"), ("customer", ""))
"""For how long a ticket may be left to wait, by name, and as it is said in a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """What the forms of a ticket page carry.

    Each is posted to `{action}/{name}`, name one of reply (text), note (text), assign (to =
    `agent:<id>` or `team:<id>`, reason, note), pend (until), change (request_type, priority),
    invite (address, text), merge (ticket), acknowledge, resolve, reopen, away, back, capacity
    (capacity), with the hidden fields `csrf` and `form_id`: the id is new for every page, so the
    same form sent twice is one act.
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
    presence: Presence,
    flash: Flash | None = None,
    draft: Mapping[str, str] | None = None,
) -> str:
    """Return the page of a ticket. `draft` gives back what was typed when it was refused.

    Its names are those of form and field: `reply.text`.
    """
    language, own = view.viewer.language, view.viewer.agent_id
    return _render(
        "ticket.html",
        language,
        **_shared(view, forms, flash, draft or {}),
        opened={name.partition(".")[0] for name in draft or {}},
        deadlines=deadlines(view, language),
        more_facts=more_facts(view, language),
        presence=presence,
        agents=_others(view),
        teams=_teams(view, language),
        ids=" ".join(f"@{agent_id}" for agent_id in view.agents if agent_id != own),
        request_types=_other_types(view, language),
        priorities=[each for each in Priority if each is not view.ticket.priority],
        waits=WAITS,
    )


def guest_page(
    view: TicketView,
    forms: Forms,
    flash: Flash | None = None,
    draft: Mapping[str, str] | None = None,
) -> str:
    """Return what somebody sees who was brought in: the whole story, and a form for notes."""
    facts = _shared(view, forms, flash, draft or {})
    return _render("guest.html", view.viewer.language, **facts)


def hours_page(hours: Sequence[OpeningHours], language: str, desk_name: str) -> str:
    """Return the opening hours, for everybody."""
    return _render(
        "hours.html",
        language,
        hours=hours,
        desk_name=desk_name,
        others=[(each, words(each)["hours.language"]) for each in LANGUAGES if each != language],
    )


def message_page(
    message: Message,
    language: str | None = None,
    desk_name: str = "",
    onward: str | None = None,
) -> str:
    """Return a short page: in `language`, or in both when nobody knows who reads it.

    `onward` is the address of the ticket's page.
    """
    return _render(
        "message.html",
        language or "vi",
        message=message,
        good=message in (Message.ACCEPTED, Message.RESOLVED, Message.USED),
        languages=[language] if language else ["vi", "en"],
        words=words,
        desk_name=desk_name,
        onward=onward,
    )


def _shared(
    view: TicketView, forms: Forms, flash: Flash | None, draft: Mapping[str, str]
) -> dict[str, Any]:
    """Return what an agent's page and a guest's have in common."""
    language = view.viewer.language
    is_done = view.ticket.status.is_done
    return {
        "view": view,
        "forms": forms,
        "flash": flash,
        "flash_is_bad": flash in BAD,
        "draft": draft,
        "is_done": is_done,
        "deadline": None if is_done else pressing(view, language),
        "story": lines(view, language),
    }


def _others(view: TicketView) -> list[tuple[str, str]]:
    """Return whom the ticket may be handed to: everybody but who has it."""
    return [pair for pair in view.agents.items() if pair[0] != view.ticket.assignee_id]


def _teams(view: TicketView, language: str) -> list[tuple[str, str]]:
    """Return the teams by name, the one above first."""
    above = view.next_level
    names = {team_id: in_language(name, language) for team_id, name in view.teams.items()}
    told = words(language)["page.hand_over.next_level"]
    first = [(above, told.format(team=names[above]))] if above in names else []
    return [*first, *((team_id, name) for team_id, name in names.items() if team_id != above)]


def _other_types(view: TicketView, language: str) -> list[tuple[str, str]]:
    now = view.ticket.request_type
    names = ((type_id, in_language(name, language)) for type_id, name in view.request_types.items())
    return [pair for pair in names if pair[0] != now]


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
    found.globals["STYLE"] = Markup(STYLE)  # noqa: S704
    found.globals.update(
        Status=Status,
        TEXT_LIMIT=TEXT_LIMIT,
        REASON_LIMIT=REASON_LIMIT,
        MOST_CAPACITY=MOST_CAPACITY,
    )
    return found
