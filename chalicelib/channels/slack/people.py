"""Who wrote: a customer, one of the company's people, our bot, or somebody's machine."""

from enum import StrEnum

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.slack.payloads import Callback, Message

_SLACKBOT = "USLACKBOT"


class Author(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    OTHER_BOT = "other bot"


def author_of(adapter: ChannelAdapter, callback: Callback, message: Message) -> Author:
    """Tell who wrote a message.

    With `agent_team_id` everybody of that workspace is one of ours. Without, the people of the
    bot's own workspace are, but only where it shares a channel with another company.
    """
    if message.user == callback.bot_user_id and message.user is not None:
        return Author.BOT
    if message.bot_id is not None or message.subtype == "bot_message":
        is_ours = message.author_app is not None and message.author_app == callback.api_app_id
        return Author.BOT if is_ours else Author.OTHER_BOT
    if message.user == _SLACKBOT:
        return Author.OTHER_BOT
    team_id = message.author_team
    configured = adapter.secrets.get("agent_team_id")
    if configured:
        teams = configured if isinstance(configured, list) else [configured]
        return Author.AGENT if team_id in teams else Author.CUSTOMER
    is_own = team_id is not None and team_id == callback.own_team_id
    return Author.AGENT if is_own and callback.is_ext_shared_channel else Author.CUSTOMER
