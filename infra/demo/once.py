"""Whether everything happened once: said and heard, alarmed and mailed, acknowledged. Pure."""

from collections import Counter

from infra.demo.diary import Case, Diary
from infra.demo.evidence import Evidence
from infra.demo.found import about


def once(diary: Diary, seen: Evidence) -> list[bool]:
    """Return one truth for each thing that must have happened exactly once."""
    truths = [len(seen.reached(one.case, one.text)) == 1 for one in diary.answers]
    for case in diary.cases.values():
        truths += [
            len(seen.lines(case, "ticket.opened")) == 1,
            _said(diary, case) == Counter(line["text"] for line in seen.lines(case, HEARD)),
            [len(seen.reached(case, text)) for text in seen.acknowledgements(case)] == [1],
            *_alarms(case, seen),
        ]
    return truths


HEARD = "message.received"


def _said(diary: Diary, case: Case) -> Counter[str]:
    again = diary.wrote_again
    return Counter([case.customer.text, *([again.text] if again and again.case is case else [])])


def _alarms(case: Case, seen: Evidence) -> list[bool]:
    """Return for each reminder, breach and escalation: one line, and one mail to each told."""
    truths = []
    for kind, mail in {
        "sla.reminded": "reminder",
        "sla.breached": "breached",
        "sla.escalated": "escalated",
    }.items():
        lines = seen.lines(case, kind)
        steps = Counter((line["detail"]["metric"], line["detail"]["step"]) for line in lines)
        told = sum(len(line["detail"].get("to", "one").split(", ")) for line in lines)
        if lines:
            truths += [
                max(steps.values()) == 1,
                len(about(seen.mails, case.ticket_id, mail)) == told,
            ]
    return truths
