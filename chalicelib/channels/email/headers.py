"""Header values as people meant them: encoded words, addresses, message ids."""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from email.utils import getaddresses

from chalicelib.channels.email.charsets import clean, decode

MAX_HEADER = 16_384
MAX_MESSAGE_ID = 240

_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[\w.:+-]{1,40}(?:\*[\w-]*)?\?[bBqQ]\?)")
_PART = r"[^\s\x00-\x1f\x7f<>\"',;:()\[\]]"
_ADDRESS = re.compile(rf"{_PART}{{1,128}}@{_PART}{{1,255}}")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")


@dataclass(frozen=True, slots=True)
class Address:
    """`spec` is lower-cased, with its domain in punycode; `name` is empty where none is given."""

    spec: str
    name: str = ""


def unfold(raw: str) -> str:
    """Return a raw header as one line of text, its 8-bit bytes read as well as can be."""
    line = raw[:MAX_HEADER].replace("\r", "").replace("\n", "")
    if line.isascii():
        return line.strip()
    return decode(line.encode("utf-8", errors="surrogateescape")).replace("\n", " ").strip()


def decode_words(text: str) -> str:
    """Return `text` with its encoded words (RFC 2047) read.

    Words of one charset and encoding are joined before they are decoded: many programs split
    a character between two of them.
    """
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for match in _WORD.finditer(text):
        charset, encoding, payload = match.groups()
        data = _word_bytes(encoding, payload)
        if pending and pending[0] == charset and match.start() == end:
            pending = (charset, pending[1] + data)
        else:
            pieces.append(_decoded(pending))
            pieces.append(text[end : match.start()])
            pending = (charset, data)
        end = match.end()
    return clean("".join((*pieces, _decoded(pending), text[end:])))


def one_line(text: str) -> str:
    """Return `text` with every run of white space and control characters as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def addresses(raw: str) -> tuple[Address, ...]:
    """Return the addresses of a header such as To, in their order; broken ones as found."""
    line = unfold(raw)
    try:
        pairs = getaddresses([line])
    except (RecursionError, IndexError, ValueError):
        pairs = []
    found = tuple(
        Address(_spec(spec), one_line(decode_words(name)).strip("\"' "))
        for name, spec in pairs
        if _ADDRESS.fullmatch(spec)
    )
    return found or _broken_addresses(decode_words(line))


def message_ids(raw: str) -> tuple[str, ...]:
    """Return the ids of a header such as References, without their angle brackets."""
    line = unfold(raw)
    found = _MESSAGE_ID.findall(line) or line.replace("<", " ").replace(">", " ").split()
    return tuple(dict.fromkeys(one_line(each)[:MAX_MESSAGE_ID] for each in found))


def _broken_addresses(line: str) -> tuple[Address, ...]:
    """Return what looks like an address, with the words before a single one as its name."""
    specs = _ADDRESS.findall(line)
    if len(specs) != 1:
        return tuple(Address(_spec(spec)) for spec in specs)
    name = line.partition(specs[0])[0].partition("<")[0]
    return (Address(_spec(specs[0]), one_line(name).strip("\"' ")),)


def _spec(spec: str) -> str:
    local, _, domain = spec.lower().rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii")
    except ValueError:
        domain = domain.rstrip(".")
    return f"{local}@{domain}"


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", errors="replace")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data


def _decoded(word: tuple[str, bytes] | None) -> str:
    return decode(word[1], word[0]) if word else ""
