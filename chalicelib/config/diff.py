"""What changes from one desk to another, place by place, without showing a secret."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.desk.model import Desk, is_reference

MASK = "•••"
SECRETS = {"secrets", "slack"}
EMPTY: tuple[Any, ...] = (None, [], {})


class _Absent:
    """Nothing stands there, which is more than a null."""

    def __repr__(self) -> str:
        return "–"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; `ABSENT` stands for nothing before, or nothing after."""

    path: str
    before: Any
    after: Any

    @property
    def sign(self) -> str:
        if self.before is ABSENT:
            return "+"
        return "-" if self.after is ABSENT else "~"

    def __str__(self) -> str:
        if self.sign == "~":
            return f"~ {self.path}: {_short(self.before)} → {_short(self.after)}"
        value = self.after if self.sign == "+" else self.before
        return f"{self.sign} {self.path}: {_short(value)}"


def diff(old: Desk | None, new: Desk) -> list[Change]:
    """Return every change from `old` (None: there was no desk) to `new`."""
    before = _by_name(old) if old else {}
    return list(_changes((), before, _by_name(new)))


def _by_name(desk: Desk) -> dict[str, Any]:
    """Return the desk with its lists of things as things by name, so that each is found again."""
    plain = desk.model_dump(mode="json")
    accounts = {f"{one['channel']}/{one['account']}": one for one in plain["accounts"]}
    policies, rules = _named(plain["policies"]), _named(plain["rules"])
    return {
        **plain,
        "accounts": accounts,
        "policies": policies,
        "rules": rules,
        # The first that matches is taken, so their order is a fact of its own.
        "policy order": list(policies),
        "rule order": list(rules),
    }


def _named(things: list[Any]) -> dict[str, Any]:
    return {_free_name(index, things): one for index, one in enumerate(things)}


def _free_name(index: int, things: list[Any]) -> str:
    name = str(things[index]["name"])
    earlier = [one["name"] for one in things[:index]]
    return f"{name} #{earlier.count(name) + 1}" if name in earlier else name


def _changes(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            yield from _changes((*path, key), before.get(key, ABSENT), after.get(key, ABSENT))
    elif before != after:
        in_secrets = not SECRETS.isdisjoint(path)
        yield Change(".".join(path), _masked(before, in_secrets), _masked(after, in_secrets))


def _masked(value: Any, in_secrets: bool) -> Any:
    """Return `value` with every secret unreadable that is written out rather than named."""
    if isinstance(value, dict):
        return {key: _masked(one, in_secrets or key in SECRETS) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, in_secrets) for one in value]
    is_plain_secret = in_secrets and isinstance(value, str) and not is_reference(value)
    return MASK if is_plain_secret else value


def _short(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key}: {_short(one)}" for key, one in value.items() if one not in EMPTY)
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    return str(value)
