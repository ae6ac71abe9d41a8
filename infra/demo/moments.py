"""What happens on a ticket by itself, at its second: reminder, breach, escalation."""

from datetime import timedelta

from infra.demo.api import Json
from infra.demo.diary import Case
from infra.demo.found import at
from infra.demo.promises import due_at
from infra.demo.stage import Stage, StoryError, first, now, wait_for
from infra.demo.terminal import AMBER, RED, second


def reminder(stage: Stage, case: Case) -> None:
    line = _next(stage, case, "sla.reminded", "nhắc hạn", "reminder")
    if line is None:
        return
    owner = stage.name(stage.owner(case))
    due = second(at(line["detail"], "due_at"))
    _say(
        stage,
        case,
        line,
        (f"Nhắc {owner}: phải trả lời trước {due}.", f"{owner} is reminded: answer by {due}."),
        AMBER,
    )
    _report_mail(stage, case, "reminder", [stage.owner(case)], line)


def breach(stage: Stage, case: Case) -> None:
    known = {sms["id"] for sms in stage.outside.text_messages()}
    line = _next(stage, case, "sla.breached", "quá hạn", "breach")
    if line is None:
        return
    owner_id = stage.owner(case)
    owner = stage.name(owner_id)
    said = (f"Quá hạn trả lời. {owner} được báo.", f"The deadline is missed. {owner} is told.")
    _say(stage, case, line, said, RED)
    _report_mail(stage, case, "breached", [owner_id], line)
    _report_sms(stage, case, owner_id, known)


def escalation(stage: Stage, case: Case) -> None:
    line = _next(stage, case, "sla.escalated", "báo cấp trên", "escalation")
    if line is None:
        return
    told = line["detail"]["to"].split(", ")
    names = ", ".join(map(stage.name, told))
    said = (
        f"Vẫn chưa ai trả lời: báo người thay và trưởng nhóm ({names}).",
        f"Still no answer: backup and lead are told ({names}).",
    )
    _say(stage, case, line, said, RED)
    _report_mail(stage, case, "escalated", told, line)


def _next(stage: Stage, case: Case, kind: str, vi: str, en: str) -> Json | None:
    """Wait for the ticket's next moment and return the line it left. Raises `StoryError`."""
    moment = stage.api.ticket(case.ticket_id)["moment"]
    if moment is None:
        raise StoryError("yêu cầu không còn mốc hẹn nào · the ticket has no moment ahead")
    moment_at = at(moment)
    stage.terminal.wait(moment_at, vi, en)
    line = stage.line(case, kind, moment_at - timedelta(seconds=1))
    if line is None:
        stage.missing(case, f"không thấy {vi}", en)
    return line


def _say(stage: Stage, case: Case, line: Json, said: tuple[str, str], colour: str) -> None:
    late = (at(line) - due_at(line)).total_seconds()
    vi, en = said
    stage.terminal.say(
        at(line),
        case.customer.channel,
        f"{vi} (hẹn {second(due_at(line))}, lệch {late:.2f} s)",
        f"{en} (due {second(due_at(line))}, {late:.2f} s late)",
        colour,
    )


def _report_mail(stage: Stage, case: Case, kind: str, told: list[str], line: Json) -> None:
    mails = [stage.mail(case, kind, agent_id, due_at(line)) for agent_id in told]
    sent = [mail for mail in mails if mail]
    if len(sent) < len(told):
        stage.missing(case, "thiếu thư báo", "its mail")
        return
    to = ", ".join(mail["to"][0] for mail in sent)
    stage.terminal.say(
        max(map(at, sent)), case.customer.channel, f"Thư đến {to}.", f"Mail to {to}."
    )


def _report_sms(stage: Stage, case: Case, agent_id: str, known: set[str]) -> None:
    """Show the text message that wasn't there before; the simulator keeps no time of these."""
    phone = stage.agents[agent_id]["phone"]

    def new() -> list[Json]:
        return [
            sms
            for sms in stage.outside.text_messages()
            if sms["to"] == phone and sms["id"] not in known and case.number in sms["text"]
        ]

    sms = wait_for(lambda: first(new()))
    if sms is None:
        stage.missing(case, "thiếu SMS", "its SMS")
        return
    said = (f"SMS đến {phone}: “{sms['text']}”", "And a text message, without accents.")
    stage.terminal.say(now(), case.customer.channel, *said)
