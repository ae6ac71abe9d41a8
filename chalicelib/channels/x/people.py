"""Whom and what X sends along with a message or a post."""

from collections.abc import Iterator, Mapping
from typing import Any


def included(includes: Mapping[str, Any], what: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects X sends along, out of the `data` that is sometimes around them."""
    found = includes.get(what)
    items = list(found.values()) if isinstance(found, dict) else found
    for item in items if isinstance(items, list) else ():
        inner = item.get("data", item) if isinstance(item, dict) else None
        if isinstance(inner, dict):
            yield inner


def name_of(user_id: str, users: Iterator[Mapping[str, Any]]) -> str | None:
    """Return what a user calls himself, if he is among `users`."""
    for user in users:
        name = user.get("name")
        if str(user.get("id")) == user_id and isinstance(name, str) and "\0" not in name:
            return name or None
    return None
