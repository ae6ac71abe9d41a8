"""What a form says by name, bounded, for the rules of the desk."""

from collections.abc import Mapping
from decimal import Decimal

MOST = 50
LONGEST_NAME = 64
LONGEST_VALUE = 1000


def form_fields(answers: Mapping[str, object]) -> dict[str, str]:
    """Return the answers that are words, numbers, yes or no, or lists of those.

    A longer value is cut; of more than `MOST` the first ones are taken, and a name that is too
    long is left out. The payload keeps them all.
    """
    named = {name: _written(answer) for name, answer in answers.items()}
    known = [(name, value) for name, value in named.items() if value and _is_name(name)]
    return dict(known[:MOST])


def _written(answer: object) -> str:
    if isinstance(answer, list | tuple):
        return ", ".join(filter(None, map(_written, answer)))[:LONGEST_VALUE]
    if isinstance(answer, bool):
        return str(answer).lower()
    is_plain = isinstance(answer, str | int | float | Decimal)
    return str(answer).replace("\x00", "").strip()[:LONGEST_VALUE] if is_plain else ""


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and "\x00" not in name
