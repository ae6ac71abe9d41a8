"""What a text message costs: the pieces a telephone network cuts it into.

3GPP TS 23.038 (alphabets) and 23.040 (concatenation): one piece has 140 octets, and each of
several gives up six of them to say its place. A single letter outside the GSM alphabet, most of
those that Vietnamese needs among them, makes the whole message UCS-2.
"""

from collections.abc import Iterable

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each: an escape comes before

_GSM = (160, 153)
_UCS2 = (70, 67)
_LAST_OF_BMP = 0xFFFF


def segments(text: str) -> int:
    """Count the pieces `text` is sent and paid as; none for an empty one."""
    if set(text) <= _BASIC | _EXTENDED:
        return _pieces([2 if letter in _EXTENDED else 1 for letter in text], *_GSM)
    return _pieces([2 if ord(letter) > _LAST_OF_BMP else 1 for letter in text], *_UCS2)


def _pieces(sizes: Iterable[int], alone: int, together: int) -> int:
    """Fill one piece after the other: neither an escape nor a surrogate pair is torn apart."""
    total, pieces, room = 0, 0, 0
    for size in sizes:
        total += size
        if size > room:
            pieces, room = pieces + 1, together
        room -= size
    return pieces if total > alone else min(pieces, 1)
