"""Raw mails as mail stores and broken senders leave them, made into what RFC 5322 expects."""

import re

_LEADING_BLANKS = re.compile(rb"\A(?:[ \t]*\r?\n)+")
_MBOX_LINE = re.compile(rb"\A>?From [^\n]*\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STRAY_LINE = re.compile(rb"(?m)^(?![!-9;-~]+[ \t]*:|[ \t\r\n])(?=.)")
_KNOWN_HEADER = re.compile(rb"(?mi)^(?:from|to|subject|date|message-id|mime-version|content-type):")


def repaired(raw: bytes) -> bytes:
    """Return `raw` without what stands before its headers, and with the headers in one piece."""
    body = _MBOX_LINE.sub(b"", _LEADING_BLANKS.sub(b"", raw), count=1)
    end = _HEAD_END.search(body)
    head, rest = (body[: end.start()], body[end.start() :]) if end else (body, b"")
    return _joined(head) + rest


def _joined(head: bytes) -> bytes:
    """Indent lines that are no header while headers follow: a fold that lost its indent.

    Where none follows, the blank line before the body is missing instead, and that stays so.
    """
    known = [match.start() for match in _KNOWN_HEADER.finditer(head)]
    last = known[-1] if known else 0
    return _STRAY_LINE.sub(b" ", head[:last]) + head[last:]
