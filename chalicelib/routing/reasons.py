"""Why an agent got a ticket, or did not: the texts that the timeline keeps, written and read."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import chain
from string import Formatter


class Reason(StrEnum):
    """Why a ticket went where it did."""

    ACCOUNT_MANAGER = "account manager"
    ANSWERED_LAST = "answered last"
    LEAST_LOADED = "least loaded of {count}"
    ROUND_ROBIN = "round robin of {count}"
    WEIGHTED = "by weight of {count}"
    LONGEST_IDLE = "longest idle of {count}"
    ONLY = "the only one free"
    OWNER = "the owner is present"
    BACKUP_ABSENT = "backup for {agent}, who is absent"
    BACKUP_DROPPED = "backup for {agent}, who let it drop"
    TEAM_BACKUP = "backup of the team"
    LEAD = "lead of the team"
    NOBODY = "nobody free in {team}"
    NO_SKILL = "nobody in {team} has the skills"
    NO_LANGUAGE = "nobody in {team} speaks {language}"
    OWNER_ABSENT = "the owner is absent and no backup is free"
    OWNER_DROPPED = "the owner let it drop and no backup is free"


class Verdict(StrEnum):
    """How an agent came out of the tests; he falls out at the first that he fails."""

    FREE = "{agent} {load}/{limit}"
    NO_SKILL = "{agent} no skill {skills}"
    NO_LANGUAGE = "{agent} speaks no {language}"
    DROPPED = "{agent} let it drop"
    ABSENT = "{agent} absent"
    FULL = "{agent} full {load}/{limit}"
    CHANNEL_FULL = "{agent} full on {channel} {load}/{limit}"


class TieBreak(StrEnum):
    """What decided between agents whom the team's strategy held equal."""

    LOAD = "tie-break: fewer tickets"
    ORDER = "tie-break: order of the team"
    LOT = "tie-break: drawn by lot"


_SHAPES: Mapping[str, str] = {
    "agent": r"[\w-]+",
    "team": r"[\w-]+",
    "count": r"\d+",
    "load": r"-?\d+",
    "limit": r"\d+",
    "language": r"[\w-]+",
    "channel": r"\w+",
}


def read(text: str, *kinds: type[StrEnum]) -> tuple[StrEnum, dict[str, str]] | None:
    """Return which of `kinds` a text was written from, and what stands in its places."""
    for kind in chain(*kinds):
        if found := _pattern(kind).fullmatch(text):
            return kind, found.groupdict()
    return None


@cache
def _pattern(kind: StrEnum) -> re.Pattern[str]:
    parts = (
        re.escape(words) + (f"(?P<{place}>{_SHAPES.get(place, '.+')})" if place else "")
        for words, place, _, _ in Formatter().parse(kind)
    )
    return re.compile("".join(parts))
