"""A webhook taken apart: one message, echo or status each, with the contact it is about."""

from collections.abc import Iterator
from typing import Any

from chalicelib.channels.meta import Entry, single_entries

_ITEMS = ("messages", "message_echoes", "statuses")
_PARTIES = ("from", "from_user_id", "to", "to_user_id", "recipient_id", "recipient_user_id")


def single_items(entries: list[Any]) -> Iterator[Entry]:
    """Yield an entry of its own for everything in `entries`; no other customer's name is in it."""
    for entry in single_entries(entries):
        yield from _apart(entry)


def change_of(entry: Entry) -> dict[str, Any]:
    """Return the one change in an entry, empty where there is none."""
    changes = entry.get("changes")
    change = changes[0] if isinstance(changes, list) and changes else None
    return change if isinstance(change, dict) else {}


def _apart(entry: Entry) -> Iterator[Entry]:
    change = change_of(entry)
    value = change.get("value")
    lists = _lists(value) if isinstance(value, dict) else {}
    if not isinstance(value, dict) or not lists:
        yield entry
        return
    rest = {key: each for key, each in value.items() if key not in lists}
    for key, items in lists.items():
        for item in items:
            alone = {**rest, **_contacts(value, item), key: [item]}
            yield {**entry, "changes": [{**change, "value": alone}]}


def _lists(value: dict[str, Any]) -> dict[str, list[Any]]:
    return {key: value[key] for key in _ITEMS if isinstance(value.get(key), list) and value[key]}


def _contacts(value: dict[str, Any], item: object) -> dict[str, Any]:
    contacts = value.get("contacts")
    if not isinstance(contacts, list) or len(contacts) == 1:
        return {}
    given = (item.get(name) for name in _PARTIES) if isinstance(item, dict) else ()
    parties = [each for each in given if each]
    return {"contacts": [each for each in contacts if _is_one_of(each, parties)]}


def _is_one_of(contact: object, parties: list[Any]) -> bool:
    if not isinstance(contact, dict):
        return False
    return any(contact.get(name) in parties for name in ("wa_id", "user_id"))
