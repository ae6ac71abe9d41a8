"""Whether a short message is Vietnamese or English, by our own few letters and words.

No library: detectors of a hundred languages weigh megabytes, and on five unmarked words
(`shop oi cho hoi gia`) they guess.
"""

import re
import unicodedata
from typing import Literal

from chalicelib.routing.speech import Speech

# Letters that English has in no word, borrowed ones included: with breve, horn, bar, hook above,
# dot below, or two marks. Plain `é`, `à`, `ê`, `ã` stand in café, voilà, fête and São Paulo.
_VIETNAMESE_LETTER = re.compile(
    "[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", re.IGNORECASE
)
_APOSTROPHE = re.compile("['’]")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words without their marks, each common in one of the two languages and rare in the other.
# What a Vietnamese customer says in English (ship, order, size, inbox, ok) tells nothing.
_VIETNAMESE = _listed("""
    anh ban bao biet cai cam chao chi cho chua con cua dang dat dau dep dc doi duoc em gi gia giao
    giup gui hang het hoi hom hong huy khong kiem ko la lam lau loi ma mai mau minh mua muon nao
    nay ngay nha nhan nhe nhieu nhung oi qua roi sai sao tai te thi thieu tien toi tot tra va vang
    vay vi voi xem xin
""")
# Nor do `on`, `can` and `an`: they are ơn, cần and ăn, too.
_ENGLISH = _listed("""
    about and any are arrived at back been broken but by could damaged did didnt do does doesnt dont
    for from get good got had has have he her him his how i if im in is it its ive like many me
    money much my need not of or our please received she some still than thank that the their there
    these they this to very want was we were what when where which who why will with would wrong yet
    you your
""")


def language_of(text: str, told: str | None) -> str | None:
    """Return the language that somebody writes in, without its region; None when nothing tells.

    `told` is what he or his platform said: often only the language of his telephone. So his words
    come first, unless he is told to speak a language that we can't read.
    """
    known = told.partition("-")[0].lower() if told else None
    return (known if known not in (None, "vi", "en") else detect(text)) or known


def detect(text: str) -> Literal["vi", "en"] | None:
    """Return the language of most of the words; None when it could be either, or neither."""
    if _VIETNAMESE_LETTER.search(unicodedata.normalize("NFC", text)):
        return "vi"
    words = Speech.of(_APOSTROPHE.sub("", text)).line.split()
    vietnamese = sum(word in _VIETNAMESE for word in words)
    english = sum(word in _ENGLISH for word in words)
    if vietnamese == english:
        return None
    return "vi" if vietnamese > english else "en"
