"""How the story looks: a clock, a channel, Vietnamese and below it English; colour on a tty."""

import os
import shutil
import textwrap
import time
from datetime import UTC, datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from chalicelib.channels.registry import adapter_class
from infra.demo.rows import Row

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
INDENT = 25
WIDEST = 110
NARROWEST = 70
LOOK = 0.2

BOLD, DIM, RED, GREEN, AMBER = "1", "2", "31", "32", "33"


class Terminal:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_tty = out.isatty()
        self._has_colour = self._is_tty and "NO_COLOR" not in os.environ
        columns = shutil.get_terminal_size((100, 24)).columns
        self._width = max(NARROWEST, min(WIDEST, columns))

    def title(self, vi: str, en: str) -> None:
        self._print(f"\n{self._ink(vi, BOLD)} · {en}\n")

    def say(self, at: datetime, channel: str, vi: str, en: str, colour: str = "") -> None:
        """Tell what happened at a time, in both languages."""
        head = f"  {clock(at)}  {_called(channel):<11}"
        first, *more = self._wrapped(vi)
        self._print(self._ink(head, DIM) + self._ink(first, colour))
        for line in more:
            self._print(" " * INDENT + self._ink(line, colour))
        for line in self._wrapped(en):
            self._print(" " * INDENT + self._ink(line, DIM))

    def wait(self, until_at: datetime, vi: str, en: str) -> None:
        """Wait, counting down where somebody watches."""
        while (left := (until_at - datetime.now(UTC)).total_seconds()) > 0:
            if self._is_tty:
                text = f"{' ' * INDENT}{vi} sau {left:.0f} s · {en} in {left:.0f} s"
                self._out.write(f"\r{self._ink(text, DIM)}\033[K")
                self._out.flush()
            time.sleep(min(LOOK, left))
        if self._is_tty:
            self._out.write("\r\033[K")

    def table(self, rows: list[Row]) -> None:
        """Print what was promised and what was measured."""
        widths = [max(len(getattr(row, name)) for row in rows) for name in COLUMNS]
        heads = [head[:width].ljust(width) for head, width in zip(HEADS, widths, strict=True)]
        self._print(self._ink(f"     {'  '.join(heads)}".rstrip(), DIM))
        for row in rows:
            mark = self._ink("✓", GREEN) if row.kept else self._ink("✗", RED)
            vi, en, *figures = (getattr(row, name) for name in COLUMNS)
            said = f"{vi:<{widths[0]}}  {self._ink(f'{en:<{widths[1]}}', DIM)}"
            right = "  ".join(f"{x:>{w}}" for x, w in zip(figures, widths[2:], strict=True))
            self._print(f"  {mark}  {said}  {right if row.kept else self._ink(right, RED)}")

    def address(self, vi: str, en: str, address: str) -> None:
        self._print(f"  {vi} · {self._ink(en, DIM)}\n     {address}")

    def note(self, vi: str, en: str) -> None:
        self._print(f"\n  {vi}\n  {self._ink(en, DIM)}")

    def _wrapped(self, text: str) -> list[str]:
        return textwrap.wrap(text, self._width - INDENT) or [""]

    def _ink(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if colour and self._has_colour else text

    def _print(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()


COLUMNS = ("vi", "en", "times", "measured", "promised")
HEADS = ("Lời hứa", "Promise", "", "", "")


def _called(channel: str) -> str:
    """Return the last word people call a channel by: there is room for one."""
    return adapter_class(channel).label["vi"].split(" (")[0].split()[-1]


def clock(at: datetime) -> str:
    """Return the time of day in Vietnam, with tenths of a second."""
    local = at.astimezone(ZONE)
    return f"{local:%H:%M:%S}.{local.microsecond // 100_000}"


def second(at: datetime) -> str:
    """Return the time of day in Vietnam, to the second."""
    return f"{at.astimezone(ZONE):%H:%M:%S}"
