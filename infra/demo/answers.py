"""Agents act with what they have: their mail program, a link, the ticket's page, the API."""

from datetime import datetime

from chalicelib.channels.registry import adapter_class
from infra.demo.api import Json
from infra.demo.browser import Browser
from infra.demo.diary import Answer, Case, Followed
from infra.demo.found import TICKET_HEADER, at, link
from infra.demo.stage import Stage, StoryError, now, wait_for
from infra.demo.terminal import BOLD

FIELDS = {"accept": "acknowledged_at", "resolve": "resolved_at"}
"""What a link sets on the ticket."""


def by_mail(stage: Stage, case: Case, text: str) -> None:
    """Let the owner answer the newest mail about the ticket, from his mail program."""
    owner_id = stage.owner(case)
    mail = _newest_mail(stage, case, owner_id)
    answer = _announced(stage, _answer(case, text, "mail"), owner_id)
    stage.outside.answer_mail(mail["id"], text)
    _report_arrival(stage, answer)


def by_page(stage: Stage, case: Case, text: str) -> None:
    """Let the owner open the ticket's page by his mail's link, and answer there."""
    owner_id = stage.owner(case)
    browser = Browser()
    url = _link(stage, case, owner_id, "open")
    page = browser.confirm(url)
    answer = _announced(stage, _answer(case, text, "page"), owner_id)
    browser.send(page, "reply", {"text": text})
    _report_arrival(stage, answer)


def by_api(stage: Stage, case: Case, text: str) -> None:
    """Let another program answer on the owner's behalf."""
    owner_id = stage.owner(case)
    answer = _announced(stage, _answer(case, text, "api"), owner_id)
    stage.api.answer(case.ticket_id, owner_id, text)
    _report_arrival(stage, answer)


def by_link(stage: Stage, case: Case, action: str, vi: str, en: str) -> None:
    """Let the owner open a link of his mail, press its button, and press it again later."""
    owner_id = stage.owner(case)
    url, browser = _link(stage, case, owner_id, action), Browser()
    browser.open(url)
    only_asked = _done_at(stage, case, action) is None
    pressed_at = now()
    browser.confirm(url)
    seen_at = wait_for(lambda: _done_at(stage, case, action) and now())
    again = browser.confirm(url).status_code
    stage.diary.followed.append(
        Followed(pressed_at=pressed_at, seen_at=seen_at, only_asked=only_asked, again=again)
    )
    if seen_at is None:
        stage.missing(case, f"liên kết “{vi}” chưa có tác dụng", f"the effect of the link “{en}”")
        return
    name = stage.name(owner_id)
    stage.terminal.say(
        seen_at,
        case.customer.channel,
        f"{name} bấm “{vi}” trong thư, rồi xác nhận; chỉ mở ra thì chưa có gì xảy ra.",
        f"{name} follows “{en}” in the mail and confirms; opening alone did nothing.",
        BOLD,
    )


def open_link(stage: Stage, case: Case) -> str:
    """Return an unused link to the ticket's page, from the owner's newest mail."""
    return _link(stage, case, stage.owner(case), "open")


def _answer(case: Case, text: str, way: str) -> Answer:
    return Answer(case=case, text=text, way=way, sent_at=now())


def _announced(stage: Stage, answer: Answer, agent_id: str) -> Answer:
    """Write an answer into the diary and tell of it, before it is given."""
    stage.diary.answers.append(answer)
    name, (vi, en) = stage.name(agent_id), WAYS[answer.way]
    stage.terminal.say(
        answer.sent_at,
        answer.case.customer.channel,
        f"{name} {vi}: “{answer.text}”",
        f"{name} {en}.",
        BOLD,
    )
    return answer


WAYS = {
    "mail": ("trả lời thư", "answers the mail"),
    "page": ("trả lời ở trang yêu cầu", "answers on the ticket's page"),
    "api": ("trả lời qua API", "answers through the API"),
}


def _report_arrival(stage: Stage, answer: Answer) -> None:
    customer = answer.case.customer
    arrived = stage.arrival(customer, answer.text)
    if arrived is None:
        stage.missing(answer.case, "câu trả lời chưa đến khách", "the answer at the customer")
        return
    took = (at(arrived) - answer.sent_at).total_seconds()
    where = adapter_class(customer.channel).label["vi"]
    stage.terminal.say(
        at(arrived),
        customer.channel,
        f"Đến khách trên {where} sau {took:.2f} s.",
        f"With the customer on {where} after {took:.2f} s.",
    )


def _newest_mail(stage: Stage, case: Case, agent_id: str) -> Json:
    address = str(stage.agents[agent_id]["email"])
    mails = [
        mail
        for mail in stage.outside.mails(address)
        if mail["headers"].get(TICKET_HEADER) == case.ticket_id
    ]
    if not mails:
        raise StoryError(f"{address} chưa có thư nào về việc này · has no mail about this ticket")
    return mails[-1]


def _link(stage: Stage, case: Case, agent_id: str, action: str) -> str:
    mail = _newest_mail(stage, case, agent_id)
    return link(mail, action, str(stage.agents[agent_id]["language"]))


def _done_at(stage: Stage, case: Case, action: str) -> datetime | None:
    ticket = stage.api.ticket(case.ticket_id)
    return at(ticket, FIELDS[action]) if ticket[FIELDS[action]] else None
