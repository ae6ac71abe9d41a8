"""A ticket's number as people write it: `4821-9370`, or without the dash."""

import re

PATTERN = r"^[0-9]{4}-?[0-9]{4}$"


def ticket_id_of(number: str) -> str | None:
    """Return the id that a number stands for, None for what is no number."""
    is_number = re.fullmatch(PATTERN, number, re.ASCII)
    return number.replace("-", "") if is_number else None
