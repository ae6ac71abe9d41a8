"""Words as customers type them, and whether a phrase is among them: marks and case don't count."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator

_MARK = "[\u0300-\u036f]"
_MARKS = re.compile(f"{_MARK}+")
# Letters and digits with their combining marks. Emoji, punctuation and `_` part words.
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|{_MARK})*")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
# Soft hyphen, joiners, byte order mark.
_INVISIBLE_IN_WORDS = re.compile("[\u00ad\u200c\u200d\u2060\ufeff]")
# `đ` has no decomposition; old Vietnamese fonts typed the Icelandic `ð` in its place.
_BARRED_D = re.compile("[đðɖ]")
_D_WITH_STROKE = "d\u0335"


def fold_accents(text: str) -> str:
    """Return `text` in small letters without any mark: `ĐỔI Trả` and its NFD are `doi tra`."""
    return _MARKS.sub("", _taken_apart(text))


@dataclass(frozen=True)
class Speech:
    """A text in small letters, each with its marks behind it."""

    letters: str

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(_taken_apart(_INVISIBLE_IN_WORDS.sub("", text)))

    @cached_property
    def line(self) -> str:
        """The words without their marks, a space before and behind each."""
        return _BETWEEN_WORDS.sub(" ", f" {_MARKS.sub('', self.letters)} ")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words with their marks."""
        return tuple(_WORD.findall(self.letters))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One or more words to look for; `text` is how the desk writes them, `line` as in `Speech`."""

    text: str
    line: str
    syllable: str | None
    """The word with its marks where it is the only one."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises `ValueError` for a text in which there is nothing to look for."""
        speech = Speech.of(text)
        if not speech.words:
            raise ValueError(f"the keyword {text!r} has no letter or digit")
        return cls(text, speech.line, speech.words[0] if len(speech.words) == 1 else None)

    @property
    def length(self) -> int:
        """Of its letters and the blanks between: of two in one message the longer one is meant."""
        return len(self.line.strip())

    def is_in(self, speech: Speech) -> bool:
        if self.line not in speech.line:
            return False
        wanted = self.syllable
        return wanted is None or any(_is_same(word, wanted) for word in speech.words)


def _with_words(phrases: tuple[str, ...]) -> tuple[str, ...]:
    for phrase in phrases:
        Phrase.of(phrase)
    return phrases


Phrases = Annotated[tuple[str, ...], AfterValidator(_with_words)]
"""Phrases as the desk writes them, each with something to look for."""


def _is_same(word: str, syllable: str) -> bool:
    # A lone syllable without its marks is many words (đổi, đợi, đôi), so it counts as it is
    # written or without any mark. Phrases are unmistakable, whatever their marks.
    if _MARKS.sub("", word) != _MARKS.sub("", syllable):
        return False
    marks, wanted = _marks(word), _marks(syllable)
    return marks == wanted or not marks or not wanted


def _marks(word: str) -> list[str]:
    """Return the marks in one order: `hòa` and `hoà` are the same word."""
    return sorted("".join(_MARKS.findall(word)))


def _taken_apart(text: str) -> str:
    # NFKD also turns full-width and decorative letters into plain ones.
    return _BARRED_D.sub(_D_WITH_STROKE, unicodedata.normalize("NFKD", text).casefold())
