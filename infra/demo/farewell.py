"""What stays open when the story is over: where to look, and what to try."""

from infra.demo import answers
from infra.demo.api import Json
from infra.demo.stage import Stage
from infra.local import stack
from infra.local.__main__ import DEFAULT_PORT


def say_where(stage: Stage, known: stack.Stack, port: int) -> None:
    """Print the addresses of what goes on running."""
    case = stage.diary.cases["zalo"]
    ticket: Json = stage.api.ticket(case.ticket_id)
    terminal, owner = stage.terminal, stage.name(ticket["assignee"])
    terminal.title("Vẫn đang chạy, mời xem tiếp", "Still running: have a look")
    rows = (
        ("Trò chuyện như khách", "chat as a customer", f"{known['platforms_url']}/"),
        ("Hộp thư của nhân viên", "the agents' mailbox", f"{known['platforms_url']}/mail"),
        (
            f"Phiếu {ticket['number']} còn mở, qua liên kết trong thư của {owner} (dùng một lần)",
            "the open ticket, by the link in its owner's mail (works once)",
            answers.open_link(stage, case),
        ),
        ("API", "the token is in .local/stack.json", f"{known['api_url']}/api/openapi.json"),
    )
    for vi, en, address in rows:
        terminal.address(vi, en, address)
    at_port = "" if port == DEFAULT_PORT else f" PORT={port}"
    terminal.note(
        f"Tắt: make down{at_port}. Kể lại: make demo{at_port}.",
        f"End it: make down{at_port}. Once more: make demo{at_port}.",
    )
