"""Where a conversation is continued, and the only hosts that our token may go to."""

import json
import re
from urllib.parse import quote

from pydantic import ValidationError

from chalicelib.channels.json_body import read_object
from chalicelib.channels.teams.payloads import Activity
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendFailure,
)

# Neither a port nor a user name: what stands before the path is the host and nothing else.
_SERVICE = re.compile(
    r"https://(?:smba\.trafficmanager\.net|(?:[a-z0-9-]+\.){1,4}botframework\.com)(?:/[\w.~%-]*)*",
    re.ASCII,
)


class Reference(Wire):
    """The conversation reference: what a message of ours needs to get there, then or later."""

    service_url: Text
    conversation: Text
    bot: Text
    tenant: Text | None = None
    activity: Text | None = None

    def activities(self, reply_to_id: str | None) -> str:
        """Return the address that takes a message to this conversation.

        Raises `PermanentSendError` for a service that is not Microsoft's.
        """
        if not is_service(self.service_url):
            raise PermanentSendError("the conversation is not kept by a host of Microsoft's")
        place = f"v3/conversations/{_segment(self.conversation)}/activities"
        answered = reply_to_id or self.activity
        under = f"/{_segment(answered)}" if answered else ""
        return f"{self.service_url.rstrip('/')}/{place}{under}"


def is_service(url: str) -> bool:
    """Tell whether `url` is at a host of the Bot Framework's connector."""
    return len(url) <= 2048 and _SERVICE.fullmatch(url) is not None  # noqa: PLR2004


def is_attachment(url: str) -> bool:
    """Tell a picture that lies with the connector from all else that our token would open there."""
    return is_service(url) and "/v3/attachments/" in url and ".." not in url and "%" not in url


def reference_to(activity: Activity) -> str:
    """Return the conversation of an activity, as a `thread` keeps it."""
    found = {
        "service_url": activity.service_url,
        "conversation": activity.conversation.id,
        "bot": activity.recipient.id,
        "tenant": activity.conversation.tenant_id,
        "activity": activity.id,
    }
    known = {name: value for name, value in found.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def read_reference(thread: str | None) -> Reference:
    """Return what `reference_to` wrote. Raises `PermanentSendError`."""
    if thread is None:
        words = "nobody wrote to the bot yet: where the conversation is kept is not known"
        raise PermanentSendError(words, SendFailure.UNKNOWN_RECIPIENT)
    try:
        return Reference.model_validate(read_object(thread.encode("utf-8", "replace")))
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        raise PermanentSendError("the thread is no conversation of Teams") from None


def _segment(identifier: str) -> str:
    """Return an id as one segment of a path: `19:…@thread.tacv2;messageid=…` has it all."""
    return quote(identifier, safe="")
