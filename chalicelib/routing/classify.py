"""What a message is about, by the keywords of each request type."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, field_validator

from chalicelib.domain.tickets import Priority
from chalicelib.routing.names import Name

# Letters and digits with their combining marks. Emoji, punctuation and `_` part words.
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
_STROKE = "\u0335"
# `đ` has no decomposition; old Vietnamese fonts typed the Icelandic `ð` in its place.
_BARRED_D = str.maketrans(dict.fromkeys("đðɖ", f"d{_STROKE}"))
# Invisible inside words: soft hyphen, joiners, byte order mark.
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200c\u200d\u2060\ufeff"))


class RequestType(BaseModel):
    """What a customer may want, the team that answers, and the words that give it away.

    `channels` limits it to those. With channels and no keywords it takes whatever comes
    there and no keyword claims.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    team: str
    priority: Priority = Priority.NORMAL
    skills: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @field_validator("keywords")
    @classmethod
    def _have_words(cls, keywords: tuple[str, ...]) -> tuple[str, ...]:
        for keyword in keywords:
            if not _words(keyword):
                raise ValueError(f"the keyword {keyword!r} has no letter or digit")
        return keywords


@dataclass(frozen=True, slots=True)
class Classification:
    """The request type, and the keyword that decided it, when one did."""

    request_type: str
    matched: str | None = None


def classify(
    text: str, channel: str, request_types: Mapping[str, RequestType], default: str
) -> Classification:
    """Return the request type with the longest keyword in `text`; of equals, the first."""
    words = _words(text)
    allowed = {
        name: kind
        for name, kind in request_types.items()
        if not kind.channels or channel in kind.channels
    }
    found = max(_matches(words, allowed), key=_length, default=None)
    return found or Classification(_by_channel(allowed) or default)


def fold_accents(text: str) -> str:
    """Return `text` in small letters without any mark: `ĐỔI Trả` and its NFD are `doi tra`."""
    return "".join(char for char in _decompose(text) if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word's bare letters and its marks, sorted: `hòa` and `hoà` are the same word."""

    letters: str
    marks: str


def _matches(
    words: tuple[_Word, ...], request_types: Mapping[str, RequestType]
) -> Iterator[Classification]:
    for name, kind in request_types.items():
        for keyword in kind.keywords:
            if _says(words, _keyword(keyword)):
                yield Classification(name, keyword)


def _says(words: tuple[_Word, ...], phrase: tuple[_Word, ...]) -> bool:
    if len(phrase) == 1:
        return any(_same(word, phrase[0]) for word in words)
    return _line(phrase) in _line(words)


def _same(word: _Word, keyword: _Word) -> bool:
    # A lone syllable without its marks is many words (đổi, đợi, đôi), so it counts as it is
    # written or without any mark. Phrases are unmistakable, whatever their marks.
    if word.letters != keyword.letters:
        return False
    return word.marks == keyword.marks or not word.marks or not keyword.marks


def _line(words: tuple[_Word, ...]) -> str:
    return " ".join(("", *(word.letters for word in words), ""))


def _length(found: Classification) -> int:
    return len(_line(_keyword(found.matched or "")))


def _by_channel(allowed: Mapping[str, RequestType]) -> str | None:
    return next(
        (name for name, kind in allowed.items() if kind.channels and not kind.keywords), None
    )


@lru_cache(maxsize=4096)
def _keyword(keyword: str) -> tuple[_Word, ...]:
    return _words(keyword)


def _words(text: str) -> tuple[_Word, ...]:
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    return tuple(_word(found) for found in _WORD.findall(text))


def _word(text: str) -> _Word:
    chars = _decompose(text)
    return _Word(
        "".join(char for char in chars if not unicodedata.combining(char)),
        "".join(sorted(char for char in chars if unicodedata.combining(char))),
    )


def _decompose(text: str) -> str:
    # NFKD also turns full-width and decorative letters into plain ones.
    return unicodedata.normalize("NFKD", text).casefold().translate(_BARRED_D)
