"""The story: who does what at which second, from the first message to a reopened ticket."""

from collections.abc import Iterable

import httpx

from infra.demo import answers, moments
from infra.demo.api import Api
from infra.demo.arrivals import arrive, report_parked, report_placed, tell_owner
from infra.demo.cast import Customer
from infra.demo.diary import Case, WroteAgain
from infra.demo.found import at
from infra.demo.stage import Stage, now
from infra.demo.terminal import BOLD

STAND_IN = "emma"
"""She stands in for who is away on the Telegram team, and is out for a while herself."""

ALL_DONE = ("messenger", "telegram", "email")
"""The tickets resolved at the end; the one on Zalo stays open, to be looked at."""


def play(stage: Stage, customers: dict[str, Customer]) -> None:
    """Play it, in about 70 seconds. Raises `StoryError`, or httpx's errors."""
    try:
        _customers_write(stage, customers)
        _agents_answer(stage)
        _nobody_answers(stage)
        _all_ends_well(stage)
    finally:
        stage.api.come_back(STAND_IN)


def tidy(api: Api, customers: Iterable[Customer]) -> None:
    """Resolve what an earlier telling left open: it would fill the agents' hands."""
    known = tuple(one.line for one in customers)
    for ticket in api.tickets(status="open,pending"):
        if ticket["subject"] in known:
            api.resolve(ticket["id"])
    api.come_back(STAND_IN)


def _customers_write(stage: Stage, customers: dict[str, Customer]) -> None:
    stage.terminal.title("Khách nhắn từ bốn nơi", "Customers write from four places")
    report_placed(stage, arrive(stage, customers["zalo"]))
    stage.until(4)
    report_placed(stage, arrive(stage, customers["messenger"]))
    stage.until(8)
    _goes_out(stage)
    report_parked(stage, arrive(stage, customers["telegram"]))
    stage.until(13)
    report_placed(stage, arrive(stage, customers["email"]))


def _agents_answer(stage: Stage) -> None:
    cases = stage.diary.cases
    moments.reminder(stage, cases["zalo"])
    stage.terminal.title(
        "Nhân viên trả lời bằng công cụ sẵn có", "Agents answer with what they have"
    )
    answers.by_link(stage, cases["messenger"], "accept", "Nhận việc", "Accept")
    text = "Dạ còn 5 bình, giá 1.250.000 đ ạ. Em giữ cho mình một bình nhé?"
    answers.by_mail(stage, cases["messenger"], text)
    stage.until(27)
    _comes_back(stage, cases["telegram"])
    text = "Hi Linh! Yes, we ship to Sydney by EMS, 7–10 days. Shall I send you a quote?"
    answers.by_page(stage, cases["telegram"], text)
    stage.until(35)
    text = "Em đã mở lại thanh toán cho đơn của anh rồi ạ, anh thử lại giúp em nhé."
    answers.by_api(stage, cases["email"], text)


def _nobody_answers(stage: Stage) -> None:
    case = stage.diary.cases["zalo"]
    stage.terminal.title("Trên Zalo chưa ai trả lời", "On Zalo nobody has answered yet")
    moments.breach(stage, case)
    _forge(stage, case)
    moments.escalation(stage, case)


def _all_ends_well(stage: Stage) -> None:
    case = stage.diary.cases["zalo"]
    stage.terminal.title("Rồi cũng xong", "All ends well")
    text = "Em xin lỗi chị ạ! Shop gửi bù hai cái mới ngay chiều nay, miễn phí vận chuyển."
    answers.by_mail(stage, case, text)
    stage.until(58)
    answers.by_link(stage, case, "resolve", "Đã giải quyết", "Resolved")
    stage.until(62)
    _write_again(stage, case, "Em cảm ơn shop. À, gửi giúp em địa chỉ mới nhé: 12 Hàng Gai.")
    for channel in ALL_DONE:
        stage.api.resolve(stage.diary.cases[channel].ticket_id)


def _goes_out(stage: Stage) -> None:
    stage.api.leave(STAND_IN)
    stage.terminal.say(
        now(),
        "telegram",
        f"{stage.name(STAND_IN)}, người thay ở quầy Telegram, ra ngoài một lát.",
        f"{stage.name(STAND_IN)}, who stands in on Telegram, goes out for a while.",
        BOLD,
    )


def _comes_back(stage: Stage, case: Case) -> None:
    back_at = stage.diary.back_at = now()
    stage.api.come_back(STAND_IN)
    name = stage.name(STAND_IN)
    stage.terminal.say(back_at, "telegram", f"{name} trở lại.", f"{name} is back.", BOLD)
    assigned = stage.line(case, "ticket.assigned", back_at)
    if assigned is None or stage.mail(case, "assigned", STAND_IN, back_at) is None:
        stage.missing(case, "yêu cầu chờ chưa được giao", "the parked ticket with her")
        return
    tell_owner(stage, case, assigned)


def _forge(stage: Stage, case: Case) -> None:
    """Send the customer's webhook as somebody might who changed it on its way."""
    channel = case.customer.channel
    sent = stage.outside.webhooks(channel, case.message_id)[0]["body"]
    forged = sent.replace(case.message_id, case.message_id[::-1]).encode()
    headers = {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={'0' * 64}"}
    url = stage.webhook_urls[channel]
    status = httpx.post(url, content=forged, headers=headers, trust_env=False).status_code
    stage.diary.forged_status = status
    stage.terminal.say(
        now(),
        channel,
        f"Có kẻ gửi webhook Zalo giả, chữ ký sai: trả {status}, không lưu gì.",
        f"Somebody forges a Zalo webhook; its signature is wrong: {status}, nothing is stored.",
    )


def _write_again(stage: Stage, case: Case, text: str) -> None:
    customer, again_at = case.customer, now()
    stage.diary.wrote_again = WroteAgain(case=case, text=text, at=again_at)
    stage.terminal.say(
        again_at,
        customer.channel,
        f"{customer.name}: “{text}”",
        f"{customer.name} thanks, and writes once more.",
        BOLD,
    )
    said = {"external_id": customer.external_id, "name": customer.name, "text": text}
    stage.outside.customer_writes(customer.channel, customer.account, said)
    reopened = stage.line(case, "ticket.reopened", again_at)
    owner = stage.line(case, "ticket.assigned", again_at)
    if reopened is None or owner is None:
        stage.missing(case, "yêu cầu chưa mở lại", "the ticket reopened")
        return
    name = stage.name(owner["detail"]["agent"])
    stage.terminal.say(
        at(reopened),
        customer.channel,
        f"Vẫn yêu cầu ấy, mở lại, về {name}.",
        f"The same ticket, reopened, goes back to {name}.",
    )
    stage.mail(case, "assigned", owner["detail"]["agent"], again_at)
