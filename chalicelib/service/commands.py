"""Commands on the first lines of an agent's mail: `#xong`, `#cho 2h`, `#chuyen minh đang họp`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.errors import InvalidRequestError
from chalicelib.routing.speech import fold_accents
from chalicelib.views.presence import capacity_said

SIGN = "#"
_FAREWELL = re.compile(r"(tran trong|than men|than ai|kinh thu|((best|kind) )?regards)[,.!]?")


class Order(StrEnum):
    AWAY = "away"
    BACK = "back"
    CAPACITY = "capacity"
    RESOLVE = "resolve"
    PEND = "pend"
    TO = "to"


@dataclass(frozen=True, slots=True)
class Command:
    """An order and what stands behind it, as it was written on its `line`."""

    order: Order
    argument: str
    line: str


class CommandError(InvalidRequestError):
    """A line that begins as a command and is none; nothing of its mail may be done."""

    def __init__(self, line: str) -> None:
        super().__init__("no such command")
        self.line = line


def read_commands(text: str) -> tuple[tuple[Command, ...], str]:
    """Return the commands on top of `text`, and what comes after them.

    A mere farewell below commands is no answer: mail programs write it under everything. Raises
    `CommandError`: what begins with the sign is never part of an answer.
    """
    commands: list[Command] = []
    lines = text.splitlines()
    while lines and (not lines[0].strip() or lines[0].lstrip().startswith(SIGN)):
        if line := lines.pop(0).strip():
            commands.append(_command(line))
    for number, command in enumerate(commands):
        _check(command, {each.order for each in commands[:number]})
    is_farewell = bool(commands and lines) and _FAREWELL.fullmatch(fold_accents(lines[0]).strip())
    return tuple(commands), "" if is_farewell else "\n".join(lines)


def capacity(command: Command) -> int:
    """Raises `CommandError` for what is no number of tickets."""
    try:
        return capacity_said(command.argument)
    except ValueError as error:
        raise CommandError(command.line) from error


_WORDS: Mapping[str, Order] = {
    "away": Order.AWAY,
    "vang": Order.AWAY,
    "vang mat": Order.AWAY,
    "back": Order.BACK,
    "co mat": Order.BACK,
    "capacity": Order.CAPACITY,
    "nhan": Order.CAPACITY,
    "resolve": Order.RESOLVE,
    "xong": Order.RESOLVE,
    "pend": Order.PEND,
    "cho": Order.PEND,
    "to": Order.TO,
    "chuyen": Order.TO,
}
_ALONE = (Order.AWAY, Order.BACK, Order.RESOLVE)
_WITH_MORE = (Order.CAPACITY, Order.TO)
_NOT_TOGETHER: Mapping[Order, set[Order]] = {
    Order.AWAY: {Order.BACK},
    Order.BACK: {Order.AWAY},
    Order.RESOLVE: {Order.PEND, Order.TO},
    Order.PEND: {Order.RESOLVE},
    Order.TO: {Order.RESOLVE},
}


def _command(line: str) -> Command:
    """Return the command with the longest name that `line` begins with."""
    words = line.removeprefix(SIGN).split()
    for count in (2, 1):
        name = fold_accents(" ".join(words[:count]))
        if name in _WORDS:
            return Command(_WORDS[name], " ".join(words[count:]), line)
    raise CommandError(line)


def _check(command: Command, before: set[Order]) -> None:
    """Refuse a command that lacks something, has too much, or speaks against one before it."""
    is_short = command.order in _WITH_MORE and not command.argument
    is_long = command.order in _ALONE and bool(command.argument)
    against = _NOT_TOGETHER.get(command.order, set()) | {command.order}
    if is_short or is_long or against & before:
        raise CommandError(command.line)
