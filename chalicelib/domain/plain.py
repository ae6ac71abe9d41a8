"""Foreign text made safe to stand beside ours: nothing invisible that changes how it reads."""

_JOINER = "\u200d"
"""Joins emoji into one; the only invisible character that is kept in a line."""

_HEADER_LIMIT = 900
"""Characters; RFC 5322 section 2.1.1 allows a header line 998 octets."""

# Overrides of the reading direction make `gpj.exe` read as `exe.jpg` and mirror what follows.
_DIRECTIONS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def one_line(text: str, limit: int = 200) -> str:
    """Return `text` as one line of visible characters, at most `limit` of them."""
    kept = (char if char.isprintable() or char == _JOINER else " " for char in text)
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def header_text(text: str) -> str:
    """Return `text` fit for a mail header.

    `email` reads encoded words in what it is given, so a customer's `=?utf-8?q?=0D=0ABcc:…?=`
    would become a header line of its own.
    """
    return one_line(text, _HEADER_LIMIT).replace("=?", "= ?")


def as_written(text: str) -> str:
    """Return `text` with its lines, but without overrides of the reading direction."""
    return text.translate(_DIRECTIONS)
