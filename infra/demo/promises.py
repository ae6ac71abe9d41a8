"""What Frontline promises, held against what the API, the mailbox and the platforms recorded. Pure.

Times start when a person acts and end when the effect is there: on the ticket, in the mailbox,
at the customer's platform. Moments are compared with their own due times.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from infra.demo.api import Json
from infra.demo.diary import Answer, Case, Diary
from infra.demo.evidence import Evidence
from infra.demo.found import ALARMS, about, at, told
from infra.demo.once import once
from infra.demo.rows import Row, counted, timed

PLATFORM = timedelta(seconds=2)
"""Zalo waits no longer for a webhook's answer; the others are more patient."""

AT_ONCE = timedelta(seconds=5)
ON_TIME = timedelta(seconds=2)
"""How near to its second a moment fires on the local cloud."""

OK = 200
REFUSED = 401
USED = 409


def table(diary: Diary, seen: Evidence, attached: bytes) -> list[Row]:
    """Return every promise with its measure; `attached` is the file that a customer sent."""
    return [
        *_arrivals(diary, seen),
        _attachment(diary, seen, attached),
        *_parked(diary, seen),
        *_moments(diary, seen),
        *_answers(diary, seen),
        *_links(diary),
        _reopened(diary, seen),
        counted("Webhook giả bị từ chối", "Forged webhook refused", [_is_refused(diary)]),
        *_elsewhere(diary, seen),
        *once(diary, seen),
    ]


def _arrivals(diary: Diary, seen: Evidence) -> Iterator[Row]:
    cases = list(diary.cases.values())
    waiting = _waiting(diary, seen)
    straight = [(case, case.sent_at) for case in cases if case not in waiting]
    hooked = [_webhook_took(case, seen) for case in cases if "seconds" in case.attempts[0]]
    yield timed("Webhook: ghi bền rồi mới trả lời", "Webhook answered, durable", hooked, PLATFORM)
    owned = [_took(sent, seen.line_at(case, "ticket.assigned", sent)) for case, sent in straight]
    yield timed("Yêu cầu có người phụ trách", "Ticket has an owner", owned, AT_ONCE)
    mailed = [_took(sent, seen.mail_at(case, "assigned", sent)) for case, sent in straight]
    yield timed("Người phụ trách có thư", "Owner has a mail", mailed, AT_ONCE)
    known = [_took(case.sent_at, _acknowledged_at(case, seen)) for case in cases]
    yield timed("Khách được báo đã nhận tin", "Customer told: received", known, AT_ONCE)


def _webhook_took(case: Case, seen: Evidence) -> timedelta | None:
    """Return how long the answer took; None when it was no 200 or what it vouches for is gone."""
    first = case.attempts[0]
    kept = [line["message_id"] for line in seen.lines(case, "message.received")]
    if first["status"] != OK or case.message_id not in kept:
        return None
    return timedelta(seconds=first["seconds"])


def _acknowledged_at(case: Case, seen: Evidence) -> datetime | None:
    said = seen.acknowledgements(case)
    return seen.reached_at(case, said[0]) if said else None


def _attachment(diary: Diary, seen: Evidence, attached: bytes) -> Row:
    arrived = [
        content for case in diary.cases.values() for content in seen.files.get(case.ticket_id, ())
    ]
    whole = [content == attached for content in arrived] or [False]
    return counted("Tệp đính kèm còn nguyên vẹn", "Attachment kept whole", whole)


def _parked(diary: Diary, seen: Evidence) -> Iterator[Row]:
    waiting = _waiting(diary, seen)
    lead = [_took(case.sent_at, seen.mail_at(case, "parked", case.sent_at)) for case in waiting]
    yield timed("Không ai rảnh: trưởng nhóm có thư", "Nobody free: lead has a mail", lead, AT_ONCE)
    back_at = diary.back_at
    placed = [
        _took(back_at, seen.mail_at(case, "assigned", back_at)) if back_at else None
        for case in waiting
    ]
    yield timed("Có người trở lại: giao việc chờ", "Somebody back: ticket placed", placed, AT_ONCE)


