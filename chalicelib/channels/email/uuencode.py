"""Files that old programs put into the text itself, between `begin 644 name` and `end`."""

import binascii
import re

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,200})")

# So many beginnings without a file, and the rest is taken for text.
_PATIENCE = 8


def split_uuencoded(text: str) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """Return the text without its uuencoded files, and those as (name, content).

    What only looks like one (no `end`, a line that isn't uuencoded) stays text.
    """
    if "\nbegin " not in f"\n{text}" or "\nend" not in text:
        return text, ()
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    at = 0
    broken = 0
    while at < len(lines):
        found = _BEGIN.fullmatch(lines[at].strip()) if broken < _PATIENCE else None
        end, content = _file(lines, at + 1) if found else (0, b"")
        if found and end:
            files.append((found.group(1), content))
            at = end
        else:
            broken += bool(found)
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), tuple(files)


def _file(lines: list[str], start: int) -> tuple[int, bytes]:
    """Return the line after `end` and the content, or 0 where there is no whole file."""
    content: list[bytes] = []
    for at in range(start, len(lines)):
        line = lines[at].rstrip("\r")
        if line == "end":
            return at + 1, b"".join(content)
        try:
            content.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            return 0, b""
    return 0, b""
