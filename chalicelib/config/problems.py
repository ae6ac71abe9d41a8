"""What is wrong with a desk, said so that a person can mend it: where, what, and what to write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from chalicelib.config.suggestions import ADVICE, suggestion
from chalicelib.config.words import REASONS, WORDS
from chalicelib.desk.references import Location
from chalicelib.errors import InvalidRequestError

SHOWN = 60


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `line` is 0 where no document with lines was read."""

    file: str
    line: int
    path: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        path = f" {self.path}:" if self.path else ""
        arrow = f"\n    → {self.suggestion}" if self.suggestion else ""
        return f"{place}:{path} {self.message}{arrow}"


class DeskError(InvalidRequestError):
    """A desk that can't be used, with all its problems in the order of the document."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def problem_of(error: ErrorDetails, file: str, line: int, path: Location) -> Problem:
    """Return what `error`, which stands at `path`, means to the one who wrote it."""
    return Problem(file, line, spelled(path), _message(error, path), suggestion(error, path))


def spelled(path: Location) -> str:
    """Return a path as a person writes it: `policies[0].targets`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def _message(error: ErrorDetails, path: Location) -> str:
    context = error.get("ctx", {})
    kind = f"unknown_{context['kind']}" if error["type"] == "unknown_reference" else error["type"]
    if kind not in WORDS:
        return _reason(error)
    facts = {**context, "key": path[-1] if path else "", "input": _shown(error["input"])}
    return _filled(WORDS[kind], facts)


def _reason(error: ErrorDetails) -> str:
    """Say what another module's validator said, in both languages and without its advice."""
    reason = error["msg"].removeprefix("Value error, ").partition(ADVICE)[0]
    known = (words for part, words in REASONS.items() if part in reason)
    return f"{next(known, 'không hợp lệ')} · {reason}"


def _filled(words: str, facts: Mapping[str, Any]) -> str:
    for name, value in facts.items():
        words = words.replace("{" + name + "}", str(value))
    return words


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
