"""What would go wrong later although every part of a desk is well formed.

Looked up in the channels' adapters, the holidays package and RE2, so only when a desk is checked
and not whenever one is read.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from chalicelib.channels.registry import ADAPTERS, adapter_class
from chalicelib.config.promises import empty_promises
from chalicelib.desk.model import is_reference
from chalicelib.desk.references import EVERY, Location, child, children, fault, find
from chalicelib.errors import ConfigurationError
from chalicelib.routing.patterns import refusal
from chalicelib.sla.calendar import Calendar, next_opening
from chalicelib.sla.public_holidays import is_known

# In these, time is counted; an agent's own only says when he is there, and may run out.
COUNTED = (("teams", EVERY, "calendar"), ("policies", EVERY, "calendar"))

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")

_ANY_DAY = date(2026, 1, 1)

# What other engines know and RE2 can't do in time that grows with the text only.
NOT_IN_RE2 = (
    (re.compile(r"\(\?<?[=!]"), "pattern_looks_around"),
    (re.compile(r"\\[1-9]|\(\?P="), "pattern_refers_back"),
)


def unsound(document: Any) -> list[InitErrorDetails]:
    """Return the errors of a desk, or of a document that isn't one yet."""
    return [
        *_wrong_secrets(document),
        *_unknown_countries(document),
        *_closed_for_ever(document),
        *_refused_patterns(document),
        *_wrong_addresses(document),
        *empty_promises(document),
    ]


def _wrong_secrets(document: Any) -> Iterator[InitErrorDetails]:
    for place, account in find(document, ("accounts", EVERY)):
        channel = child(account, "channel")
        if channel in ADAPTERS:
            names = [str(name) for name, _ in children(child(account, "secrets"))]
            yield from _secrets_amiss(channel, names, (*place, "secrets"))


def _secrets_amiss(channel: str, names: list[str], place: Location) -> Iterator[InitErrorDetails]:
    adapter = adapter_class(channel)
    known = [*adapter.required_secrets, *adapter.optional_secrets]
    for name in adapter.required_secrets:
        if name not in names:
            yield fault("missing_secret", {"name": name, "known": []}, place)
    for name in names:
        if name not in known:
            context = {"channel": channel, "name": name, "known": known}
            yield fault("unknown_secret", context, (*place, name))


def _unknown_countries(document: Any) -> Iterator[InitErrorDetails]:
    for place, country in find(document, ("calendars", EVERY, "holidays")):
        if isinstance(country, str) and country.isupper() and not is_known(country):
            yield fault("unknown_country", {"name": country, "known": ["VN"]}, place)


def _closed_for_ever(document: Any) -> Iterator[InitErrorDetails]:
    counted = [name for pattern in COUNTED for _, name in find(document, pattern)]
    for place, calendar in find(document, ("calendars", EVERY)):
        is_dated = _has_hours(calendar, "exceptions")
        if not is_dated and not _has_hours(calendar, "week"):
            yield fault("never_open", {}, place)
        elif (not is_dated or place[-1] in counted) and (day := _closed_after(calendar)):
            yield fault("closed_for_years", {"day": day}, place)


def _has_hours(calendar: Any, part: str) -> bool:
    return any(hours for _, hours in children(child(calendar, part)))


def _closed_after(calendar: Any) -> date | None:
    """Return a day after which a well-formed calendar doesn't open for ten years, if there is one.

    This takes no clock: a week and its public holidays are alike in any ten years, so it is
    enough to look on from any day at all, and from each exception.
    """
    try:
        hours = Calendar.model_validate(calendar)
    except ValidationError:
        return None
    if hours.holidays and not is_known(hours.holidays):
        return None
    days = (_ANY_DAY, *sorted(hours.exceptions))
    return next((day for day in days if not _opens_after(hours, day)), None)


def _opens_after(calendar: Calendar, day: date) -> bool:
    # On the second midnight a night that began on the day is over, too.
    midnight = datetime.combine(day, time.min, ZoneInfo(calendar.time_zone)) + timedelta(days=2)
    try:
        next_opening(calendar, midnight)
    except ConfigurationError:
        return False
    return True


def _refused_patterns(document: Any) -> Iterator[InitErrorDetails]:
    for place, pattern in find(document, ("rules", EVERY, "when", "matches", EVERY)):
        if isinstance(pattern, str) and (why := refusal(pattern)):
            known = (kind for construct, kind in NOT_IN_RE2 if construct.search(pattern))
            yield fault(next(known, "pattern_refused"), {"why": why}, place, pattern)


def _wrong_addresses(document: Any) -> Iterator[InitErrorDetails]:
    for place, domain in find(document, ("routing", "guest_domains", EVERY)):
        if isinstance(domain, str) and not _DOMAIN.fullmatch(domain):
            yield fault("not_a_domain", {"name": domain}, place)
    for pattern in (("slack",), ("slack", EVERY)):
        for place, address in find(document, pattern):
            if isinstance(address, str) and not _is_web_address(address):
                yield fault("not_a_web_address", {}, place)


def _is_web_address(text: str) -> bool:
    return text.startswith("https://") or is_reference(text)
