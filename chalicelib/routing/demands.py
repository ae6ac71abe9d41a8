"""What a rule demands of a message, and whether the message meets it."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from chalicelib.routing.patterns import is_found
from chalicelib.routing.said import Said
from chalicelib.routing.speech import Phrase


class Demand(Protocol):
    def met_by(self, said: Said) -> str | None:
        """Return the words of the desk that `said` meets, `""` without words; else None."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`failed` names the first demand not met; `matched` is the first phrase or pattern found."""

    failed: str | None = None
    matched: str | None = None


def demand(key: str, wanted: Any) -> Demand:
    """Return the demand that a key of `when` makes with what is written there."""
    if key in _KINDS:
        return _KINDS[key](wanted)
    return OneOf.of(_ATTRIBUTES.get(key, key), wanted)


def judge(demands: Iterable[tuple[str, Demand]], said: Said) -> Verdict:
    """Return whether `said` meets all the demands, named as in the desk."""
    matched = ""
    for key, one in demands:
        met = one.met_by(said)
        if met is None:
            return Verdict(failed=key)
        matched = matched or met
    return Verdict(matched=matched or None)


@dataclass(frozen=True, slots=True)
class Says:
    phrases: tuple[Phrase, ...]

    def met_by(self, said: Said) -> str | None:
        return next((one.text for one in self.phrases if one.is_in(said.speech)), None)


@dataclass(frozen=True, slots=True)
class Matches:
    patterns: tuple[str, ...]

    def met_by(self, said: Said) -> str | None:
        return next((one for one in self.patterns if is_found(one, said.searchable)), None)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value of one attribute of a message is among those allowed."""

    attribute: str
    allowed: frozenset[str]

    @classmethod
    def of(cls, attribute: str, values: Iterable[object]) -> Self:
        return cls(attribute, frozenset(map(_plain, values)))

    def met_by(self, said: Said) -> str | None:
        value = getattr(said, self.attribute)
        return "" if value is not None and _plain(value) in self.allowed else None


@dataclass(frozen=True, slots=True)
class Fields:
    """Every field named has one of its values."""

    allowed: Mapping[str, frozenset[str]]

    def met_by(self, said: Said) -> str | None:
        has_all = all(
            _plain(said.fields.get(name, "")) in values for name, values in self.allowed.items()
        )
        return "" if has_all else None


def _plain(value: object) -> str:
    """Return a value as it is compared: forms and platforms differ in capitals and blanks."""
    return unicodedata.normalize("NFC", str(value)).casefold().strip()


_KINDS: Mapping[str, Callable[[Any], Demand]] = {
    "says": lambda phrases: Says(tuple(map(Phrase.of, phrases))),
    "matches": Matches,
    "field": lambda values: Fields(
        {name: frozenset(map(_plain, allowed)) for name, allowed in values.items()}
    ),
}

# Where an attribute of a message is called otherwise than the key of `when`.
_ATTRIBUTES = {"language": "spoken"}
