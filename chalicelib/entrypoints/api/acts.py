"""What a token does to a ticket, for itself or on an agent's behalf: each once per key."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from chalice import Response

from chalicelib.api.questions import ActBody, AssignBody, MessageBody, TextBody
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentHid,
    AgentNoted,
    AgentReopened,
    AgentReplied,
    AgentResolved,
)
from chalicelib.domain.messages import Button, Surface, Template
from chalicelib.entrypoints.api.call import Call
from chalicelib.entrypoints.api.tickets import ticket_id, whole_ticket
from chalicelib.errors import InvalidRequestError
from chalicelib.service.once import Once

KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


def send_message(call: Call) -> Response:
    body = call.body(MessageBody)
    act = AgentReplied(
        **_facts(call, AgentReplied, body.agent),
        text=body.text,
        surface=Surface.DIRECT if body.private else None,
        buttons=tuple(Button(**dict(each)) for each in body.buttons),
        template=Template(**dict(body.template)) if body.template else None,
    )
    return _done(call, act)


def hide(call: Call) -> Response:
    return _plain(call, AgentHid)


def add_note(call: Call) -> Response:
    body = call.body(TextBody)
    return _done(call, AgentNoted(**_facts(call, AgentNoted, body.agent), text=body.text))


def acknowledge(call: Call) -> Response:
    return _plain(call, AgentAcknowledged)


def resolve(call: Call) -> Response:
    return _plain(call, AgentResolved)


def reopen(call: Call) -> Response:
    return _plain(call, AgentReopened)


def assign(call: Call) -> Response:
    body = call.body(AssignBody)
    act = AgentAssigned(
        **_facts(call, AgentAssigned, None),
        to_agent_id=body.agent,
        to_team_id=body.team,
        reason=body.reason,
    )
    return _done(call, act)


def _plain(call: Call, kind: type[Act]) -> Response:
    return _done(call, kind(**_facts(call, kind, call.body(ActBody).agent)))


def _done(call: Call, act: Act) -> Response:
    """Do `act`, unless its key did it before, and answer the ticket as it is then."""
    Once(call.wired.acts, call.wired.table).perform(act)
    return whole_ticket(call, act.ticket_id)


def _facts(call: Call, kind: type[Act], agent_id: str | None) -> Mapping[str, Any]:
    """Return what every act says. Raises `InvalidRequestError` for an agent nobody knows."""
    if agent_id is not None and agent_id not in call.wired.desk().agents:
        raise InvalidRequestError(f"agent: the desk has no agent {agent_id!r}")
    return {
        "id": _act_id(call, kind),
        "ticket_id": ticket_id(call),
        "occurred_at": call.wired.clock(),
        "agent_id": agent_id,
        "via": f"token:{call.caller.name}",
    }


def _act_id(call: Call, kind: type[Act]) -> str:
    """Return the id that the caller's key makes, the same for the same key, or a new one."""
    key = call.incoming.headers.get("idempotency-key")
    if key is None:
        return f"api:{uuid4().hex}"
    if not KEY.fullmatch(key):
        raise InvalidRequestError("Idempotency-Key: 1 to 255 visible ASCII characters")
    meant = "\0".join((call.caller.name, kind.type, key))
    return f"api:{sha256(meant.encode()).hexdigest()[:32]}"