def _waiting(diary: Diary, seen: Evidence) -> list[Case]:
    return [case for case in diary.cases.values() if seen.lines(case, "ticket.parked")]


def _moments(diary: Diary, seen: Evidence) -> Iterator[Row]:
    """Compare every moment that fired with its due time, and its mails with it too."""
    cases = list(diary.cases.values())
    mailed: list[timedelta | None] = []
    for kind, (vi, en) in MOMENTS.items():
        fired = [(case, line) for case in cases for line in seen.lines(case, kind)]
        yield timed(vi, en, [at(line) - due_at(line) for _, line in fired], ON_TIME)
        mailed += [took for case, line in fired for took in _mails_took(case, line, seen)]
    yield timed("Thư báo các việc ấy tới nơi", "Mails about these arrived", mailed, AT_ONCE)


def due_at(line: Json) -> datetime:
    """Return when a moment was to fire, from the line that it left."""
    return at(line["detail"])


def _mails_took(case: Case, line: Json, seen: Evidence) -> list[timedelta | None]:
    """Return how long after its due time each mail about an alarm was out."""
    wanted, due = told(line), due_at(line)
    mails = about(seen.mails, case.ticket_id, ALARMS[line["type"]], due)[: len(wanted)]
    missing = [None] * (len(wanted) - len(mails))
    return [*(at(mail) - due for mail in mails), *missing]


MOMENTS = {
    "sla.reminded": ("Nhắc hạn: trễ so với giây hẹn", "Reminder: late by"),
    "sla.breached": ("Quá hạn: trễ so với giây hẹn", "Breach: late by"),
    "sla.escalated": ("Báo cấp trên: trễ so với giây hẹn", "Escalation: late by"),
}


def _answers(diary: Diary, seen: Evidence) -> Iterator[Row]:
    for way, (vi, en) in WAYS.items():
        given = [one for one in diary.answers if one.way == way]
        took = [_took(one.sent_at, _arrived_at(one, seen)) for one in given]
        yield timed(vi, en, took, AT_ONCE)


def _arrived_at(answer: Answer, seen: Evidence) -> datetime | None:
    return seen.reached_at(answer.case, answer.text)


WAYS = {
    "mail": ("Trả lời bằng thư → kênh của khách", "Reply by mail → customer's channel"),
    "page": ("Trả lời ở trang yêu cầu → kênh của khách", "Reply on the page → his channel"),
    "api": ("Trả lời qua API → kênh của khách", "Reply by the API → his channel"),
}


def _links(diary: Diary) -> Iterator[Row]:
    took = [_took(one.pressed_at, one.seen_at) for one in diary.followed]
    yield timed("Bấm liên kết trong thư → yêu cầu", "Link in a mail → ticket", took, AT_ONCE)
    safe = [one.only_asked and one.again == USED for one in diary.followed]
    yield counted("Mở thì chỉ hỏi; dùng được một lần", "GET only asks; works once", safe)


def _reopened(diary: Diary, seen: Evidence) -> Row:
    """Compare on whom the customer wrote again to: his own ticket, back with its owner."""
    again = diary.wrote_again
    took = [_took(again.at, seen.line_at(again.case, "ticket.reopened", again.at))] if again else []
    return timed("Khách nhắn lại: mở lại yêu cầu cũ", "Writes again: reopened", took, AT_ONCE)


def _elsewhere(diary: Diary, seen: Evidence) -> Iterator[Row]:
    cases = diary.elsewhere
    owned = [_took(c.sent_at, seen.line_at(c, "ticket.assigned", c.sent_at)) for c in cases]
    yield timed("Ở kênh khác: có người phụ trách", "Elsewhere: ticket has an owner", owned, AT_ONCE)
    moved = diary.moved
    same = [moved is not None and moved.is_told and moved.is_one]
    yield counted("Bình luận → nhắn riêng: một yêu cầu", "Comment → private: one ticket", same)


def _is_refused(diary: Diary) -> bool:
    return diary.forged_status == REFUSED


def _took(from_at: datetime, until_at: datetime | None) -> timedelta | None:
    return None if until_at is None else until_at - from_at
