"""What a token does to a ticket, for itself or on an agent's behalf: each once per key."""

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.api.numbers import ticket_id_of
from chalicelib.api.questions import (
    ActBody,
    AssignBody,
    ChangeBody,
    InviteBody,
    MergeBody,
    MessageBody,
    PendBody,
    TextBody,
)
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentChanged,
    AgentHid,
    AgentInvited,
    AgentMerged,
    AgentNoted,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
)
from chalicelib.domain.messages import Button, Surface, Template
from chalicelib.entrypoints.api.call import Call
from chalicelib.entrypoints.api.tickets import ticket_id, whole_ticket
from chalicelib.errors import InvalidRequestError
from chalicelib.service.once import Once
from chalicelib.service.waits import wait_until


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
        text=body.note or "",
    )
    return _done(call, act)


def pend(call: Call) -> Response:
    body = call.body(PendBody)
    wake_at = wait_until(body.until, call.wired.clock()) if body.until is not None else None
    return _done(call, AgentPended(**_facts(call, AgentPended, body.agent), wake_at=wake_at))


def change(call: Call) -> Response:
    body = call.body(ChangeBody)
    return _done(
        call,
        AgentChanged(
            **_facts(call, AgentChanged, body.agent), **body.model_dump(exclude={"agent"})
        ),
    )


def merge(call: Call) -> Response:
    body = call.body(MergeBody)
    other = ticket_id_of(body.ticket) or ""
    return _done(call, AgentMerged(**_facts(call, AgentMerged, body.agent), other_ticket_id=other))


def invite(call: Call) -> Response:
    body = call.body(InviteBody)
    act = AgentInvited(
        **_facts(call, AgentInvited, body.agent), address=body.address, text=body.text or ""
    )
    return _done(call, act)


def _plain(call: Call, kind: type[Act]) -> Response:
    return _done(call, kind(**_facts(call, kind, call.body(ActBody).agent)))


def _done(call: Call, act: Act) -> Response:
    """Do `act`, unless its key did it before, and answer the ticket as it is then."""
    Once(call.wired.acts).perform(act)
    return whole_ticket(call, act.ticket_id)


def _facts(call: Call, kind: type[Act], agent_id: str | None) -> Mapping[str, Any]:
    """Return what every act says. Raises `InvalidRequestError` for an agent nobody knows."""
    if agent_id is not None and agent_id not in call.wired.desk().agents:
        raise InvalidRequestError(f"agent: the desk has no agent {agent_id!r}")
    return {
        "id": call.own_id(kind.type),
        "ticket_id": ticket_id(call),
        "occurred_at": call.wired.clock(),
        "agent_id": agent_id,
        "via": f"token:{call.caller.name}",
    }
