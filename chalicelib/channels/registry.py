"""The channels there are. Each is imported only when it is used: start-up pays for none of them."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from chalicelib.channels.base import ChannelAdapter
from chalicelib.errors import UnknownAccountError

ADAPTERS: Mapping[str, str] = {
    "zalo": "ZaloAdapter",
    "messenger": "MessengerAdapter",
    "telegram": "TelegramAdapter",
    "email": "EmailAdapter",
    "twilio_sms": "TwilioSmsAdapter",
    "aws_sms": "AwsSmsAdapter",
    "whatsapp": "WhatsAppAdapter",
    "discourse": "DiscourseAdapter",
    "google_reviews": "GoogleReviewsAdapter",
    "tripadvisor": "TripAdvisorAdapter",
    "facebook": "FacebookAdapter",
    "instagram": "InstagramAdapter",
    "viber": "ViberAdapter",
    "line": "LineAdapter",
    "generic": "GenericAdapter",
    "x": "XAdapter",
    "linkedin": "LinkedInAdapter",
    "teams": "TeamsAdapter",
    "slack": "SlackAdapter",
}


@cache
def adapter_class(channel: str) -> type[ChannelAdapter]:
    """Return the adapter of `channel`. Raises `UnknownAccountError`."""
    try:
        name = ADAPTERS[channel]
    except KeyError as error:
        raise UnknownAccountError(f"no channel {channel!r}") from error
    adapter: type[ChannelAdapter] = getattr(
        import_module(f"chalicelib.channels.{channel}.adapter"), name
    )
    return adapter
