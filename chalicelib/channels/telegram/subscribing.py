"""Where a bot's updates go, and whether they arrive.

https://core.telegram.org/bots/api#getting-updates
"""

from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import Checkup, HttpResponse
from chalicelib.channels.telegram.events import UPDATES
from chalicelib.channels.telegram.sending import result
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import PermanentSendError

# What Telegram sends where nothing is asked for by name: all but these, and statistics.
_ONLY_BY_NAME = frozenset({"message_reaction"})


class WebhookInfo(Wire):
    url: Text
    pending_update_count: int = 0
    last_error_message: Text = ""
    allowed_updates: tuple[Text, ...] | None = None


def webhook_settings(webhook_url: str, secret_token: str) -> dict[str, Any]:
    """Return what `setWebhook` is told."""
    return {"url": webhook_url, "secret_token": secret_token, "allowed_updates": list(UPDATES)}


def read_webhook(webhook_url: str, response: HttpResponse) -> Checkup:
    """Return what `getWebhookInfo` says. Raises `TransientSendError`."""
    try:
        info = WebhookInfo.model_validate(result(response))
    except PermanentSendError as error:
        return Checkup(problem=f"{error}: the bot token is wrong or was taken back")
    except ValidationError:
        return Checkup(problem="Telegram's answer about the webhook can't be read")
    return Checkup(problem=_problem(webhook_url, info))


def _problem(webhook_url: str, info: WebhookInfo) -> str | None:
    if not info.url:
        return "no webhook is set"
    if info.url != webhook_url:
        return "the bot's webhook is another address"
    # An error without anything waiting was overcome.
    if info.pending_update_count and info.last_error_message:
        return f"{info.pending_update_count} updates wait: {info.last_error_message}"
    missing = [name for name in UPDATES if name not in _asked_for(info)]
    return f"updates not asked for: {', '.join(missing)}" if missing else None


def _asked_for(info: WebhookInfo) -> frozenset[str]:
    return frozenset(info.allowed_updates or frozenset(UPDATES) - _ONLY_BY_NAME)
