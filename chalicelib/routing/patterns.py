"""Regular expressions of the desk, in time that grows with the text and no faster.

RE2 (https://github.com/google/re2/wiki/Syntax) never backtracks. It is imported by the first
pattern, so a function whose desk has none never loads it.
"""

import unicodedata
from functools import lru_cache
from typing import Any

READ = 10_000
"""Characters of a message that are searched."""

LONGEST = 500
"""Characters of a pattern."""

MOST_STEPS = 5_000
"""Size of a compiled pattern: time is this times the length of the text, a second at the worst."""


def searchable(text: str) -> bytes:
    """Return the part of `text` that is searched, as RE2 reads it."""
    return unicodedata.normalize("NFC", text[:READ]).encode("utf-8", "replace")


def is_found(pattern: str, text: bytes) -> bool:
    """Return whether `pattern`, in small letters or capitals, is anywhere in a `searchable`."""
    return _compiled(pattern).search(text) is not None


def refusal(pattern: str) -> str | None:
    """Return why RE2 doesn't take `pattern`, in its own English words; None when it does."""
    import re2

    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        said = error.args[0] if error.args else b""
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return "pattern too large" if compiled.programsize > MOST_STEPS else None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(unicodedata.normalize("NFC", pattern), options)
