"""The last scene: where else customers write, and one who goes from a public comment to private."""

from dataclasses import replace

from infra.demo.api import Json
from infra.demo.arrivals import meet
from infra.demo.cast import COMMENT, Customer
from infra.demo.diary import Case, Moved
from infra.demo.found import at
from infra.demo.stage import Stage, now, wait_for
from infra.demo.terminal import BOLD

PRIVATE = "Dạ bình cao 30 cm giá 1.250.000 đ ạ. Chị cho em xin địa chỉ để báo phí giao nhé?"
ADDRESS = "12 Hàng Gai, Hà Nội ạ"


def play(stage: Stage, passers_by: tuple[Customer, ...]) -> None:
    """Let each write; then follow the comment. Raises httpx's errors."""
    stage.terminal.title("Khách còn ở khắp nơi", "Customers are everywhere")
    for customer in passers_by:
        case = meet(stage, customer)
        stage.diary.elsewhere.append(case)
        _report_owner(stage, case)
        if customer.channel == COMMENT:
            _goes_private(stage, case)
    for case in stage.diary.elsewhere:
        stage.api.resolve(case.ticket_id)


def _report_owner(stage: Stage, case: Case) -> None:
    assigned = stage.line(case, "ticket.assigned", case.sent_at)
    if assigned is None:
        stage.missing(case, "yêu cầu chưa có ai phụ trách", "an owner")
        return
    ticket, name = stage.api.ticket(case.ticket_id), stage.name(assigned["detail"]["agent"])
    urgent = ticket["priority"] == "urgent"
    stage.terminal.say(
        at(assigned),
        case.customer.channel,
        f"{name} phụ trách yêu cầu {case.number}{', khẩn cấp' if urgent else ''}.",
        f"{name} owns ticket {case.number}{', urgent by its stars' if urgent else ''}.",
    )


def _goes_private(stage: Stage, case: Case) -> None:
    """Answer the comment in private; the customer goes on in Messenger."""
    owner = stage.owner(case)
    stage.terminal.say(
        now(),
        COMMENT,
        f"{stage.name(owner)} nhắn riêng cho người bình luận: “{PRIVATE}”",
        f"{stage.name(owner)} answers the comment in private.",
        BOLD,
    )
    stage.api.answer(case.ticket_id, owner, PRIVATE, private=True)
    identity = wait_for(lambda: _on_messenger(stage.api.ticket(case.ticket_id)))
    if identity is None:
        stage.missing(case, "tin riêng chưa tới", "the private answer")
        return
    customer = replace(case.customer, **identity)
    stage.terminal.say(
        now(),
        customer.channel,
        f"{customer.name}, nay ở Messenger: “{ADDRESS}”",
        f"{customer.name} goes on in Messenger.",
        BOLD,
    )
    said = {"external_id": customer.external_id, "name": customer.name, "text": ADDRESS}
    stage.outside.customer_writes(customer.channel, customer.account, said)
    came = stage.line(case, "identity.linked", case.sent_at)
    found = wait_for(lambda: _said(stage.api.ticket(case.ticket_id), ADDRESS))
    tickets = stage.api.ticket_ids_of(customer.channel, customer.account, customer.external_id)
    stage.diary.moved = Moved(
        is_told=came is not None and found is not None, is_one=tickets == [case.ticket_id]
    )
    if found is None:
        stage.missing(case, "tin ở Messenger không vào yêu cầu ấy", "his words in the same ticket")
        return
    stage.terminal.say(
        at(found),
        customer.channel,
        f"Vẫn yêu cầu {case.number}, vẫn {stage.name(owner)}.",
        f"Still ticket {case.number}, still {stage.name(owner)}.",
    )


def _on_messenger(ticket: Json) -> dict[str, str] | None:
    known = ticket["contact"]["identities"]
    return next((dict(one) for one in known if one["channel"] == "messenger"), None)


def _said(ticket: Json, text: str) -> Json | None:
    said = (line for line in ticket["timeline"] if line["type"] == "message.received")
    return next((line for line in said if line["text"] == text), None)
