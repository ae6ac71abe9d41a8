"""Long texts cut into messages where a reader would pause, never inside a character."""

import bisect
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

# Best first: a blank line, the end of a sentence or a line, any space that may break a line.
_BORDERS = (
    re.compile(r"\n[^\S\n]*\n"),
    re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]]*\s+|\n"),
    re.compile(r"[^\S\u00a0\u202f]+"),
)

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


def utf16_units(text: str) -> int:
    """Count `text` in UTF-16 code units, as JavaScript and Java platforms do."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Return `text`, in NFC, as messages of at most `limit` in the unit of `measure`.

    Cut between paragraphs where that fits, else between sentences, else between words, and only
    a word longer than a message inside it. White space around a cut is all that goes. A text of
    nothing but white space gives no message.
    """
    if limit < 1:
        raise ValueError("a message holds at least one character")
    rest = unicodedata.normalize("NFC", text).strip()
    pieces = []
    while rest:
        cut = _cut(rest, limit, measure)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return pieces


def _cut(text: str, limit: int, measure: Callable[[str], int]) -> int:
    if measure(text) <= limit:
        return len(text)
    ends = _grapheme_ends(text)
    fitting = bisect.bisect_right(ends, limit, key=lambda end: measure(text[:end]))
    if not fitting:
        return _cut_grapheme(text[: ends[0]], limit, measure)
    last = ends[fitting - 1]
    allowed = set(ends)
    for border in _BORDERS:
        # One character more than fits: a message may end right before its border's first space.
        places = [
            place
            for match in border.finditer(text, 0, ends[fitting])
            if {place := _first_space(match), match.end()} <= allowed and place <= last
        ]
        if places:
            return places[-1]
    return last


def _first_space(match: re.Match[str]) -> int:
    """Return where the white space of a border begins: closing quotes belong to the sentence."""
    border = match.group()
    return match.start() + len(border) - len(border.lstrip("\"'”’»)]"))


def _cut_grapheme(grapheme: str, limit: int, measure: Callable[[str], int]) -> int:
    """Return where to cut a character that is longer than a message. At least one code point."""
    ends = range(1, len(grapheme) + 1)
    return max(1, bisect.bisect_right(ends, limit, key=lambda end: measure(grapheme[:end])))


def _grapheme_ends(text: str) -> list[int]:
    """Return where characters, as a reader sees them, end (after UAX #29, on the safe side)."""
    ends = []
    flag_letters = 0
    for index, (before, after) in enumerate(pairwise(text), start=1):
        flag_letters = flag_letters + 1 if ord(before) in _FLAG_LETTERS else 0
        is_half_a_flag = flag_letters % 2 == 1 and ord(after) in _FLAG_LETTERS
        if not (is_half_a_flag or _belongs_together(before, after)):
            ends.append(index)
    return [*ends, len(text)]


def _belongs_together(before: str, after: str) -> bool:
    return (
        _JOINER in (before, after)
        or before + after == "\r\n"
        or unicodedata.category(after).startswith("M")
        or ord(after) in _SKIN_TONES
        or ord(after) in _TAGS
    )
