"""Viber's callbacks, as far as we read them.

https://developers.viber.com/docs/api/rest-bot-api/#receive-message-from-user
"""

from chalicelib.channels.wire import Milliseconds, Printed, Size, Text, Wire


class User(Wire):
    id: Printed
    name: Text | None = None
    language: Text | None = None


class Contact(Wire):
    name: Text = ""
    phone_number: Text = ""


class Location(Wire):
    lat: Printed
    lon: Printed


class Message(Wire):
    type: Text
    text: Text | None = None
    media: Text | None = None
    file_name: Text | None = None
    file_size: Size = None
    size: Size = None
    sticker_id: Printed | None = None
    contact: Contact | None = None
    location: Location | None = None


class MessageCallback(Wire):
    """`message_token` has 64 bits: it stays as printed. `chat_id` is that of a group."""

    timestamp: Milliseconds
    message_token: Printed
    sender: User
    message: Message
    chat_id: Printed | None = None


class SubscribedCallback(Wire):
    timestamp: Milliseconds
    user: User


class UserCallback(Wire):
    """Tells what became of a message of ours, or that somebody left."""

    timestamp: Milliseconds
    user_id: Printed


class ReceiptCallback(UserCallback):
    message_token: Printed
