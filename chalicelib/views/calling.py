"""What to call a colleague by, where he is spoken to."""

from chalicelib.routing.speech import fold_accents

_FAMILY_NAMES = (
    "bui cao chu dang dao dinh do doan duong ho hoang huynh le luong luu ly ngo nguyen pham phan "
    "phung quach ta tran trinh truong vo vu"
)
"""The usual Vietnamese family names without accents, but for those (Hà, Lâm, Mai) that as often
begin a given name of two words."""


def called(name: str) -> str:
    """Return the given name of a Vietnamese full name: its last word.

    It is one when it begins with a usual family name; any other name is said whole. What stands
    in brackets behind a name is not said.
    """
    words = name.partition("(")[0].split() or [name]
    return words[-1] if fold_accents(words[0]) in _FAMILY_NAMES.split() else " ".join(words)
