"""The words of each language, looked up by name; both languages know the same names."""

from collections.abc import Mapping

from chalicelib.views.english import ENGLISH
from chalicelib.views.vietnamese import VIETNAMESE

_WORDS: Mapping[str, Mapping[str, str]] = {"vi": VIETNAMESE, "en": ENGLISH}


def words(language: str) -> Mapping[str, str]:
    """Return the words of a language; Vietnamese for one we don't speak."""
    return _WORDS.get(language, VIETNAMESE)
