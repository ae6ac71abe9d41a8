"""Answers in public and in private, as the Graph API wants them.

https://developers.facebook.com/docs/graph-api/reference/object/comments
https://developers.facebook.com/docs/messenger-platform/discovery/private-replies
"""

from typing import Any

from chalicelib.channels.base import OutboundMessage
from chalicelib.domain.messages import AttachmentKind
from chalicelib.errors import PermanentSendError


def private_answer(message: OutboundMessage, page_id: str) -> dict[str, Any]:
    """Return the one message that may go to who wrote the comment or post `message.thread`."""
    return {
        "recipient": _recipient(message, page_id),
        "messaging_type": "RESPONSE",
        "message": {"text": message.text, "metadata": message.id},
    }


def public_answer(message: OutboundMessage) -> dict[str, Any]:
    """Return a comment. Raises `PermanentSendError`: of all files it can show a picture only."""
    if message.thread is None:
        raise PermanentSendError("no comment to answer is named")
    if any(file.kind is not AttachmentKind.IMAGE for file in message.files):
        raise PermanentSendError("a comment shows pictures only")
    if message.files:
        return {"attachment_url": message.files[0].url}
    return {"message": message.text}


def _recipient(message: OutboundMessage, page_id: str) -> dict[str, str]:
    if message.thread is None:
        return {"id": message.to.external_id}
    # Posts are numbered by page, 1234_5678. A comment's number begins with its post's.
    kind = "post_id" if message.thread.startswith(f"{page_id}_") else "comment_id"
    return {kind: message.thread}
