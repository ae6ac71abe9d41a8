"""Slack's Events API, as far as we read it.

https://docs.slack.dev/apis/events-api
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import StringConstraints

from chalicelib.channels.wire import Printed, Size, Text, Wire

Ts = Annotated[str, StringConstraints(pattern=r"\A[0-9]{9,10}\.[0-9]{6}\z")]
"""Seconds since 1970 and a counter: when a message was posted, and its id in its channel."""


def at(ts: str) -> datetime:
    """Return the time that a `Ts` tells."""
    seconds, _, rest = ts.partition(".")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        seconds=int(seconds), microseconds=int(rest)
    )


class File(Wire):
    """In channels shared between companies only `id` may be told: `file_access` then says so."""

    id: Printed
    name: Text | None = None
    title: Text | None = None
    mimetype: Text | None = None
    mode: Text = ""
    size: Size = None
    is_external: bool = False
    url_private: Text | None = None
    url_private_download: Text | None = None


class Shared(Wire):
    """A message or a page that was passed on; `fallback` is its text for old clients."""

    title: Text | None = None
    text: Text | None = None
    fallback: Text | None = None
    from_url: Text | None = None
    title_link: Text | None = None


class UserProfile(Wire):
    real_name: Text | None = None
    display_name: Text | None = None


class BotProfile(Wire):
    app_id: Printed | None = None


class Metadata(Wire):
    event_type: Text = ""


class Edited(Wire):
    ts: Ts


class Message(Wire):
    """A message, be it the event itself or the one inside a `message_changed`.

    The author's workspace is `user_team` where two companies share a channel, else `team`.
    """

    subtype: Text | None = None
    ts: Ts
    thread_ts: Ts | None = None
    text: Text | None = None
    user: Printed | None = None
    team: Printed | None = None
    user_team: Printed | None = None
    source_team: Printed | None = None
    user_profile: UserProfile | None = None
    bot_id: Printed | None = None
    app_id: Printed | None = None
    bot_profile: BotProfile | None = None
    metadata: Metadata | None = None
    parent_user_id: Printed | None = None
    files: tuple[File, ...] | None = None
    attachments: tuple[Shared, ...] | None = None
    edited: Edited | None = None

    @property
    def author_team(self) -> str | None:
        return self.user_team or self.source_team or self.team

    @property
    def author_app(self) -> str | None:
        return self.app_id or (self.bot_profile.app_id if self.bot_profile else None)


class Item(Wire):
    """What a reaction stands on: a message, else a file of old."""

    type: Text
    channel: Printed | None = None
    ts: Ts | None = None


class Event(Message):
    """`channel_type` is im, mpim, channel or group; an `app_mention` has none."""

    type: Text
    channel: Printed
    channel_type: Text | None = None


class Changed(Wire):
    channel: Printed
    ts: Ts
    message: Message
    previous_message: Message | None = None


class Deleted(Wire):
    channel: Printed
    ts: Ts
    deleted_ts: Ts
    previous_message: Message | None = None


class Reaction(Wire):
    user: Printed
    reaction: Text
    item: Item
    item_user: Printed | None = None
    event_ts: Ts


class Authorization(Wire):
    """For whom the event is delivered: our bot."""

    team_id: Printed | None = None
    user_id: Printed | None = None
    is_bot: bool = False


class Callback(Wire):
    """The envelope."""

    team_id: Printed | None = None
    api_app_id: Printed | None = None
    is_ext_shared_channel: bool = False
    authorizations: tuple[Authorization, ...] | None = None
    event: dict[str, Any]

    @property
    def bot_user_id(self) -> str | None:
        granted = (each.user_id for each in self.authorizations or () if each.is_bot)
        return next((each for each in granted if each), None)

    @property
    def own_team_id(self) -> str | None:
        granted = (each.team_id for each in self.authorizations or ())
        return next((each for each in granted if each), self.team_id)


class Label(Wire):
    text: Text


class Action(Wire):
    action_ts: Ts
    type: Text = ""
    text: Label | None = None
    value: Text | None = None


class Presser(Wire):
    id: Printed
    team_id: Printed | None = None
    name: Text | None = None


class Place(Wire):
    id: Printed


class Pressed(Wire):
    """A pressed button (`block_actions`), and the message it stands on."""

    user: Presser
    team: Place | None = None
    channel: Place
    message: Message
    actions: tuple[Action, ...]
