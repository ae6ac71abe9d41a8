"""Where something is said in Slack: a channel and, where there is one, a thread in it.

A message's `ts` is its id in its channel, so `C024BE91L:1772416800.123456` is its id for us. A
`thread` is the same: of a channel alone (`D024BE91L`), or with the message a thread hangs on.
"""

import re

from chalicelib.channels.slack.payloads import Message
from chalicelib.errors import PermanentSendError

_PLACE = re.compile(r"([A-Z][A-Z0-9]{1,40})(?::([0-9]{9,10}\.[0-9]{6}))?", re.ASCII)


def message_key(channel: str, ts: str) -> str:
    return f"{channel}:{ts}"


def is_direct(channel: str, channel_type: str | None = None) -> bool:
    """Tell a talk of one person with the bot."""
    return channel_type == "im" if channel_type else channel.startswith("D")


def root_of(channel: str, message: Message) -> str:
    """Return the key of the message that a thread hangs on, or would."""
    return message_key(channel, message.thread_ts or message.ts)


def thread_of(channel: str, message: Message, channel_type: str | None = None) -> str:
    """Return where an answer goes: below the message, but in a direct talk just after it."""
    if is_direct(channel, channel_type) and not message.thread_ts:
        return channel
    return root_of(channel, message)


def permalink(team_id: str, channel: str, message: Message) -> str:
    """Return the address at which a member of the workspace sees the thread."""
    root = message.thread_ts or message.ts
    return f"https://app.slack.com/client/{team_id}/{channel}/thread/{channel}-{root}"


def channel_and_ts(thread: str) -> tuple[str, str | None]:
    """Return what `thread_of` put together. Raises `PermanentSendError`."""
    found = _PLACE.fullmatch(thread)
    if found is None:
        raise PermanentSendError("the thread is no place in Slack")
    return found[1], found[2]
