"""What may come of a visit, to be told on a page."""

from enum import StrEnum


class Message(StrEnum):
    """What a page without a ticket may have to say."""

    EXPIRED = "expired"
    USED = "used"
    INVALID = "invalid"
    SESSION = "session"
    NOT_FOUND = "not_found"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    CONFLICT = "conflict"
    ERROR = "error"


class Flash(StrEnum):
    """What came of the form just sent, said on top of the ticket page."""

    REPLIED = "replied"
    NOTED = "noted"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    PENDED = "pended"
    CHANGED = "changed"
    INVITED = "invited"
    MERGED = "merged"
    AWAY = "away"
    BACK = "back"
    CAPACITY = "capacity"
    CONFLICT = "conflict"
    REPEATED = "repeated"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHOOSE = "choose"
    ADDRESS = "address"
    NUMBER = "number"
    COUNT = "count"


BAD = (
    Flash.CONFLICT,
    Flash.EMPTY,
    Flash.TOO_LONG,
    Flash.CHOOSE,
    Flash.ADDRESS,
    Flash.NUMBER,
    Flash.COUNT,
)
"""What has to be mended."""
