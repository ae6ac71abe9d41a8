"""A reply the way Gmail writes it in Vietnamese: the answer, an attribution, the quoted mail."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("Th 2", "Th 3", "Th 4", "Th 5", "Th 6", "Th 7", "CN")


def reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def plain_reply(text: str, mail: Mapping[str, Any]) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in str(mail["text"]).splitlines())
    return f"{text}\n\n{_when(mail)} {mail['from']}\nđã viết:\n\n{quoted}\n"


def html_reply(text: str, mail: Mapping[str, Any]) -> str:
    answer = escape(text).replace("\n", "<br>")
    original = mail["html"] or escape(str(mail["text"])).replace("\n", "<br>")
    return (
        f'<div dir="ltr">{answer}</div><br>'
        '<div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{_when(mail)} {escape(str(mail["from"]))} '
        "đã viết:<br></div>"
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;'
        'border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{original}</blockquote></div>"
    )


def _when(mail: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(mail["at"]).astimezone(HANOI)
    weekday = WEEKDAYS[at.weekday()]
    return f"Vào {weekday}, {at.day} thg {at.month}, {at.year} vào lúc {at:%H:%M}"
