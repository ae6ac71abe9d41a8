"""WhatsApp's webhook objects, as far as we read them.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.channels.wire import Printed, Seconds, Text, Wire


def _present(value: object) -> object:
    return None if value == "" else value


Given = Annotated[Printed | None, BeforeValidator(_present)]
"""An id that may be missing: who hides behind a username has no phone."""


class Profile(Wire):
    name: Text | None = None


class Contact(Wire):
    """A customer: `wa_id` is the phone in digits, `user_id` the id scoped to the business."""

    wa_id: Given = None
    user_id: Given = None
    profile: Profile = Profile()


class Metadata(Wire):
    phone_number_id: Printed


class Context(Wire):
    """What a message answers. A forwarded one has neither `id` nor a product."""

    id: Given = None
    referred_product: "Product | None" = None


class Product(Wire):
    product_retailer_id: Given = None


class Referral(Wire):
    """The advertisement or post from which a customer came."""

    source_url: Text | None = None
    headline: Text | None = None


class TextBody(Wire):
    body: Text


class Media(Wire):
    id: Printed
    mime_type: Text | None = None
    caption: Text | None = None
    filename: Text | None = None


class Location(Wire):
    latitude: Printed
    longitude: Printed
    name: Text | None = None
    address: Text | None = None
    url: Text | None = None


class PersonName(Wire):
    formatted_name: Text | None = None


class Phone(Wire):
    phone: Text | None = None


class SharedContact(Wire):
    name: PersonName = PersonName()
    phones: tuple[Phone, ...] = ()


class Choice(Wire):
    id: Text | None = None
    title: Text


class FlowReply(Wire):
    """A form sent off; `response_json` is JSON once more, in a string."""

    name: Text | None = None
    body: Text | None = None
    response_json: Text | None = None


class Interactive(Wire):
    type: Text
    button_reply: Choice | None = None
    list_reply: Choice | None = None
    nfm_reply: FlowReply | None = None


class TemplateButton(Wire):
    text: Text
    payload: Text | None = None


class OrderItem(Wire):
    product_retailer_id: Printed
    quantity: Printed
    item_price: Given = None
    currency: Text | None = None


class Order(Wire):
    text: Text | None = None
    product_items: tuple[OrderItem, ...] = ()


class Unsupported(Wire):
    type: Text | None = None


class Content(Wire):
    """What is said: `type` names the field that holds it. Also the inside of an edit."""

    type: Text
    text: TextBody | None = None
    image: Media | None = None
    audio: Media | None = None
    video: Media | None = None
    document: Media | None = None
    sticker: Media | None = None
    location: Location | None = None
    contacts: tuple[SharedContact, ...] | None = None
    interactive: Interactive | None = None
    button: TemplateButton | None = None
    order: Order | None = None
    unsupported: Unsupported | None = None


class Reaction(Wire):
    """No `emoji`, or an empty one, takes the reaction back."""

    message_id: Printed
    emoji: Text | None = None


class System(Wire):
    """A new number or id. `new_wa_id` is how `wa_id` was called before v12."""

    type: Text
    wa_id: Given = None
    new_wa_id: Given = None
    user_id: Given = None
    previous_user_id: Given = None


class Edit(Wire):
    original_message_id: Printed
    message: Content


class Revoke(Wire):
    original_message_id: Printed


class Message(Content):
    """An element of `messages` or `message_echoes`."""

    id: Printed
    timestamp: Seconds
    from_phone: Given = Field(None, alias="from")
    from_user_id: Given = None
    to_phone: Given = Field(None, alias="to")
    to_user_id: Given = None
    group_id: Given = None
    origin: Text | None = None
    context: Context = Context()
    referral: Referral | None = None
    reaction: Reaction | None = None
    system: System | None = None
    edit: Edit | None = None
    revoke: Revoke | None = None


class Error(Wire):
    code: int | None = None


class Status(Wire):
    """An element of `statuses`: how far a message of ours has come."""

    id: Printed
    status: Text
    timestamp: Seconds
    recipient_id: Given = None
    recipient_user_id: Given = None
    recipient_type: Text | None = None
    errors: tuple[Error, ...] = ()


class Value(Wire):
    """The inside of a change, after it was taken apart: one message, echo or status at most."""

    metadata: Metadata
    contacts: tuple[Contact, ...] = ()
    messages: tuple[Message, ...] = ()
    message_echoes: tuple[Message, ...] = ()
    statuses: tuple[Status, ...] = ()
    errors: tuple[Error, ...] = ()
