"""The forms of a ticket page: what each of them does, from what was typed."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.api.texts import cleaned
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentNoted,
    AgentReopened,
    AgentReplied,
    AgentResolved,
)
from chalicelib.domain.messages import Surface
from chalicelib.entrypoints.pages.visit import ShortPageError
from chalicelib.errors import InvalidRequestError
from chalicelib.notify.links import Session
from chalicelib.web.pages import REASON_LIMIT, TEXT_LIMIT, Flash, Message

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 20
FORM_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)

Fields = Mapping[str, str]
Facts = Mapping[str, Any]

DONE: Mapping[str, Flash] = {
    "reply": Flash.REPLIED,
    "note": Flash.NOTED,
    "acknowledge": Flash.ACCEPTED,
    "resolve": Flash.RESOLVED,
    "reopen": Flash.REOPENED,
    "assign": Flash.ASSIGNED,
}


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


def act_of(form: str, fields: Fields, session: Session, now: datetime) -> Act:
    """Return the act a form asks for.

    Raises `NotYetError` for what has to be mended, `ShortPageError` for no form of ours.
    """
    form_id = fields.get("form_id", "")
    if form not in ACTS or not FORM_ID.fullmatch(form_id):
        raise ShortPageError(404, Message.NOT_FOUND)
    facts = {
        "id": f"page:{form}:{form_id}",
        "ticket_id": session.ticket_id,
        "occurred_at": now,
        "agent_id": session.agent_id,
        "via": "page",
    }
    return ACTS[form](facts, fields)


def draft_of(form: str, fields: Fields) -> Fields:
    """Return what was typed, by the field of the page it goes back into."""
    if form == "assign":
        return {"reason": fields.get("reason", "")}
    return {form: fields.get("text", "")}


def _reply(facts: Facts, fields: Fields) -> Act:
    surface = Surface.DIRECT if fields.get("private") else None
    return AgentReplied(**facts, text=_text(fields), surface=surface)


def _note(facts: Facts, fields: Fields) -> Act:
    return AgentNoted(**facts, text=_text(fields))


def _assign(facts: Facts, fields: Fields) -> Act:
    kind, _, name = fields.get("to", "").partition(":")
    reason = cleaned(fields.get("reason", ""))
    if kind not in ("agent", "team") or not name:
        raise NotYetError(Flash.CHOOSE)
    if len(reason) > REASON_LIMIT:
        raise NotYetError(Flash.TOO_LONG)
    to: Facts = {f"to_{kind}_id": name}
    return AgentAssigned(**facts, **to, reason=reason)


def _text(fields: Fields) -> str:
    text = cleaned(fields.get("text", ""))
    if not text:
        raise NotYetError(Flash.EMPTY)
    if len(text) > TEXT_LIMIT:
        raise NotYetError(Flash.TOO_LONG)
    return text


ACTS: Mapping[str, Callable[[Facts, Fields], Act]] = {
    "reply": _reply,
    "note": _note,
    "assign": _assign,
    "acknowledge": lambda facts, _: AgentAcknowledged(**facts),
    "resolve": lambda facts, _: AgentResolved(**facts),
    "reopen": lambda facts, _: AgentReopened(**facts),
}
