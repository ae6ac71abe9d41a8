"""What a WhatsApp message says: its words, and what it carries besides."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.form_fields import form_fields
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.phones import to_e164
from chalicelib.channels.whatsapp.payloads import (
    Choice,
    Content,
    FlowReply,
    Interactive,
    Location,
    Media,
    Message,
    Order,
    OrderItem,
    SharedContact,
)
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

Said = tuple[str, tuple[Attachment, ...]]


def said_in(content: Content) -> Said:
    """Return words and attachments. Raises `MalformedPayloadError` for a type we don't know."""
    if content.type == "unsupported":
        kind = content.unsupported.type if content.unsupported else None
        return f"[{kind or 'unsupported'}]", ()
    read = _READERS.get(content.type)
    if read is None:
        raise MalformedPayloadError(f"no message type we know: {content.type[:40]}")
    found = getattr(content, content.type)
    # WhatsApp names a type and leaves out what it can't convert.
    said: Said = (f"[{content.type}]", ()) if found is None else read(found)
    if not any(said):
        raise MalformedPayloadError("a message with neither text nor attachment")
    return said


def beside(message: Message) -> tuple[Attachment, ...]:
    """Return what a message was written about: an advertisement, or a product of the catalogue."""
    found = []
    if message.referral:
        ad = message.referral
        found.append(Attachment(kind=AttachmentKind.LINK, name=ad.headline, url=ad.source_url))
    product = message.context.referred_product
    if product and product.product_retailer_id:
        found.append(Attachment(kind=AttachmentKind.LINK, name=product.product_retailer_id))
    return tuple(found)


def choice_in(message: Message) -> str | None:
    """Return the payload of the button or the row of a list that was tapped."""
    if message.button:
        return message.button.payload
    choice = _choice(message.interactive) if message.interactive else None
    return choice.id if choice else None


def fields_in(message: Message) -> dict[str, str]:
    """Return the answers of a form, by name."""
    flow = message.interactive.nfm_reply if message.interactive else None
    return form_fields(_answers(flow)) if flow else {}


def shared_phone(message: Message) -> str | None:
    """Return the sender's phone, where he gave it because he was asked to.

    Anybody can pass on anybody else's contact: that one tells nothing about the sender.
    """
    if message.origin != "contact_request":
        return None
    phones = (phone.phone for contact in message.contacts or () for phone in contact.phones)
    return next((to_e164(phone) for phone in phones if phone), None)


def _media(kind: AttachmentKind) -> Callable[[Media], Said]:
    def read(media: Media) -> Said:
        # A `url` in the webhook dies in minutes; the id is good for days.
        file = Attachment(
            kind=kind, name=media.filename, mime_type=media.mime_type, file_id=media.id
        )
        return media.caption or "", (file,)

    return read


def _location(place: Location) -> Said:
    name = ", ".join(filter(None, (place.name, place.address)))
    found = Attachment(
        kind=AttachmentKind.LOCATION,
        name=name or None,
        url=place.url,
        latitude=place.latitude,
        longitude=place.longitude,
    )
    return "", (found,)


def _contacts(contacts: tuple[SharedContact, ...]) -> Said:
    return "", tuple(map(_contact, contacts))


def _contact(contact: SharedContact) -> Attachment:
    written = [phone.phone for phone in contact.phones if phone.phone]
    phones = [to_e164(phone) or phone for phone in written]
    name = " ".join(filter(None, (contact.name.formatted_name, *phones)))
    return Attachment(kind=AttachmentKind.CONTACT, name=name or None)


def _interactive(interactive: Interactive) -> Said:
    if choice := _choice(interactive):
        return choice.title, ()
    if interactive.nfm_reply:
        return _flow(interactive.nfm_reply), ()
    raise MalformedPayloadError(f"no interactive type we know: {interactive.type[:40]}")


def _choice(interactive: Interactive) -> Choice | None:
    return interactive.button_reply or interactive.list_reply


def _flow(reply: FlowReply) -> str:
    lines = [f"{name}: {_plain(each)}" for name, each in _answers(reply).items()]
    # The outer JSON was checked for NUL, the one inside its string was not.
    return "\n".join((f"[{reply.name or 'flow'}]", *lines)).replace("\x00", "")


def _answers(reply: FlowReply) -> dict[str, Any]:
    try:
        answers = read_object((reply.response_json or "{}").encode("utf-8", "replace"))
    except (MalformedPayloadError, PayloadTooLargeError):
        return {}
    return {name: each for name, each in answers.items() if name != "flow_token"}


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return value if isinstance(value, str) else write_text(value)


def _order(order: Order) -> Said:
    lines = ["[order]", *map(_item, order.product_items), *filter(None, (order.text,))]
    return "\n".join(lines), ()


def _item(item: OrderItem) -> str:
    price = f" ({item.item_price} {item.currency or ''}".rstrip() + ")" if item.item_price else ""
    return f"{item.quantity} × {item.product_retailer_id}{price}"


_READERS: Mapping[str, Callable[[Any], Said]] = {
    "text": lambda text: (text.body, ()),
    "image": _media(AttachmentKind.IMAGE),
    "audio": _media(AttachmentKind.AUDIO),
    "video": _media(AttachmentKind.VIDEO),
    "document": _media(AttachmentKind.FILE),
    "sticker": _media(AttachmentKind.STICKER),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": lambda button: (button.text, ()),
    "order": _order,
}

TYPES = frozenset({*_READERS, "unsupported"})
"""The message types that say something."""
