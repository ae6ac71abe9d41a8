"""The names by which one part of a desk points at another, and which of them lead nowhere.

Works on a finished `Desk` and on a document that isn't one yet, so that wrong names are reported
together with whatever else is wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import InitErrorDetails, PydanticCustomError

from chalicelib.channels.registry import ADAPTERS
from chalicelib.sla.ladder import ROLES

Location = tuple[str | int, ...]

EVERY = "*"

# The pattern of a place, and the kind of thing that must bear the name that stands there.
REFERENCES: Mapping[tuple[str, ...], str] = {
    ("accounts", EVERY, "channel"): "channel",
    ("agents", EVERY, "backup"): "agent",
    ("agents", EVERY, "calendar"): "calendar",
    ("teams", EVERY, "calendar"): "calendar",
    ("teams", EVERY, "lead"): "agent",
    ("teams", EVERY, "manager"): "agent",
    ("teams", EVERY, "backup"): "agent",
    ("teams", EVERY, "members", EVERY): "agent",
    ("teams", EVERY, "next_level"): "team",
    ("request_types", EVERY, "team"): "team",
    ("request_types", EVERY, "channels", EVERY): "channel",
    ("default_request_type",): "request_type",
    ("rules", EVERY, "when", "channel", EVERY): "channel",
    ("rules", EVERY, "when", "account", EVERY): "account",
    ("rules", EVERY, "then", "request_type"): "request_type",
    ("policies", EVERY, "calendar"): "calendar",
    ("policies", EVERY, "match", "request_type", EVERY): "request_type",
    ("policies", EVERY, "match", "channel", EVERY): "channel",
    ("policies", EVERY, "match", "account", EVERY): "account",
    ("policies", EVERY, "match", "team", EVERY): "team",
    ("policies", EVERY, "reminders", EVERY, "to", EVERY): "recipient",
    ("policies", EVERY, "escalation", "to", EVERY): "recipient",
    ("policies", EVERY, "escalation", EVERY, "to", EVERY): "recipient",
}

SECTIONS: Mapping[str, str] = {
    "agent": "agents",
    "calendar": "calendars",
    "request_type": "request_types",
    "team": "teams",
}


def broken_references(document: Any) -> list[InitErrorDetails]:
    """Return an error for every name that leads nowhere, back to itself, or stands there twice."""
    return [
        *_unknown_names(document),
        *_unknown_channels(document),
        *_own_backups(document),
        *_endless_levels(document),
        *_repeated_accounts(document),
        *_repeated_members(document),
        *_repeated_rules(document),
    ]


def find(
    node: Any, pattern: tuple[str, ...], location: Location = ()
) -> Iterator[tuple[Location, Any]]:
    """Yield every place that fits `pattern`, and what stands there."""
    if not pattern:
        yield location, node
        return
    head, *rest = pattern
    for name, inner in children(node):
        if head in (EVERY, name):
            yield from find(inner, tuple(rest), (*location, name))


def children(node: Any) -> list[tuple[str | int, Any]]:
    """Return what stands inside `node`, by name or position; nothing inside a plain value."""
    if isinstance(node, BaseModel):
        return [(name, getattr(node, name)) for name in type(node).model_fields]
    if isinstance(node, Mapping):
        return list(node.items())
    if isinstance(node, list | tuple):
        return list(enumerate(node))
    return []


def child(node: Any, name: str | int) -> Any:
    """Return what stands at `name`, or None."""
    return dict(children(node)).get(name)


def fault(
    kind: Any, context: dict[str, Any], location: Location, value: Any = None
) -> InitErrorDetails:
    """Return an error of the given kind; its words are found where it's told to a person."""
    return InitErrorDetails(
        type=PydanticCustomError(kind, kind, context), loc=location, input=value
    )


def _unknown_names(document: Any) -> Iterator[InitErrorDetails]:
    for pattern, kind in REFERENCES.items():
        known = _names_of(kind, document)
        for location, value in find(document, pattern):
            if isinstance(value, str) and value not in known:
                context = {"kind": kind, "name": value, "known": known}
                yield fault("unknown_reference", context, location, value)


def _unknown_channels(document: Any) -> Iterator[InitErrorDetails]:
    known = list(ADAPTERS)
    for location, limit in find(document, ("agents", EVERY, "channel_capacity", EVERY)):
        channel = location[-1]
        if channel not in known:
            context = {"kind": "channel", "name": channel, "known": known}
            yield fault("unknown_reference", context, location, limit)


def _own_backups(document: Any) -> Iterator[InitErrorDetails]:
    for location, backup in find(document, ("agents", EVERY, "backup")):
        if backup == location[1]:
            yield fault("own_backup", {}, location, backup)


def _endless_levels(document: Any) -> Iterator[InitErrorDetails]:
    next_of = {
        location[1]: next_id for location, next_id in find(document, ("teams", EVERY, "next_level"))
    }
    for team_id, next_id in next_of.items():
        if team_id in _levels_above(team_id, next_of):
            yield fault("endless_levels", {}, ("teams", team_id, "next_level"), next_id)


def _levels_above(team_id: Any, next_of: Mapping[Any, Any]) -> list[Any]:
    above: list[Any] = []
    while isinstance(team_id := next_of.get(team_id), str) and team_id not in above:
        above.append(team_id)
    return above


def _repeated_accounts(document: Any) -> Iterator[InitErrorDetails]:
    seen = set()
    for location, account in find(document, ("accounts", EVERY)):
        pair = (child(account, "channel"), child(account, "account"))
        if None not in pair and str(pair) in seen:
            yield fault("repeated", {"name": "/".join(map(str, pair))}, (*location, "account"))
        seen.add(str(pair))


def _repeated_members(document: Any) -> Iterator[InitErrorDetails]:
    for location, members in find(document, ("teams", EVERY, "members")):
        names = [name for _, name in children(members)]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield fault("repeated", {"name": name}, (*location, index))


def _repeated_rules(document: Any) -> Iterator[InitErrorDetails]:
    seen = set()
    for location, name in find(document, ("rules", EVERY, "name")):
        if str(name) in seen:
            yield fault("repeated", {"name": name}, location, name)
        seen.add(str(name))


def _names_of(kind: str, document: Any) -> list[str]:
    if kind == "channel":
        return list(ADAPTERS)
    if kind == "account":
        return [str(name) for _, name in find(document, ("accounts", EVERY, "account"))]
    if kind == "recipient":
        return [*ROLES, *_names_of("agent", document)]
    return [str(name) for name, _ in children(child(document, SECTIONS[kind]))]
