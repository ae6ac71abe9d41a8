"""Bytes of unknown honesty to text: what a mail says of its charset is only a first guess."""

import codecs
import re
import unicodedata
from collections.abc import Iterator

# Names that mail programs write and Python doesn't know, or that mean more than they say:
# WHATWG reads the Latin-1 family as windows-1252, and GB18030 is a superset of its elders.
_ALIASES = {
    "ansi": "cp1258",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "us-ascii": "cp1252",
    "viscii": "cp1258",
}
# Codecs that aren't charsets of mails; `idna` and `punycode` take quadratic time besides.
_REFUSED = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
_ASCII_LETTERS = [bytes([each]) for each in range(128) if chr(each).isalpha()]
_COMBINING_MARKS = range(0x0300, 0x0370)
_STRAY = re.compile("[\udc80-\udcff]")
_JIS_RUN = re.compile(rb"(?:\x1b(\$[@B]|\([BJI]))?([^\x1b]+)")
_BROKEN_UTF8 = "frontline-broken-utf-8"
_JIS_OF_VENDORS = "frontline-jis-of-vendors"


def decode(data: bytes, declared: str | None = None) -> str:
    """Return `data` as NFC text without NULs, whatever it is. Never raises.

    The declared charset is tried first, then UTF-8, then what the bytes themselves look like:
    UTF-8 with a few stray bytes, Chinese in pairs of high bytes, windows-1258 where that reads as
    Vietnamese, Japanese. windows-1252 takes the rest.
    """
    for charset in _candidates(data, declared):
        text = _strictly(data, charset)
        if text is not None:
            return clean(text)
    return clean(data.decode("cp1252", errors="replace"))


def clean(text: str) -> str:
    """Return `text` in NFC, without NULs and lone surrogates, with Unix line ends.

    Macs send Vietnamese decomposed; it must be the same word as everybody else's.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    return unicodedata.normalize("NFC", text)


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    name = (declared or "").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    # UTF-8 is practically never right by accident, so it goes before a vague single-byte name.
    if name.replace("windows-", "cp") not in {"", "cp1252", "cp1258"}:
        yield name
    if name.startswith("iso2022_jp") and b"\x1b$" in data:
        yield _JIS_OF_VENDORS
    yield "utf-8"
    if _is_mostly_utf8(data):
        yield _BROKEN_UTF8
    if name:
        yield name
    if name.startswith("iso2022_jp"):
        yield "cp932"
    yield from _guesses(data)


def _guesses(data: bytes) -> Iterator[str]:
    looks_chinese = _looks_chinese(data)
    if looks_chinese:
        yield "gb2312"
    if _reads_as_vietnamese(data):
        yield "cp1258"
    if looks_chinese:
        yield "cp932"


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        if charset == _BROKEN_UTF8:
            return data.decode("utf-8", errors=_BROKEN_UTF8)
        if charset == _JIS_OF_VENDORS:
            return _shifted(data).decode("cp932")
        codec = codecs.lookup(charset)
        if codec.name in _REFUSED:
            return None
        return data.decode(codec.name)
    except (LookupError, ValueError):
        return None


def _is_mostly_utf8(data: bytes) -> bool:
    """Tell whether bytes that are no UTF-8 are fewer than those that are: a cut, or a paste."""
    strays = len(_STRAY.findall(data.decode("utf-8", errors="surrogateescape")))
    high = sum(byte >= 0x80 for byte in data)  # noqa: PLR2004  beyond ASCII
    return strays * 2 < high


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101  registered for decoding only
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", errors="replace"), error.end


def _shifted(data: bytes) -> bytes:
    """Return ISO-2022-JP as Shift_JIS: its vendors' characters have no other table in Python."""
    return b"".join(_unescaped(*match.groups()) for match in _JIS_RUN.finditer(data))


def _unescaped(escape: bytes | None, run: bytes) -> bytes:
    if escape == b"(I":
        return bytes(byte | 0x80 for byte in run)
    if escape not in (b"$B", b"$@"):
        return run
    whole = len(run) - len(run) % 2
    pairs = zip(run[:whole:2], run[1:whole:2], strict=True)
    return b"".join(_shifted_pair(row, cell) for row, cell in pairs) + run[whole:]


def _shifted_pair(row: int, cell: int) -> bytes:
    """Return a character of JIS X 0208 as Shift_JIS (JIS X 0208:1997, annex 1)."""
    if row <= 0x20:  # noqa: PLR2004  a line's end inside a run
        return bytes((row, cell))
    lead = ((row - 0x21) >> 1) + 0x81
    lead += 0x40 * (lead > 0x9F)  # noqa: PLR2004  half-width letters lie between
    trail = cell + 0x1F + (cell > 0x5F) if row % 2 else cell + 0x7E  # noqa: PLR2004
    return bytes((lead & 0xFF, trail & 0xFF))


def _looks_chinese(data: bytes) -> bool:
    """Tell whether letters of ASCII are the fewer: in Vietnamese they never are."""
    high = sum(byte >= 0x80 for byte in data)  # noqa: PLR2004  beyond ASCII
    return high > sum(map(data.count, _ASCII_LETTERS))


def _reads_as_vietnamese(data: bytes) -> bool:
    """Tell whether every combining mark of windows-1258 finds a letter to sit on."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except ValueError:
        return False
    return not any(ord(character) in _COMBINING_MARKS for character in text)


codecs.register_error(_BROKEN_UTF8, _as_windows_1252)
