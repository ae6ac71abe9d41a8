"""A short story as the API, the mailbox and the platforms would have recorded it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.demo.cast import Customer
from infra.demo.diary import Answer, Case, Diary, Followed, Moved, WroteAgain
from infra.demo.evidence import Evidence

Json = dict[str, Any]

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TICKET = "48219370"
FILE = b"a screenshot"
ACKNOWLEDGEMENT = "Chào chị, shop đã nhận được tin."
ANSWER = "Shop gửi bù ngay ạ."
AGAIN = "Em cảm ơn."

CUSTOMER = Customer(
    channel="zalo",
    account="hoa-mai",
    external_id="8801",
    name="Mai Anh",
    text="Ấm bị vỡ!",
    english="broken",
)
CASE = Case(
    customer=CUSTOMER,
    sent_at=START,
    ticket_id=TICKET,
    message_id="m1",
    attempts=[{"status": 200, "seconds": 0.08}],
)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


ELSEWHERE = replace(CASE, ticket_id="48219999", message_id="m9", sent_at=at(90))


def line(kind: str, seconds: float, **facts: Any) -> Json:
    shape: Json = {"text": "", "message_id": None, "attachments": [], "detail": {}}
    return {**shape, "type": kind, "at": at(seconds).isoformat(), **facts}


def alarm(kind: str, seconds: float, due: float, step: str, **detail: str) -> Json:
    facts = {"at": at(due).isoformat(), "metric": "first_response", "step": step, **detail}
    return line(kind, seconds, detail=facts)


def mail(kind: str, seconds: float) -> Json:
    headers = {"X-Frontline-Ticket": TICKET, "X-Frontline-Notification": kind}
    return {"at": at(seconds).isoformat(), "to": ["ha@hoamai.example"], "headers": headers} | {
        "text": "Nhận việc:\nhttps://frontline.example/links/abc\n"
    }


def call(text: str, seconds: float, status: int = 200) -> Json:
    body = {"recipient": {"user_id": CUSTOMER.external_id}, "message": {"text": text}}
    return {"at": at(seconds).isoformat(), "status": status, "body": body}


def timeline() -> list[Json]:
    return [
        line("message.received", 0, text=CUSTOMER.text, message_id="m1"),
        line("ticket.opened", 0.2),
        line("ticket.parked", 0.2),
        line("message.sent", 0.2, text=ACKNOWLEDGEMENT, detail={"automatic": "true"}),
        line("ticket.assigned", 10.1),
        alarm("sla.reminded", 20.3, 20, "reminder:50%"),
        alarm("sla.breached", 40.1, 40, "breach"),
        alarm("sla.escalated", 50.2, 50, "escalation:1", to="duc, ha"),
        line("message.received", 70, text=AGAIN, message_id="m2"),
        line("ticket.reopened", 70.1),
    ]


def evidence(
    lines: list[Json] | None = None,
    mails: Sequence[Json] | None = None,
    calls: Sequence[Json] | None = None,
) -> Evidence:
    """Return what was recorded when all went well, but for what is given."""
    placed = [mail("parked", 0.6), mail("assigned", 10.4)]
    alarmed = [mail("reminder", 20.5), mail("breached", 40.3)]
    told = [*placed, *alarmed, mail("escalated", 50.4), mail("escalated", 51)]
    return Evidence(
        tickets={
            TICKET: {"timeline": timeline() if lines is None else lines},
            ELSEWHERE.ticket_id: {"timeline": [line("ticket.assigned", 90.3)]},
        },
        mails=told if mails is None else mails,
        calls=[call(ACKNOWLEDGEMENT, 0.7), call(ANSWER, 60.4)] if calls is None else calls,
        files={TICKET: [FILE]},
    )


def diary() -> Diary:
    def answer(way: str) -> Answer:
        return Answer(case=CASE, text=ANSWER, way=way, sent_at=at(60))

    followed = Followed(pressed_at=at(65), seen_at=at(65.2), only_asked=True, again=409)
    return Diary(
        cases={"zalo": CASE},
        answers=[answer("mail"), answer("page"), answer("api")],
        followed=[followed],
        back_at=at(10),
        wrote_again=WroteAgain(case=CASE, text=AGAIN, at=at(70)),
        forged_status=401,
        elsewhere=[ELSEWHERE],
        moved=Moved(is_told=True, is_one=True),
    )
