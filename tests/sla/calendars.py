"""Calendars whose answers a reader can check by eye, and strategies for all others."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from chalicelib.sla.calendar import Calendar, Weekday

SAIGON = "Asia/Ho_Chi_Minh"
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS: tuple[Weekday, ...] = (*WEEKDAYS, "sat", "sun")


def calendar(zone: str = SAIGON, **fields: object) -> Calendar:
    return Calendar.model_validate({"time_zone": zone, **fields})


def daily(*hours: str, zone: str = SAIGON, **fields: object) -> Calendar:
    return calendar(zone, week=dict.fromkeys(ALL_DAYS, hours), **fields)


SHOP = calendar(
    week={**dict.fromkeys(WEEKDAYS, ("08:00-12:00", "13:30-17:30")), "sat": ("08:00-12:00",)},
    holidays="VN",
)
NIGHTS = daily("22:00-06:00")


def local(text: str, zone: str = SAIGON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# Where clocks jump in 2026; Havana at midnight, Lord Howe by half an hour.
JUMPS = {
    SAIGON: ("2026-02-17 00:00",),
    "America/New_York": ("2026-03-08 02:00", "2026-11-01 01:00"),
    "Europe/Kyiv": ("2026-03-29 03:00", "2026-10-25 03:00"),
    "America/Havana": ("2026-03-08 00:00", "2026-11-01 00:00"),
    "Australia/Lord_Howe": ("2026-04-05 01:30", "2026-10-04 02:00"),
}


@st.composite
def hours(draw: st.DrawFn) -> list[str]:
    minutes = st.integers(0, 24 * 60 - 1)
    edges = sorted(draw(st.lists(minutes, unique=True, max_size=6)))
    if len(edges) % 2:
        edges.pop()
    clocks = [f"{edge // 60:02}:{edge % 60:02}" for edge in edges]
    if clocks and draw(
        st.sampled_from((False, True))
    ):  # the last one runs over midnight, until the first
        clocks = [*clocks[1:], clocks[0]]
    pairs = zip(clocks[::2], clocks[1::2], strict=True)
    return [f"{opens}-{closes}" for opens, closes in pairs]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Calendars that are open for at least an hour on most Wednesdays."""
    week = draw(st.dictionaries(st.sampled_from(ALL_DAYS), hours(), max_size=7))
    days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    return calendar(
        draw(st.sampled_from(sorted(JUMPS))),
        week={**week, "wed": draw(st.sampled_from((["10:00-11:00"], ["20:15-05:00"])))},
        holidays=draw(st.sampled_from((None, "VN", "US"))),
        exceptions=draw(st.dictionaries(days, hours(), max_size=3)),
    )


@st.composite
def moments(draw: st.DrawFn, hours: Calendar) -> datetime:
    """Return whole minutes of 2026, most of them near a jump of the clocks."""
    jump = local(draw(st.sampled_from(JUMPS[hours.time_zone])), hours.time_zone)
    near = st.integers(-36 * 60, 36 * 60).map(lambda minutes: jump + timedelta(minutes=minutes))
    year = datetime(2026, 1, 1, tzinfo=UTC)
    far = st.integers(0, 365 * 24 * 60).map(lambda minutes: year + timedelta(minutes=minutes))
    return draw(st.one_of(near, near, far))
