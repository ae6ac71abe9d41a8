"""The token by which an answer is free of charge, good once and for about a minute.

https://developers.line.biz/en/reference/messaging-api/#send-reply-message
"""

import json
from datetime import datetime, timedelta

from pydantic import ValidationError

from chalicelib.channels.base import OutboundMessage
from chalicelib.channels.wire import Milliseconds, Text, Wire, milliseconds

# LINE promises a minute from the webhook on; ours may have waited, and the call takes its time.
_LIFE = timedelta(seconds=45)


class Thread(Wire):
    reply_token: Text
    at: Milliseconds


def reply_thread(token: str | None, at: datetime) -> str | None:
    """Return a token and when it was given, to be kept beside a message."""
    if not token:
        return None
    return json.dumps({"reply_token": token, "at": milliseconds(at)}, separators=(",", ":"))


def usable_token(message: OutboundMessage) -> str | None:
    """Return the token by which `message` may go, None where it is spent or may have died.

    Only the very first call of an answer tries it: what it says twice would be read twice.
    """
    if message.thread is None or message.now is None or message.part or message.attempt > 1:
        return None
    try:
        thread = Thread.model_validate_json(message.thread)
    except ValidationError:
        return None
    is_alive = timedelta() <= message.now - thread.at < _LIFE
    return thread.reply_token if is_alive else None
