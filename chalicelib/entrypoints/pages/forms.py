"""The forms of a ticket page: what each of them does, from what was typed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.api.numbers import ticket_id_of
from chalicelib.api.texts import cleaned
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentChanged,
    AgentInvited,
    AgentMerged,
    AgentNoted,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
)
from chalicelib.domain.messages import Surface
from chalicelib.entrypoints.pages.visit import ShortPageError
from chalicelib.errors import InvalidRequestError
from chalicelib.notify.links import Session
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import REASON_LIMIT, TEXT_LIMIT

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 20
FORM_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
HIDDEN = ("csrf", "form_id")
CHANGED = ("request_type", "priority")

Fields = Mapping[str, str]
Facts = Mapping[str, Any]

DONE: Mapping[str, Flash] = {
    "reply": Flash.REPLIED,
    "note": Flash.NOTED,
    "acknowledge": Flash.ACCEPTED,
    "resolve": Flash.RESOLVED,
    "reopen": Flash.REOPENED,
    "assign": Flash.ASSIGNED,
    "pend": Flash.PENDED,
    "change": Flash.CHANGED,
    "invite": Flash.INVITED,
    "merge": Flash.MERGED,
    "away": Flash.AWAY,
    "back": Flash.BACK,
    "capacity": Flash.CAPACITY,
}

REFUSED: Mapping[str, Flash] = {"invite": Flash.ADDRESS, "merge": Flash.NUMBER}
"""What the desk may have against a form, where that isn't that somebody was faster."""


class NotYetError(InvalidRequestError):
    """A form to fill in again; `flash` says why."""

    def __init__(self, flash: Flash) -> None:
        super().__init__(flash)
        self.flash = flash


def read(content_type: str, body: bytes) -> Fields:
    """Return the fields of a form. Raises `ShortPageError` for what no form of ours sends."""
    if content_type != FORM:
        raise ShortPageError(415, Message.ERROR)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise ShortPageError(400, Message.ERROR) from error
    return dict(pairs)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed into a form; `wake_at` tells when a wait ends that is said so."""

    session: Session
    fields: Fields
    now: datetime
    wake_at: Callable[[str], datetime | None]

    def act(self, form: str) -> Act:
        """Return the act that `form` asks for.

        Raises `NotYetError` for what has to be mended, `ShortPageError` for no form of ours.
        """
        if form not in ACTS:
            raise ShortPageError(404, Message.NOT_FOUND)
        return ACTS[form](self, {**self.facts(form), "ticket_id": self.session.ticket_id})

    def facts(self, form: str) -> Facts:
        """Return what is the same of whatever a form asks for. Raises `ShortPageError`."""
        form_id = self.fields.get("form_id", "")
        if not FORM_ID.fullmatch(form_id):
            raise ShortPageError(404, Message.NOT_FOUND)
        return {
            "id": f"page:{form}:{form_id}",
            "occurred_at": self.now,
            "agent_id": self.session.agent_id,
            "via": "page",
        }

    def words(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """Return what was typed, if anything."""
        text = cleaned(self.fields.get(name, ""))
        if len(text) > limit:
            raise NotYetError(Flash.TOO_LONG)
        return text

    def text(self) -> str:
        text = self.words("text")
        if not text:
            raise NotYetError(Flash.EMPTY)
        return text


def draft_of(form: str, fields: Fields) -> Fields:
    """Return what was typed, by the form and the field of the page that it goes back into."""
    return {f"{form}.{name}": value for name, value in fields.items() if name not in HIDDEN}


def _reply(asked: Asked, facts: Facts) -> Act:
    surface = Surface.DIRECT if asked.fields.get("private") else None
    return AgentReplied(**facts, text=asked.text(), surface=surface)


def _note(asked: Asked, facts: Facts) -> Act:
    return AgentNoted(**facts, text=asked.text())


def _assign(asked: Asked, facts: Facts) -> Act:
    kind, _, name = asked.fields.get("to", "").partition(":")
    reason, note = asked.words("reason", REASON_LIMIT), asked.words("note")
    if kind not in ("agent", "team") or not name:
        raise NotYetError(Flash.CHOOSE)
    to: Facts = {f"to_{kind}_id": name}
    return AgentAssigned(**facts, **to, reason=reason, text=note)


def _pend(asked: Asked, facts: Facts) -> Act:
    return AgentPended(**facts, wake_at=asked.wake_at(asked.fields.get("until", "")))


def _change(asked: Asked, facts: Facts) -> Act:
    wanted: Facts = {name: asked.fields.get(name) or None for name in CHANGED}
    return AgentChanged(**facts, **wanted)


def _invite(asked: Asked, facts: Facts) -> Act:
    return AgentInvited(
        **facts, address=asked.words("address", REASON_LIMIT), text=asked.words("text")
    )


def _merge(asked: Asked, facts: Facts) -> Act:
    other = ticket_id_of(asked.fields.get("ticket", "").strip())
    if other is None:
        raise NotYetError(Flash.NUMBER)
    return AgentMerged(**facts, other_ticket_id=other)


ACTS: Mapping[str, Callable[[Asked, Facts], Act]] = {
    "reply": _reply,
    "note": _note,
    "assign": _assign,
    "pend": _pend,
    "change": _change,
    "invite": _invite,
    "merge": _merge,
    "acknowledge": lambda _, facts: AgentAcknowledged(**facts),
    "resolve": lambda _, facts: AgentResolved(**facts),
    "reopen": lambda _, facts: AgentReopened(**facts),
}
