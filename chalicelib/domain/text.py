"""Words in both languages of Frontline."""

from collections.abc import Mapping

LANGUAGES = ("vi", "en")

Text = Mapping[str, str]


def text(value: object) -> Text:
    """Return both languages of one string, or of a mapping that may lack one of them.

    Raises `ValueError` when it is neither, or empty.
    """
    words = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
    if not isinstance(words, Mapping) or not words or not words.keys() <= set(LANGUAGES):
        raise ValueError("write one text, or one for each of vi and en")
    if not all(isinstance(word, str) and word.strip() for word in words.values()):
        raise ValueError("a text is empty: write it, or leave that language out")
    other = next(iter(words.values()))
    return {language: words.get(language, other) for language in LANGUAGES}
