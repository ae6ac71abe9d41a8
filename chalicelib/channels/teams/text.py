"""Teams' markup, forms and reactions as words a person reads."""

import html
import re

from chalicelib.channels.form_fields import form_fields
from chalicelib.channels.teams.payloads import Activity, Reaction


def said(activity: Activity) -> str:
    """Return the words as a person reads them: the bot's own name is the address, not a word."""
    text = activity.text or ""
    for entity in activity.entities or ():
        if entity.type == "mention" and entity.text and entity.mentioned:
            is_ours = entity.mentioned.id == activity.recipient.id
            name = entity.mentioned.name or _TAG.sub("", entity.text)
            # Each mention has an entity of its own.
            text = text.replace(entity.text, "" if is_ours else f"@{name}", 1)
    text = _AT.sub("", text)
    if activity.text_format in ("xml", "html"):
        text = _TAG.sub("", _BREAK.sub("\n", text))
    return html.unescape(text).replace("\xa0", " ").strip()


def is_call(activity: Activity) -> bool:
    """Tell whether the bot is named, be it without another word."""
    named = (each.mentioned.id for each in activity.entities or () if each.mentioned)
    return activity.recipient.id in named


def submitted(value: object) -> str:
    """Return what a card's button or form says: its words, else its fields one a line."""
    if not isinstance(value, dict):
        return written(value)
    words = written(value.get("text")) or written(value.get("title"))
    fields = (f"{name}: {written(each)}" for name, each in value.items() if written(each))
    return words or "\n".join(fields) or ("[card]" if value else "")


def chosen(value: object) -> str | None:
    """Return what a button carries: the payload of one of ours, or a text that is all of it."""
    return written(value.get("payload") if isinstance(value, dict) else value) or None


def filled_in(value: object) -> dict[str, str]:
    """Return a form's fields."""
    if not isinstance(value, dict):
        return {}
    return form_fields({name: each for name, each in value.items() if name != "payload"})


def written(value: object) -> str:
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).replace("\x00", "").strip() if is_plain else ""


def emoji_of(reaction: Reaction) -> str:
    """Return `like` as 👍, and what comes with its code point (`1f44b_wavinghand`) as itself."""
    code = reaction.type.partition("_")[0]
    if _CODE_POINT.fullmatch(code):
        return chr(int(code, 16))
    return _EMOJI.get(reaction.type, f"[{reaction.type}]")


_TAG = re.compile(r"<[^<>]{0,2000}>")
_AT = re.compile(r"</?at(?:\s[^<>]{0,200})?>")
_BREAK = re.compile(r"<br\s{0,3}/?>|</p>|</div>", re.IGNORECASE)
_CODE_POINT = re.compile(r"[23][0-9a-f]{3}|1f[0-9a-f]{3}")

_EMOJI = {"like": "👍", "heart": "❤️", "laugh": "😆", "surprised": "😮", "sad": "😢", "angry": "😡"}
