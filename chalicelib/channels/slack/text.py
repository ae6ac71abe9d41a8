"""Slack's markup for plain text, both ways.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from chalicelib.channels.splitting import split

SECTION_LIMIT = 3000

_MARKED = re.compile(r"<([^<>]{1,3000})>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str, bot_user_id: str | None) -> str:
    """Return what a person reads. The bot's own name is the address of a message, not a word."""
    return unescaped(_MARKED.sub(lambda found: _word(found[1], bot_user_id), text)).strip()


def unescaped(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text


def escaped(text: str) -> str:
    """Return `text` so that nothing in it calls, links or mentions anybody."""
    for entity, sign in reversed(_ENTITIES):
        text = text.replace(sign, entity)
    return text


def sections(text: str) -> list[str]:
    """Return `text`, escaped, in pieces that fit a section block."""
    pieces = split(text, SECTION_LIMIT, lambda piece: len(escaped(piece)))
    return [escaped(piece) for piece in pieces]


def _word(marked: str, bot_user_id: str | None) -> str:
    target, _, label = marked.partition("|")
    kind, name = target[:1], target[1:]
    if kind == "@":
        return "" if name == bot_user_id else f"@{label or name}"
    if kind == "#":
        return f"#{label or name}"
    if kind == "!":
        # `!here`, `!subteam^S1|@ban-hang`, `!date^1772416800^{date}|2 March`
        return label or f"@{name.partition('^')[0]}"
    target = target.removeprefix("mailto:").removeprefix("tel:")
    return f"{label} ({target})" if label and label not in target else target
