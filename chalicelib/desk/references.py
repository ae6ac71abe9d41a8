"""The names by which one part of a desk points at another, and which of them lead nowhere.

Works on a finished `Desk` and on a document that isn't one yet, so that wrong names are reported
together with whatever else is wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import InitErrorDetails, PydanticCustomError

from chalicelib.channels.registry import ADAPTERS

Location = tuple[str | int, ...]

EVERY = "*"

# The pattern of a place, and the kind of thing that must bear the name that stands there.
REFERENCES: Mapping[tuple[str, ...], str] = {
    ("accounts", EVERY, "channel"): "channel",
    ("agents", EVERY, "backup"): "agent",
    ("agents", EVERY, "calendar"): "calendar",
    ("teams", EVERY, "calendar"): "calendar",
    ("teams", EVERY, "lead"): "agent",
    ("teams", EVERY, "members", EVERY): "agent",
    ("request_types", EVERY, "team"): "team",
    ("request_types", EVERY, "channels", EVERY): "channel",
    ("default_request_type",): "request_type",
    ("policies", EVERY, "calendar"): "calendar",
    ("policies", EVERY, "match", "request_type", EVERY): "request_type",
    ("policies", EVERY, "match", "channel", EVERY): "channel",
    ("policies", EVERY, "match", "account", EVERY): "account",
    ("policies", EVERY, "match", "team", EVERY): "team",
}

SECTIONS: Mapping[str, str] = {
    "agent": "agents",
    "calendar": "calendars",
    "request_type": "request_types",
    "team": "teams",
}


def broken_references(document: Any) -> list[InitErrorDetails]:
    """Return an error for every name that leads nowhere, to itself, or stands there twice."""
    return [
        *_unknown_names(document),
        *_own_backups(document),
        *_repeated_accounts(document),
        *_repeated_members(document),
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


def child(node: Any, name: str) -> Any:
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


def _own_backups(document: Any) -> Iterator[InitErrorDetails]:
    for location, backup in find(document, ("agents", EVERY, "backup")):
        if backup == location[1]:
            yield fault("own_backup", {}, location, backup)


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


def _names_of(kind: str, document: Any) -> list[str]:
    if kind == "channel":
        return list(ADAPTERS)
    if kind == "account":
        return [str(name) for _, name in find(document, ("accounts", EVERY, "account"))]
    return [str(name) for name, _ in children(child(document, SECTIONS[kind]))]
