"""What people type, made fit to keep: one kind of line break, and nothing that can't be seen."""

import unicodedata

KEPT = ("\n", "\t")
# Control characters, halves of a surrogate pair, and code points that are none.
DROPPED = ("Cc", "Cs", "Cn")


def cleaned(text: str) -> str:
    """Return `text` without control characters and without blank ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if _is_kept(each)).strip()


def _is_kept(character: str) -> bool:
    return character in KEPT or unicodedata.category(character) not in DROPPED
