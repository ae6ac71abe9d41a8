"""A sheet as spreadsheet programs export it, whatever separates its cells; lines have numbers."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.config.problems import Problem
from chalicelib.errors import InvalidRequestError

SEPARATORS = ",;\t"
SEP = re.compile(f"sep=[{SEPARATORS}]")
"""The line in which Excel names the separator."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How Excel begins what it calls Unicode text."""


class SheetError(InvalidRequestError):
    """A file that can't be replayed, with all its problems in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """`lines` are those below the columns that have anything in them, each with its number."""

    file: str
    columns: tuple[str, ...]
    lines: tuple[tuple[int, Sequence[str]], ...]


def read_sheet(data: bytes, file: str) -> Sheet:
    """Return what is in a file. Raises `SheetError` where that can't be told."""
    text = _decoded(data, file)
    lines = tuple(_lines(text, file))
    if not lines:
        raise SheetError([Problem(file, 0, "", "tệp trống · the file is empty")])
    (_, head), *rest = lines
    return Sheet(file, tuple(name.strip().lower() for name in head), tuple(rest))


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-16" if data.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = "tệp không phải UTF-8 · the file is not UTF-8"
        advice = "lưu lại dạng “CSV UTF-8” · save it as “CSV UTF-8”"
        raise SheetError([Problem(file, line, "", words, advice)]) from error


def _lines(text: str, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)) and not _names_separator(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        words = f"dấu ngoặc kép không khớp · quotes don't match ({error})"
        advice = 'trong ô có “…”, viết “""” cho dấu " · inside a quoted cell write "" for "'
        raise SheetError([Problem(file, begins, "", words, advice)]) from error


def _separator(text: str) -> str:
    """Return what separates cells in the line of the columns."""
    lines = (line for line in text.splitlines() if line.strip() and not SEP.fullmatch(line.strip()))
    return max(SEPARATORS, key=next(lines, "").count)


def _names_separator(cells: Sequence[str]) -> bool:
    """Tell Excel's own line, which splits where it names the separator."""
    return cells[0].strip() in ("sep=", *(f"sep={one}" for one in SEPARATORS))
