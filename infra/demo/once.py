"""Whether everything happened once: said and heard, answered and told, alarmed and mailed. Pure."""

from collections import Counter
from collections.abc import Iterator

from infra.demo.diary import Case, Diary
from infra.demo.evidence import Evidence
from infra.demo.found import ALARMS, about, told
from infra.demo.rows import Row, counted


def once(diary: Diary, seen: Evidence) -> Iterator[Row]:
    """Yield a row for each kind of thing that must have happened exactly once."""
    cases = list(diary.cases.values())
    heard = [_said(diary, case) == _heard(case, seen) for case in cases]
    yield counted("Tin của khách: không mất, không lặp", "Customers heard: all, once", heard)
    told = [
        [len(seen.reached(case, text)) for text in seen.acknowledgements(case)] == [1]
        for case in cases
    ]
    yield counted("Báo đã nhận tin: mỗi yêu cầu một lần", "Acknowledged: once a ticket", told)
    answered = [len(seen.reached(one.case, one.text)) == 1 for one in diary.answers]
    yield counted("Câu trả lời: đến khách một lần", "Answers delivered: once", answered)
    alarmed = [one for case in cases for one in _alarms(case, seen)]
    yield counted("Nhắc, trễ, báo lên: mỗi người một thư", "Alarms: one mail to each", alarmed)


def _said(diary: Diary, case: Case) -> Counter[str]:
    again = diary.wrote_again
    more = [again.text] if again and again.case is case else []
    return Counter([case.customer.text, *more])


def _heard(case: Case, seen: Evidence) -> Counter[str]:
    return Counter(line["text"] for line in seen.lines(case, "message.received"))


def _alarms(case: Case, seen: Evidence) -> list[bool]:
    """Return for each kind that happened: each step once, and a mail to each who was told."""
    truths = []
    for kind, mail in ALARMS.items():
        lines = seen.lines(case, kind)
        steps = Counter((line["detail"]["metric"], line["detail"]["step"]) for line in lines)
        mails = about(seen.mails, case.ticket_id, mail)
        wanted = sum(len(told(line)) for line in lines)
        truths += [len(mails) == wanted and max(steps.values()) == 1] if lines else []
    return truths
