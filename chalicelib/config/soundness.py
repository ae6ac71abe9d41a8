"""What would go wrong later although every part of a desk is well formed.

Looked up in the channels' adapters and the holidays package, so only when a desk is checked and
not whenever one is read.
"""

from collections.abc import Iterator
from typing import Any

from pydantic_core import InitErrorDetails

from chalicelib.channels.registry import ADAPTERS, adapter_class
from chalicelib.desk.references import EVERY, Location, child, children, fault, find
from chalicelib.sla.public_holidays import is_known


def unsound(document: Any) -> list[InitErrorDetails]:
    """Return the errors of a desk, or of a document that isn't one yet."""
    return [*_wrong_secrets(document), *_unknown_countries(document), *_closed_for_ever(document)]


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
    for place, calendar in find(document, ("calendars", EVERY)):
        parts = (child(calendar, "week"), child(calendar, "exceptions"))
        if not any(hours for part in parts for _, hours in children(part)):
            yield fault("never_open", {}, place)
