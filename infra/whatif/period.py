"""From when until when a history is looked at."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.errors import InvalidRequestError

FOREVER = datetime.max.replace(tzinfo=UTC)
EVER = datetime.min.replace(tzinfo=UTC)


YEARS = range(2000, 2100)
"""Any other year is a slip of the pen."""


def parse_time(text: str, zone: ZoneInfo) -> datetime:
    """Return a day's or a time's moment, in `zone` unless it names its own. Raises `ValueError`."""
    at = datetime.fromisoformat(text)
    if at.year not in YEARS:
        raise ValueError(f"the year {at.year}")
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """`until` itself no longer belongs to it; None is as far as there is anything."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def between(cls, since: str | None, until: str | None, zone: ZoneInfo) -> "Period":
        """Read what a person wrote. Raises `InvalidRequestError`."""
        period = cls(_read(since, zone), _read(until, zone))
        if period.since and period.until and period.since >= period.until:
            words = "--to phải sau --from · --to has to come after --from"
            raise InvalidRequestError(f"{words}: {since} ≥ {until}")
        return period

    def __contains__(self, at: datetime) -> bool:
        return (self.since or EVER) <= at < (self.until or FOREVER)


def _read(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_time(text, zone)
    except ValueError as error:
        words = f"“{text}” không phải ngày giờ, viết 2026-10-01 · is no time, write 2026-10-01"
        raise InvalidRequestError(words) from error
