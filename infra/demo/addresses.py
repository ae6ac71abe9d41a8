"""Where to look, while the story is told and when it is over."""

from infra.demo import answers
from infra.demo.api import Json
from infra.demo.stage import Stage
from infra.demo.terminal import Terminal
from infra.local import stack
from infra.local.__main__ import DEFAULT_PORT


def greet(terminal: Terminal, known: stack.Stack) -> None:
    """Say what is to come, and where it can be watched."""
    terminal.title("Một cửa hàng, bảy kênh, hai phút", "One shop, seven channels, two minutes")
    terminal.address("Xem khách trò chuyện", "watch the chats", f"{known['platforms_url']}/")
    terminal.address("Xem hộp thư", "watch the mailbox", f"{known['platforms_url']}/mail")
    terminal.note(
        "Hạn trả lời ở đây tính bằng giây; đồng hồ theo giờ Việt Nam.",
        "Deadlines are in seconds here; the clock shows Vietnam's time.",
    )


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
            f"Yêu cầu {ticket['number']}, từ thư của {owner}, mở được một lần",
            "the ticket, from its owner's mail, works once",
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
