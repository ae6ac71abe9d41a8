"""Messages and comments as Instagram wants them, and what it answers.

https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import Granted, HttpResponse, OutboundMessage, Passage
from chalicelib.channels.instagram.comments import MENTION
from chalicelib.channels.instagram.events import OURS
from chalicelib.channels.json_body import read_object
from chalicelib.channels.meta import graph_answer
from chalicelib.channels.splitting import split
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.domain.messages import AttachmentKind, Button
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
)

_QUICK_REPLIES = 13
_TITLE = 20
_A_DAY = timedelta(days=1)


class Profile(Wire):
    name: Text | None = None
    username: Text | None = None


class Refreshed(Wire):
    access_token: Printed | Text
    expires_in: int


def utf8_bytes(text: str) -> int:
    """Count `text` as Instagram does: a Vietnamese letter is up to three."""
    return len(text.encode("utf-8", "surrogatepass"))


def direct_message(message: OutboundMessage) -> dict[str, Any]:
    """Return a message, or the one private answer that a comment may get."""
    content = _file(message) if message.files else _words(message)
    payload: dict[str, Any] = {
        "recipient": _recipient(message),
        "message": {**content, "metadata": f"{OURS}{message.id}"},
    }
    if message.passage is Passage.TAGGED and not message.thread:
        payload |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return payload


def public_answer(message: OutboundMessage, account_id: str) -> tuple[str, dict[str, Any]]:
    """Return path and fields of an answer beneath a comment, or to a mention.

    Raises `PermanentSendError` where nothing is named that it could stand beneath.
    """
    if message.thread is None:
        raise PermanentSendError("no comment to answer is named")
    kind, _, named = message.thread.partition(":")
    if kind != MENTION:
        return f"{message.thread}/replies", {"message": message.text}
    media_id, _, comment_id = named.partition(":")
    where = {"media_id": media_id, **({"comment_id": comment_id} if comment_id else {})}
    return f"{account_id}/mentions", {**where, "message": message.text}


def profile(response: HttpResponse) -> str:
    """Return the person's name, empty where Instagram doesn't tell."""
    try:
        found = Profile.model_validate(read_object(response.body))
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return ""
    return (found.name or found.username or "").strip()


def refreshed(response: HttpResponse, token: str, now: datetime) -> Granted:
    """Return the token of the next sixty days, to be renewed when half of them are over.

    Meta renews none that is younger than a day or that has expired. Then `token` stays, and is
    offered again tomorrow; whether it is alive, a send or the account's check tells.
    """
    try:
        found = Refreshed.model_validate(graph_answer(response))
    except (PermanentSendError, ValidationError):
        return Granted(secrets={"access_token": token}, expires_at=now + _A_DAY)
    life = timedelta(seconds=found.expires_in) / 2
    return Granted(secrets={"access_token": found.access_token}, expires_at=now + life)


def _recipient(message: OutboundMessage) -> dict[str, str]:
    if message.thread:
        return {"comment_id": message.thread.rpartition(":")[2]}
    return {"id": message.to.external_id}


def _words(message: OutboundMessage) -> dict[str, Any]:
    if not message.buttons:
        return {"text": message.text}
    return {"text": message.text, "quick_replies": _quick_replies(message.buttons)}


def _quick_replies(buttons: Sequence[Button]) -> list[dict[str, str]]:
    return [
        {
            "content_type": "text",
            "title": next(iter(split(button.title, _TITLE)), "…"),
            "payload": button.payload,
        }
        for button in buttons[:_QUICK_REPLIES]
    ]


def _file(message: OutboundMessage) -> dict[str, Any]:
    file = message.files[0]
    kind = _KINDS.get(file.kind, "file")
    return {"attachment": {"type": kind, "payload": {"url": file.url}}}


_KINDS = {
    AttachmentKind.IMAGE: "image",
    AttachmentKind.STICKER: "image",
    AttachmentKind.AUDIO: "audio",
    AttachmentKind.VIDEO: "video",
}
