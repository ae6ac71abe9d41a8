"""Telegram's Update, as far as we read it.

https://core.telegram.org/bots/api#update
"""

from pydantic import ConfigDict, Field

from chalicelib.channels.wire import Printed, Seconds, Size, Text, Wire


class User(Wire):
    id: Printed
    first_name: Text = ""
    last_name: Text = ""
    language_code: Text | None = None


class Chat(Wire):
    id: Printed


class File(Wire):
    """Any kind of file: a photo has sizes, a sticker an emoji, an audio a title."""

    file_id: Text
    file_name: Text | None = None
    mime_type: Text | None = None
    file_size: Size = None
    title: Text | None = None
    emoji: Text | None = None
    width: int = 0
    height: int = 0


class Location(Wire):
    latitude: Printed
    longitude: Printed


class Venue(Wire):
    location: Location
    title: Text = ""
    address: Text = ""


class Contact(Wire):
    phone_number: Text
    first_name: Text = ""
    last_name: Text = ""
    user_id: Printed | None = None


class Button(Wire):
    text: Text
    callback_data: Text | None = None


class Keyboard(Wire):
    inline_keyboard: tuple[tuple[Button, ...], ...] = ()


class Quoted(Wire):
    message_id: Printed


class Message(Wire):
    """What we don't model is kept by name: it tells service messages and unknown content."""

    model_config = ConfigDict(extra="allow")

    message_id: Printed
    sender: User | None = Field(default=None, alias="from")
    chat: Chat
    date: Seconds
    edit_date: Seconds | None = None
    text: Text | None = None
    caption: Text | None = None
    photo: tuple[File, ...] | None = None
    audio: File | None = None
    voice: File | None = None
    video: File | None = None
    video_note: File | None = None
    animation: File | None = None
    document: File | None = None
    sticker: File | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None
    reply_to_message: Quoted | None = None
    media_group_id: Printed | None = None

    @property
    def other_kinds(self) -> frozenset[str]:
        return frozenset(self.model_extra or ())


class Pressed(Wire):
    """The message whose button was pressed; of one too old to be shown, `date` is 0."""

    chat: Chat
    date: Seconds
    reply_markup: Keyboard | None = None


class Press(Wire):
    id: Printed


class CallbackQuery(Press):
    sender: User = Field(alias="from")
    message: Pressed | None = None
    data: Text | None = None


class ReactionType(Wire):
    type: Text
    emoji: Text | None = None


class MessageReaction(Wire):
    chat: Chat
    message_id: Printed
    user: User | None = None
    date: Seconds
    new_reaction: tuple[ReactionType, ...] = ()


class Member(Wire):
    status: Text


class MemberUpdated(Wire):
    chat: Chat
    sender: User = Field(alias="from")
    date: Seconds
    new_chat_member: Member


class Update(Wire):
    """At most one of the fields below the id is there."""

    update_id: Printed
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    message_reaction: MessageReaction | None = None
    my_chat_member: MemberUpdated | None = None
