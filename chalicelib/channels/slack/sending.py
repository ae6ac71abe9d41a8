"""What goes to Slack's Web API, and what it answers: HTTP 200 even for most refusals.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse, OutboundMessage
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.slack.payloads import Ts
from chalicelib.channels.slack.places import channel_and_ts, message_key
from chalicelib.channels.slack.text import escaped, sections
from chalicelib.channels.wire import Printed, Wire
from chalicelib.domain.messages import Button
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

OURS = "frontline_message"
"""The type of the metadata by which our own messages are known when they come back."""

TITLE_LIMIT = 75
BUTTONS_LIMIT = 25

_LONGEST_CODE = 60


class Sent(Wire):
    channel: Printed
    ts: Ts


def post(message: OutboundMessage) -> dict[str, Any]:
    """Return a message as chat.postMessage takes it. Raises `PermanentSendError`.

    Without a thread it goes to the person, as a direct talk with the bot.
    """
    channel, ts = channel_and_ts(message.thread or message.to.external_id)
    found: dict[str, Any] = {
        "channel": channel,
        "text": escaped(message.text),
        # A star or an underscore is a sign like any other, and a link needs no picture of its page.
        "mrkdwn": False,
        "unfurl_links": False,
        "metadata": {"event_type": OURS, "event_payload": {"id": message.id}},
    }
    if ts:
        found["thread_ts"] = ts
    if message.buttons:
        found["blocks"] = _blocks(message.text, message.buttons)
    return found


def message_id(response: HttpResponse) -> str:
    """Return the key of the message sent. Raises `SendError`."""
    answer = read_api(response)
    try:
        sent = Sent.model_validate(answer)
    except ValidationError as error:
        raise TransientSendError("Slack named no message") from error
    return message_key(sent.channel, sent.ts)


def read_api(response: HttpResponse) -> dict[str, Any]:
    """Return what a method of the Web API answered. Raises `SendError` for its refusals."""
    if response.is_throttling:
        raise TransientSendError("Slack is called too often", retry_after(response))
    answer = read_answer(response)
    if answer.get("ok") is not True:
        raise refusal_of(answer, response)
    return answer


def refusal_of(answer: dict[str, Any], response: HttpResponse) -> SendError:
    """Return a refusal in our words."""
    code = answer.get("error")
    if not isinstance(code, str):
        return TransientSendError("Slack's answer is of no shape we know")
    is_word = code.isascii() and code.replace("_", "").isalnum() and len(code) <= _LONGEST_CODE
    words = f"Slack refused with {code if is_word else 'a word of its own'}"
    if code in _FOR_NOW:
        return TransientSendError(words, retry_after(response) or _PAUSE.get(code))
    return PermanentSendError(words, _FOR_GOOD.get(code, SendFailure.REJECTED))


def _blocks(text: str, buttons: tuple[Button, ...]) -> list[dict[str, Any]]:
    said = [
        {"type": "section", "text": {"type": "mrkdwn", "text": each}} for each in sections(text)
    ]
    taps = [
        {
            "type": "button",
            "action_id": f"frontline_{place}",
            "text": {"type": "plain_text", "text": button.title[:TITLE_LIMIT]},
            "value": button.payload,
        }
        for place, button in enumerate(buttons[:BUTTONS_LIMIT])
    ]
    return [*said, {"type": "actions", "elements": taps}]


_FOR_NOW = frozenset(
    {
        "fatal_error",
        "internal_error",
        "message_limit_exceeded",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
_PAUSE = dict.fromkeys(
    ("message_limit_exceeded", "rate_limited", "ratelimited"), timedelta(minutes=1)
)

_FOR_GOOD = {
    **dict.fromkeys(
        (
            "access_denied",
            "account_inactive",
            "app_missing_action_url",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "invalid_auth",
            "messages_tab_disabled",
            "missing_scope",
            "no_permission",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "team_access_not_granted",
            "team_not_found",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
        ),
        SendFailure.ACCOUNT,
    ),
    **dict.fromkeys(
        (
            "cannot_dm_bot",
            "channel_not_found",
            "is_archived",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
        ),
        SendFailure.UNKNOWN_RECIPIENT,
    ),
    # The bot was put out of the channel.
    "not_in_channel": SendFailure.BLOCKED,
}
