"""Zalo's webhook objects, as far as we read them. The Test button sends null for what is absent.

https://developers.zalo.me/docs/official-account/webhook
"""

from chalicelib.channels.wire import Milliseconds, Printed, Size, Text, Wire


class Party(Wire):
    """`admin_id` is set on a sender only when a person wrote in Zalo's own chat tool."""

    id: Printed
    admin_id: Printed | None = None


class Coordinates(Wire):
    latitude: Printed
    longitude: Printed


class AttachmentPayload(Wire):
    """A business card comes as a link whose `description` is JSON of its own."""

    id: Printed | None = None
    url: Text | None = None
    name: Text | None = None
    description: Text | None = None
    size: Size = None
    coordinates: Coordinates | None = None


class WireAttachment(Wire):
    type: Text
    payload: AttachmentPayload | None = None


class Message(Wire):
    msg_id: Printed | None = None
    msg_ids: tuple[Printed, ...] | None = None
    text: Text | None = None
    attachments: tuple[WireAttachment, ...] | None = None
    quote_msg_id: Printed | None = None
    react_icon: Text | None = None
    delivery_time: Printed | None = None


class Product(Wire):
    title: Text | None = None
    url: Text | None = None
    description: Text | None = None


class Info(Wire):
    """What a customer filled in, of which only name and phone identify him."""

    name: Text | None = None
    phone: Printed | None = None


class WidgetData(Wire):
    user_id: Printed


class Event(Wire):
    """Any event: which fields are there depends on `event_name`."""

    event_name: Text
    timestamp: Milliseconds
    oa_id: Printed | None = None
    sender: Party | None = None
    recipient: Party | None = None
    follower: Party | None = None
    user_id: Printed | None = None
    data: WidgetData | None = None
    message: Message | None = None
    product: Product | None = None
    info: Info | None = None
