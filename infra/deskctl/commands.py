"""What may be asked of `deskctl`, and who answers it."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from chalicelib.bootstrap import Frontline
from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.settings import settings_table
from chalicelib.store.tokens import Scope
from infra.deskctl import (
    accounts,
    agents,
    calendars,
    classify,
    clock,
    desks,
    quarantine,
    simulate,
    tokens,
)
from infra.deskctl.replay import Replayer
from infra.deskctl.report import UNUSABLE, Report

Answer = Callable[[argparse.Namespace, Callable[[], Frontline]], Report]
Arguments = Mapping[str, Mapping[str, Any]]

FILE: Arguments = {
    "file": {"type": Path, "metavar": "FILE", "help": "tệp desk.yaml · a desk.yaml"},
}
NAME: Arguments = {
    "--name": {"required": True, "metavar": "NAME", "help": "tên của token · the token's name"},
}
BY: Arguments = {
    "--by": {
        "default": getpass.getuser(),
        "metavar": "WHO",
        "help": "ai áp dụng, ghi vào lịch sử; mặc định: %(default)s · "
        "who applies it, for the history; default: %(default)s",
    },
}
TIME = "2027-02-05T07:55"
AGENT: Arguments = {
    "agent": {
        "metavar": "ID",
        "help": "mã nhân viên trong desk.yaml · the agent's id in desk.yaml",
    },
}
PART = "mã trong quarantine list · an id of quarantine list"


class Parser(argparse.ArgumentParser):
    """Says in Vietnamese as well that a command wasn't understood; what follows is argparse's."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        words = f"lệnh chưa đúng, xem {self.prog} --help · wrong usage"
        self.exit(UNUSABLE, f"{self.prog}: {words}: {message}\n")


def parser() -> Parser:
    """Return the parser; each command leaves its `answer` in the namespace."""
    root = Parser(
        prog="deskctl",
        parents=[_common()],
        description="Vận hành Frontline · Operates Frontline.",
        epilog="mã kết thúc: 0 xong, 1 bị từ chối (có nói vì sao), 2 dùng sai hay không tới được · "
        "exit codes: 0 done, 1 refused (the words say why), 2 wrong usage or out of reach",
    )
    root.set_defaults(stage=os.environ.get("FRONTLINE_STAGE", "local"), form="text")
    groups = root.add_subparsers(required=True, metavar="COMMAND")
    for name, (meaning, commands) in GROUPS.items():
        group = groups.add_parser(name, help=meaning).add_subparsers(required=True, metavar="WHAT")
        for command in commands:
            _add(group, *command)
    for command in SINGLE:
        _add(groups, *command)
    return root


