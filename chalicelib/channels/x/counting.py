"""How X counts the characters of a post.

https://docs.x.com/fundamentals/counting-characters and the weights of twitter-text 3.
"""

import re
import unicodedata

LINK_WEIGHT = 23
HEAVY = 2

# Latin, Cyrillic, Thai… and common punctuation weigh 1. Vietnamese letters from ạ to ỹ do not.
_LIGHT = (range(0x1100), range(0x2000, 0x200E), range(0x2010, 0x2020), range(0x2032, 0x2038))

# A link ends before what is not ASCII, and before the punctuation of its sentence.
_REST = r"[\w\-.~:/?#\[\]@!$&'()*+,;=%|]*[\w\-/#=&+$%~]"
_LINK = re.compile(
    rf"https?://{_REST}"
    # Without a scheme X links what ends like a domain; which ends there are, X alone knows.
    rf"|(?<![a-z0-9@._/-])(?:[a-z0-9-]+\.)+[a-z]{{2,}}(?:/(?:{_REST})?)?",
    re.IGNORECASE | re.ASCII,
)

_PICTURE = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTURE}[\U000e0020-\U000e007f]*(?:\u200d{_PICTURE})*"
)


def weighted(text: str) -> int:
    """Return the weight of `text`, of which a post holds 280.

    A link weighs 23, an emoji 2 whatever it is made of. What only may be a link (`gom.vn`) counts
    as the heavier of the two, so that a post is never too long.
    """
    text = unicodedata.normalize("NFC", text)
    links = sum(_of_link(match.group()) for match in _LINK.finditer(text))
    return links + _of_words(_LINK.sub("", text))


def _of_link(link: str) -> int:
    return LINK_WEIGHT if "://" in link else max(LINK_WEIGHT, _of_words(link))


def _of_words(text: str) -> int:
    emoji = HEAVY * len(_EMOJI.findall(text))
    return emoji + sum(map(_of_character, _EMOJI.sub("", text)))


def _of_character(character: str) -> int:
    return 1 if any(ord(character) in light for light in _LIGHT) else HEAVY
