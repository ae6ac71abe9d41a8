"""What the writer of a mail wrote himself: the reply cut out of what it quotes.

Losing a word is worse than keeping a quote, so whatever might be the writer's stays: text below
or between quoted lines, and a quote with nothing else around it. The whole mail is kept anyway.
"""

import re
from dataclasses import dataclass

from chalicelib.channels.email.attributions import (
    LONGEST,
    attribution,
    header_block,
    is_rule,
    is_separator,
)
from chalicelib.channels.email.signatures import (
    is_delimiter,
    is_footer,
    strip_blanks,
    without_signature,
)

# Beyond this it is no letter; whoever wants the rest has the whole mail.
MAX_LINES = 5_000
MAX_LENGTH = 400_000

# What stands in the mails Frontline sends to agents; they write above it.
_MARKERS = ("trả lời phía trên dòng này", "please reply above this line")
_ODD_SPACES = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u2060", ""))
_SPLIT_ADDRESS = re.compile(
    r"\n{1,3}<[ \t]{0,9}\nmailto:([^\n<>]{0,200}<[^\n<>]{1,200}>)[ \t]{0,9}\n>[ \t]{0,9}"
)
_MAX_QUOTES_ABOVE = 20
_WRAPPED_AT = 70


def reply_text(text: str) -> str:
    """Return what the writer says in `text`: no quotes, no signature; all of it if in doubt."""
    body = without_quotes(text)
    return without_signature(body) or body


def own_words(text: str) -> str:
    """Return what surely is the writer's own, to be passed on as his answer; maybe nothing."""
    lines = _above_marker(_prepared(text))
    if _is_nothing_but_a_quote(lines) or not any(map(_is_own, lines)):
        return ""
    return without_signature("\n".join(strip_blanks(_cut(lines))))


def without_quotes(text: str) -> str:
    """Return `text` without what it quotes, or the whole where nothing would be left."""
    lines = _prepared(text)
    above = _above_marker(lines)
    kept = strip_blanks(_cut(above)) or strip_blanks(above)
    return "\n".join(kept or strip_blanks(lines))


def _prepared(text: str) -> list[str]:
    text = text.translate(_ODD_SPACES).replace("\xa0", " ")[:MAX_LENGTH]
    return _SPLIT_ADDRESS.sub(r" <\1> ", text).split("\n")[:MAX_LINES]


def _above_marker(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if any(marker in line.lower() for marker in _MARKERS):
            return _without_announcement(strip_blanks(lines[:at]))
    return lines


def _without_announcement(lines: list[str]) -> list[str]:
    """Drop "On Friday, Minh wrote:" from the end: what it announced stood below the marker."""
    for at in range(max(0, len(lines) - LONGEST), len(lines)):
        if lines[at].strip() and _announced(lines, at)[0] == len(lines):
            return lines[:at]
    return lines


def _is_nothing_but_a_quote(lines: list[str]) -> bool:
    """Tell whether the text begins with an announcement that no marked quote follows."""
    text = _Lines(lines)
    quote = _first_quote(text)
    return quote is not None and quote.end == quote.body and not text.words_above(quote.start)


@dataclass(frozen=True, slots=True)
class _Quote:
    """A quote from line `start`, announced up to `body`, ending before line `end`."""

    start: int
    body: int
    end: int


class _Lines:
    """A text's lines with, counted once, how many of the writer's own stand below each."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self._own = [*map(_is_own, lines)]
        below = 0
        self._below = [0] * (len(lines) + 1)
        for at in range(len(lines) - 1, -1, -1):
            below += self._own[at]
            self._below[at] = below

    def words_above(self, at: int) -> bool:
        return self._below[0] > self._below[at]

    def words_below(self, at: int) -> bool:
        """Tell whether more than a signature stands from line `at` on."""
        if not self._below[at]:
            return False
        first = next(i for i in range(at, len(self.lines)) if self._stands(i))
        return not is_delimiter(self.lines[first])

    def _stands(self, at: int) -> bool:
        return self._own[at] or is_delimiter(self.lines[at])


def _cut(lines: list[str]) -> list[str]:
    for _ in range(_MAX_QUOTES_ABOVE):
        text = _Lines(lines)
        quote = _first_quote(text)
        if quote is None:
            return lines
        if not text.words_below(quote.end):
            return lines[: quote.start]
        if text.words_above(quote.start):
            # Written between the quoted lines: they are what it answers, so they stay.
            return lines[: quote.start] + lines[quote.body :]
        if quote.end == quote.body:
            # Announced but not marked, and nothing above: whose words they are nobody can tell.
            return lines[quote.body :]
        lines = lines[quote.end :]
    return lines


def _first_quote(text: _Lines) -> _Quote | None:
    at = 0
    while at < len(text.lines):
        if not text.lines[at].strip():
            at += 1
            continue
        body, sure = _announced(text.lines, at)
        end = _quoted_end(text.lines, body)
        found = _Quote(at, body, end)
        if body > at and _is_quote(text, found, sure):
            unmarked = sure and end == body and text.words_above(at)
            return _unmarked(text, at) if unmarked else found
        if end > body == at and text.words_above(at) and not text.words_below(end):
            return found
        at = max(at + 1, end if body == at else at)
    return None


def _is_quote(text: _Lines, found: _Quote, sure: bool) -> bool:
    return sure or found.end > found.body or _is_marked(text.lines[found.start])


def _unmarked(text: _Lines, at: int) -> _Quote:
    """Return the quote that goes from its announcement to the end, without a `>`."""
    end = len(text.lines)
    return _Quote(_above_rule(text.lines, at), end, end)


def _announced(lines: list[str], at: int) -> tuple[int, bool]:
    """Return the line after an announcement at `at` (or `at`), and whether it is sure."""
    if is_separator(lines[at]):
        return at + 1, True
    end = header_block(lines, at)
    return (end, True) if end > at else attribution(lines, at)


def _above_rule(lines: list[str], at: int) -> int:
    """Return where the lines drawn above an announcement begin: they belong to it."""
    while at and (not lines[at - 1].strip() or is_rule(lines[at - 1])):
        at -= 1
    return at


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith(">")


def _quoted_end(lines: list[str], start: int) -> int:
    """Return the line after the `>` lines from `start` on, blank lines between them included."""
    end = at = start
    while at < len(lines):
        if _is_marked(lines[at]) or (end > start and _is_wrapped(lines, at)):
            end = at + 1
        elif lines[at].strip():
            break
        at += 1
    return end


def _is_wrapped(lines: list[str], at: int) -> bool:
    """Tell whether an unmarked line is the tail of a long quoted line that a program broke."""
    line, above = lines[at].strip(), lines[at - 1].rstrip()
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return (
        line[:1].islower()
        and _is_marked(above)
        and _is_marked(below)
        and len(above) >= _WRAPPED_AT
        and above[-1] not in ".?!:;"
    )


def _is_own(line: str) -> bool:
    """Tell whether `line` may be words of the writer's: not a quote, a drawn line, a footer."""
    return not (_is_marked(line) or is_footer(line))