def _common() -> argparse.ArgumentParser:
    """Return the options that may stand before or behind a command."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--stage",
        metavar="STAGE",
        help="nơi chạy: local, dev, prod… · where; default: $FRONTLINE_STAGE, or local",
    )
    common.add_argument(
        "--json",
        dest="form",
        action="store_const",
        const="json",
        help="trả lời bằng JSON · answer in JSON",
    )
    return common


def _add(group: Any, name: str, meaning: str, arguments: Arguments, answer: Answer) -> None:
    command = group.add_parser(name, help=meaning, description=meaning, parents=[_common()])
    for argument, options in arguments.items():
        command.add_argument(argument, **options)
    command.set_defaults(answer=answer)


def _now() -> datetime:
    return datetime.now(UTC)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"viết như · write it like {TIME}") from None


def _asked(question: str) -> str:
    """Ask a person without showing what he types, or take the next line of a script."""
    return getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline()


def _replay(asked: argparse.Namespace, cloud: Frontline) -> Report:
    if bool(asked.id) == asked.all:
        words = "chọn một ID hoặc --all · give one ID, or --all"
        return Report((f"deskctl: {words}",), {"error": words}, UNUSABLE)
    parts = cloud.quarantine.list() if asked.all else [cloud.quarantine.get(asked.id)]
    return quarantine.replay(list(parts), Replayer(cloud))


# Each command: its name, what it does, what it takes, and who answers.
Command = tuple[str, str, Arguments, Answer]

DESK: tuple[Command, ...] = (
    (
        "validate",
        "kiểm tra tệp · check a file",
        FILE,
        lambda asked, _: desks.validate(asked.file),
    ),
    (
        "diff",
        "xem sẽ thay đổi gì · tell what apply would change",
        FILE,
        lambda asked, cloud: desks.compare(asked.file, cloud().desks),
    ),
    (
        "apply",
        "đưa vào hiệu lực · put a file in force",
        {**FILE, **BY},
        lambda asked, cloud: desks.apply(asked.file, cloud().desks, asked.by, _now()),
    ),
    (
        "history",
        "các phiên bản · list the versions",
        {},
        lambda _, cloud: desks.history(cloud().desks),
    ),
    (
        "rollback",
        "quay lại phiên bản cũ · put an earlier version in force again",
        {
            "version": {
                "type": int,
                "metavar": "VERSION",
                "help": "số trong desk history · a number of desk history",
            },
            **BY,
        },
        lambda asked, cloud: desks.rollback(asked.version, cloud().desks, asked.by, _now()),
    ),
    (
        "show",
        "in tệp của một phiên bản · print the source of a version",
        {
            "version": {
                "type": int,
                "nargs": "?",
                "metavar": "VERSION",
                "help": "mặc định: phiên bản đang dùng · default: the one in force",
            }
        },
        lambda asked, cloud: desks.show(asked.version, cloud().desks),
    ),
    (
        "schema",
        "JSON Schema cho trình soạn thảo · the JSON Schema for editors",
        {},
        lambda _asked, _cloud: desks.schema(),
    ),
)

CALENDAR: tuple[Command, ...] = (
    (
        "import",
        "ngày nghỉ từ tệp .ics · days off from an .ics file, as YAML to paste",
        {
            "file": {"type": Path, "metavar": "FILE", "help": "tệp .ics · an .ics file"},
            "--desk": {
                "type": Path,
                "metavar": "DESK",
                "help": "desk.yaml sẽ dán vào · the desk.yaml to paste into",
            },
            "--calendar": {
                "metavar": "ID",
                "help": "lịch trong đó, để tính giờ còn mở · its calendar: computes hours left",
            },
            "--years": {
                "type": int,
                "default": 3,
                "choices": range(1, 11),
                "metavar": "N",
                "help": "bao nhiêu năm tới, 1–10, mặc định 3 · years to come, 1–10; default: 3",
            },
        },
        lambda asked, _: calendars.import_ical(
            asked.file, calendars.place_of(asked.desk, asked.calendar), _now(), asked.years
        ),
    ),
)

TOKEN: tuple[Command, ...] = (
    (
        "create",
        "tạo token cho API · make an API token, shown only once",
        {
            **NAME,
            "--scope": {
                "required": True,
                "choices": [scope.value for scope in Scope],
                "help": "đọc, làm, hay quản trị · what it may do; each includes the one before",
            },
        },
        lambda asked, cloud: tokens.create(asked.name, asked.scope, cloud().tokens, _now()),
    ),
    (
        "list",
        "các token · list the tokens",
        {},
        lambda _, cloud: tokens.show_all(cloud().tokens),
    ),
    (
        "revoke",
        "thu hồi token · make a token worthless",
        NAME,
        lambda asked, cloud: tokens.revoke(asked.name, cloud().tokens),
    ),
)

QUARANTINE: tuple[Command, ...] = (
    (
        "list",
        "những gì chưa hiểu · list what was not understood",
        {},
        lambda _, cloud: quarantine.show_all(cloud().quarantine),
    ),
    (
        "show",
        "in toàn bộ một phần · print one part whole",
        {"id": {"metavar": "ID", "help": PART}},
        lambda asked, cloud: quarantine.show(asked.id, cloud().quarantine),
    ),
    (
        "replay",
        "xử lý lại · read it once more",
        {
            "id": {"nargs": "?", "metavar": "ID", "help": PART},
            "--all": {"action": "store_true", "help": "tất cả · all of them"},
        },
        lambda asked, cloud: _replay(asked, cloud()),
    ),
)

AGENT_STATE: tuple[Command, ...] = (
    (
        "away",
        "báo vắng · an agent is away",
        AGENT,
        lambda asked, cloud: agents.leave(asked.agent, cloud()),
    ),
    (
        "back",
        "báo có mặt · an agent is back",
        AGENT,
        lambda asked, cloud: agents.come_back(asked.agent, cloud()),
    ),
)

ACCOUNTS: tuple[Command, ...] = (
    (
        "list",
        "tình trạng các kênh · how the connected accounts are",
        {},
        lambda _, cloud: accounts.show_all(cloud()),
    ),
    (
        "connect",
        "kết nối một tài khoản · connect an account, and prove it with an event",
        {
            "channel": {
                "choices": sorted(ADAPTERS),
                "metavar": "CHANNEL",
                "help": "kênh · one of %(choices)s",
            },
            "account": {
                "metavar": "ACCOUNT",
                "help": "tên ngắn, như trong desk.yaml · its short name, as in desk.yaml: hoa-mai",
            },
            "--wait": {
                "type": int,
                "default": 180,
                "metavar": "SECONDS",
                "help": "chờ tin đầu tiên bao lâu, mặc định 180 · "
                "how long to wait for a first event; default: 180",
            },
        },
        lambda asked, cloud: accounts.Connecting(cloud(), _asked, print).connect(
            asked.channel, asked.account, timedelta(seconds=asked.wait)
        ),
    ),
)

CLOCK: tuple[Command, ...] = (
    (
        "show",
        "giờ và nhịp đang chạy · the desk's time and pace",
        {},
        lambda asked, cloud: clock.show(clock.local(asked.stage, cloud)),
    ),
    (
        "set",
        "chạy nhanh, hoặc đến một giờ khác · go faster, or to another time",
        {
            "--pace": {
                "type": float,
                "metavar": "N",
                "help": "giây trong một giây thật · desk seconds in a real one",
            },
            "--at": {
                "type": _time,
                "metavar": TIME,
                "help": "giờ bắt đầu · where the desk's time goes on",
            },
        },
        lambda asked, cloud: clock.change(clock.local(asked.stage, cloud), asked.pace, asked.at),
    ),
    (
        "reset",
        "về giờ thật · back to real time",
        {},
        lambda asked, cloud: clock.reset(clock.local(asked.stage, cloud)),
    ),
)

SINGLE: tuple[Command, ...] = (
    (
        "classify",
        "tin này là loại gì, vì sao · what a message is taken for, and why",
        classify.ARGUMENTS,
        classify.answer,
    ),
    (
        "simulate",
        "nếu áp dụng cấu hình này thì sao · what another desk would have done with the past",
        simulate.ARGUMENTS,
        simulate.answer,
    ),
    (
        "settings",
        "bảng cài đặt · the table of settings, as in README",
        {},
        lambda _asked, _cloud: Report((settings_table(),), settings_table().splitlines()),
    ),
)

GROUPS: Mapping[str, tuple[str, tuple[Command, ...]]] = {
    "desk": ("cấu hình · the configuration", DESK),
    "calendar": ("lịch làm việc · calendars", CALENDAR),
    "token": ("token cho API · API tokens", TOKEN),
    "quarantine": ("những gì chưa hiểu · what was not understood", QUARANTINE),
    "accounts": ("tài khoản kênh · connected accounts", ACCOUNTS),
    "agent": ("nhân viên · who is away", AGENT_STATE),
    "clock": ("đồng hồ, chỉ trên máy này · the clock, of the local cloud only", CLOCK),
}
