"""What stands below a letter and is no part of it: signatures, "Sent from my …", drawn lines."""

import re

_ORNAMENT = re.compile(r"^[\s\-=_*#~—–ᐧ·]*$")
_SIGNATURE = re.compile(r"^(?:--|__) ?$")
_LIST_FOOTER = re.compile(r"mailing list|https?://", re.IGNORECASE)
_DEVICE = (
    r"iphone|ipad|ipod|mac\b|android|galaxy|samsung|outlook|yahoo|gmail|blackberry|windows|nokia"
    r"|huawei|xiaomi|oppo|vivo|sony|htc|motorola|typeapp|mailbird|thunderbird|proton|spark|zoho"
    r"|mail\.ru|mobile|smartphone|handy|máy tính bảng|điện thoại|телефон"
)
_SENT_FROM = re.compile(
    r"^[\s>*_]*(?:(?:sent (?:from|via|with)|get outlook for|gesendet (?:von|mit)|von meinem"
    r"|envoyé (?:de|depuis|à partir)|enviado (?:desde|do|de)|inviato da|verzonden (?:vanaf|met)"
    r"|verstuurd vanaf|skickat från|sendt fra|lähetetty|wysłane z|отправлено (?:с|из))\b.{0,25}"
    # A customer may well end with "Gửi từ bưu điện …": the device must follow at once.
    r"|(?:đã |được )?gửi từ (?:ứng dụng |chiếc )?)"
    rf"(?:{_DEVICE})(?!.*[.!?…]\s*$).{{0,80}}$",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 14
_SIGNATURE_LENGTH = 1_200


def without_signature(text: str) -> str:
    """Return `text` without the signature below `--`, "Sent from my …" and drawn lines."""
    lines = _without_footer(text.split("\n"))
    for at in range(max(0, len(lines) - _SIGNATURE_LINES - 1), len(lines)):
        if at and _begins_signature(lines, at):
            return "\n".join(_without_footer(lines[:at]))
    return "\n".join(lines)


def is_delimiter(line: str) -> bool:
    """Tell whether `line` is what a signature begins with."""
    return bool(_SIGNATURE.match(line))


def is_footer(line: str) -> bool:
    """Tell whether `line` is blank, drawn, or names the device it was sent from."""
    return bool(_ORNAMENT.match(line) or _SENT_FROM.match(line))


def strip_blanks(lines: list[str]) -> list[str]:
    """Return `lines` without the blank ones at both ends."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _begins_signature(lines: list[str], at: int) -> bool:
    if not is_delimiter(lines[at]):
        return False
    rest = "\n".join(lines[at + 1 :])
    if len(rest) > _SIGNATURE_LENGTH:
        return False
    if lines[at].startswith("--"):
        # RFC 3676 §4.3 wants the trailing space, which many a program loses on the way.
        return lines[at] == "-- " or is_footer(lines[at - 1])
    return bool(_LIST_FOOTER.search(rest))


def _without_footer(lines: list[str]) -> list[str]:
    """Drop drawn lines and "Sent from my …" from the end."""
    end = len(lines)
    while end and is_footer(lines[end - 1]):
        end -= 1
    return strip_blanks(lines[:end])
