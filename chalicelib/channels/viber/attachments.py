"""What a Viber message carries besides words."""

from chalicelib.channels.phones import to_e164
from chalicelib.channels.viber.payloads import Contact, Message
from chalicelib.domain.messages import Attachment, AttachmentKind


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the file, link, place or contact of a message: Viber sends one at most."""
    if message.contact:
        return (_contact(message.contact),)
    if message.location:
        return (
            Attachment(
                kind=AttachmentKind.LOCATION,
                latitude=message.location.lat,
                longitude=message.location.lon,
            ),
        )
    if message.media is None and message.sticker_id is None:
        return ()
    return (
        Attachment(
            kind=_KINDS.get(message.type, AttachmentKind.FILE),
            name=message.file_name,
            size=message.file_size if message.size is None else message.size,
            url=message.media,
            file_id=message.sticker_id,
        ),
    )


def _contact(contact: Contact) -> Attachment:
    phone = to_e164(contact.phone_number) or contact.phone_number
    return Attachment(kind=AttachmentKind.CONTACT, name=f"{contact.name} {phone}".strip())


_KINDS = {
    "picture": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "sticker": AttachmentKind.STICKER,
    "url": AttachmentKind.LINK,
}
