"""Customers write: each message becomes a ticket with an owner, and everybody is told."""

from dataclasses import replace
from datetime import datetime, timedelta

from infra.demo.api import Json
from infra.demo.cast import Customer
from infra.demo.diary import Case
from infra.demo.found import at
from infra.demo.stage import Stage, StoryError, first, now, wait_for
from infra.demo.terminal import BOLD, second

LONGEST = timedelta(seconds=40)
"""How long a ticket may take before the story is given up."""


def arrive(stage: Stage, customer: Customer) -> Case:
    """Let one of the story's customers write, and return his ticket. Raises `StoryError`."""
    case = stage.diary.cases[customer.channel] = meet(stage, customer)
    return case


def meet(stage: Stage, customer: Customer) -> Case:
    """Let a customer write and return his ticket. Raises `StoryError` when he gets none."""
    sent_at = now()
    stage.terminal.say(
        sent_at,
        customer.channel,
        f"{customer.name}: “{customer.text}”",
        f"{customer.name} writes: {customer.english}",
        BOLD,
    )
    sent = stage.outside.customer_writes(customer.channel, customer.account, customer.opening)
    known = replace(customer, external_id=sent["external_id"])
    return Case(
        customer=known,
        sent_at=sent_at,
        ticket_id=_ticket_id(stage, known),
        message_id=sent["message_ids"][0],
        attempts=sent["attempts"],
    )


def report_placed(stage: Stage, case: Case) -> None:
    """Tell who got the ticket, that he has a mail, and what the customer was told."""
    channel = case.customer.channel
    assigned = stage.line(case, "ticket.assigned", case.sent_at)
    if assigned is None:
        stage.missing(case, "yêu cầu chưa có ai phụ trách", "an owner")
        return
    tell_owner(stage, case, assigned)
    mail = stage.mail(case, "assigned", assigned["detail"]["agent"], case.sent_at)
    if mail is None:
        stage.missing(case, "nhân viên chưa có thư", "the agent's mail")
    else:
        said = (f"Thư đến {mail['to'][0]}: “{mail['subject']}”", "The agent has a mail about it.")
        stage.terminal.say(at(mail), channel, *said)
    report_acknowledged(stage, case)


def report_parked(stage: Stage, case: Case) -> None:
    """Tell that nobody is free, that the lead has a mail, and what the customer was told."""
    parked = stage.line(case, "ticket.parked", case.sent_at)
    if parked is None:
        stage.missing(case, "yêu cầu không nằm ở hàng chờ", "the ticket parked")
        return
    reason = parked["detail"]["reason"]
    stage.terminal.say(
        at(parked),
        case.customer.channel,
        f"Không ai rảnh: yêu cầu {case.number} nằm chờ.",
        f"Ticket {case.number} is parked: {reason}.",
    )
    lead = stage.mail(case, "parked", LEAD, case.sent_at)
    if lead is None:
        stage.missing(case, "trưởng nhóm chưa có thư", "the lead's mail")
    else:
        stage.terminal.say(
            at(lead),
            case.customer.channel,
            f"Trưởng nhóm {stage.name(LEAD)} có thư ngay.",
            f"The lead, {stage.name(LEAD)}, has a mail at once.",
        )
    report_acknowledged(stage, case)


LEAD = "ha"


def tell_owner(stage: Stage, case: Case, assigned: Json) -> None:
    """Say to whom the ticket went, why, and by when it is to be answered."""
    agent = stage.name(assigned["detail"]["agent"])
    due = due_at(stage.api.ticket(case.ticket_id), "first_response")
    stage.terminal.say(
        at(assigned),
        case.customer.channel,
        f"Yêu cầu {case.number} giao cho {agent}, trả lời trước {second(due)}.",
        f"Ticket {case.number} goes to {agent} ({assigned['detail']['reason']}).",
    )


def report_acknowledged(stage: Stage, case: Case) -> None:
    sent = wait_for(lambda: first(_automatic(stage.api.ticket(case.ticket_id))))
    told = stage.arrival(case.customer, sent["text"]) if sent else None
    if sent is None or told is None:
        stage.missing(case, "khách chưa được báo", "the customer's acknowledgement")
        return
    stage.terminal.say(
        at(told),
        case.customer.channel,
        f"Khách được báo: “{sent['text']}”",
        "The customer is told: we have it, you'll have an answer by then.",
    )


def due_at(ticket: Json, metric: str) -> datetime:
    return next(at(timer, "due_at") for timer in ticket["sla"] if timer["metric"] == metric)


def _automatic(ticket: Json) -> list[Json]:
    return [line for line in ticket["timeline"] if line["detail"].get("automatic")]


def _ticket_id(stage: Stage, customer: Customer) -> str:
    found = wait_for(
        lambda: first(
            stage.api.ticket_ids_of(customer.channel, customer.account, customer.external_id)
        ),
        LONGEST,
    )
    if found is None:
        raise StoryError(
            f"{customer.channel}: sau {LONGEST.seconds} s vẫn chưa có yêu cầu, xem .local/*.log"
            f" · no ticket after {LONGEST.seconds} s, see .local/*.log"
        )
    return found
