"""What each operation of the API takes and answers, by the name of its function."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from chalicelib.api import answers, questions
from chalicelib.desk.model import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An `answer` of None is a JSON object without a shape of its own.

    `refusals` are the statuses that only this operation has.
    """

    summary: str
    answer: type[BaseModel] | None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_required: bool = False
    asked_headers: tuple[str, ...] = ()
    told_headers: tuple[str, ...] = ()
    refusals: tuple[int, ...] = ()


def _act(summary: str, body: type[BaseModel], *, body_required: bool = True) -> Operation:
    return Operation(
        summary=summary,
        answer=answers.Ticket,
        body=body,
        body_required=body_required,
        asked_headers=("Idempotency-Key",),
        refusals=(409,),
    )


def _of_agent(summary: str, body: type[BaseModel] | None = None) -> Operation:
    return Operation(
        summary=summary,
        answer=answers.AgentStatus,
        body=body,
        body_required=body is not None,
        asked_headers=("Idempotency-Key",),
        refusals=(409,),
    )


OPERATIONS: Mapping[str, Operation] = {
    "health": Operation(summary="Whether Frontline and its table answer", answer=answers.Health),
    "openapi": Operation(summary="This document", answer=None),
    "list_tickets": Operation(
        summary="Tickets, next deadline first",
        query=questions.TicketQuery,
        answer=answers.Tickets,
    ),
    "get_ticket": Operation(
        summary="One ticket, its contact and its whole story", answer=answers.Ticket
    ),
    "send_message": _act("Answer the customer where he wrote last", questions.MessageBody),
    "preview_message": Operation(
        summary="What an answer would be: its parts, their cost, and whether it may go",
        body=questions.PreviewBody,
        body_required=True,
        answer=answers.Preview,
    ),
    "hide": _act("Hide what he last said in public", questions.ActBody, body_required=False),
    "add_note": _act("Leave a note that only colleagues see", questions.TextBody),
    "acknowledge": _act('Say "I have it"', questions.ActBody, body_required=False),
    "assign": _act("Hand the ticket over to an agent or a team", questions.AssignBody),
    "pend": _act("Leave it to wait", questions.PendBody, body_required=False),
    "change": _act("Correct what it is; its deadlines are counted again", questions.ChangeBody),
    "merge": _act("Let another ticket go on in this one", questions.MergeBody),
    "invite": _act("Bring somebody in by his mail address", questions.InviteBody),
    "resolve": _act("Call it done", questions.ActBody, body_required=False),
    "reopen": _act("Take it up again", questions.ActBody, body_required=False),
    "find_contacts": Operation(
        summary="Who an identity is; an empty list when nobody knows",
        query=questions.ContactQuery,
        answer=answers.Contacts,
    ),
    "get_contact": Operation(
        summary="One person with all his identities and tickets",
        answer=answers.ContactWithTickets,
    ),
    "update_contact": Operation(
        summary="Tell more of a person; his open ticket is counted again",
        body=questions.ContactBody,
        body_required=True,
        answer=answers.ContactWithTickets,
        asked_headers=("Idempotency-Key",),
        refusals=(409,),
    ),
    "list_agents": Operation(
        summary="Who answers, how loaded, and who is in", answer=answers.Agents
    ),
    "leave": _of_agent("Let new tickets pass an agent by"),
    "come_back": _of_agent("Give an agent tickets again, unless the desk says away"),
    "set_capacity": _of_agent(
        "Say how many tickets an agent takes at a time", questions.CapacityBody
    ),
    "list_accounts": Operation(
        summary="The connected accounts, and what ails them", answer=answers.Accounts
    ),
    "list_quarantine": Operation(
        summary="What was proven but not understood, by id",
        query=questions.QuarantineQuery,
        answer=answers.Quarantine,
    ),
    "get_desk": Operation(
        summary="The desk in force; secrets written into it only for an admin",
        answer=Desk,
        told_headers=("ETag",),
        refusals=(404,),
    ),
    "put_desk": Operation(
        summary="Put a desk in force, or hear everything that is wrong with it",
        body=Desk,
        body_required=True,
        answer=Desk,
        asked_headers=("If-Match",),
        told_headers=("ETag",),
        refusals=(409, 412, 422),
    ),
}
