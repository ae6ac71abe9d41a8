"""What a Telegram message carries besides words, each thing once."""

from chalicelib.channels.phones import to_e164
from chalicelib.channels.telegram.payloads import Contact, File, Location, Message, Venue
from chalicelib.domain.messages import Attachment, AttachmentKind


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return the files, places and contacts of a message."""
    found = [*_files(message)]
    if message.venue:
        found.append(_venue(message.venue))  # Its place comes a second time as `location`.
    elif message.location:
        found.append(_place(message.location, None))
    if message.contact:
        found.append(_contact(message.contact))
    return tuple(found)


def _files(message: Message) -> list[Attachment]:
    kinds = (
        (AttachmentKind.IMAGE, _largest(message.photo)),
        (AttachmentKind.AUDIO, message.audio),
        (AttachmentKind.AUDIO, message.voice),
        (AttachmentKind.VIDEO, message.video),
        (AttachmentKind.VIDEO, message.video_note),
        (AttachmentKind.VIDEO, message.animation),
        # A GIF comes a second time as `document`, for old clients.
        (AttachmentKind.FILE, None if message.animation else message.document),
        (AttachmentKind.STICKER, message.sticker),
    )
    return [_file(kind, file) for kind, file in kinds if file]


def _largest(sizes: tuple[File, ...] | None) -> File | None:
    return max(sizes or (), key=lambda size: size.width * size.height, default=None)


def _file(kind: AttachmentKind, file: File) -> Attachment:
    return Attachment(
        kind=kind,
        name=file.file_name or file.title or file.emoji,
        mime_type=file.mime_type,
        size=file.file_size,
        file_id=file.file_id,
    )


def _venue(venue: Venue) -> Attachment:
    name = ", ".join(part for part in (venue.title, venue.address) if part)
    return _place(venue.location, name or None)


def _place(location: Location, name: str | None) -> Attachment:
    return Attachment(
        kind=AttachmentKind.LOCATION,
        name=name,
        latitude=location.latitude,
        longitude=location.longitude,
    )


def _contact(contact: Contact) -> Attachment:
    phone = to_e164(contact.phone_number) or contact.phone_number
    name = f"{contact.first_name} {contact.last_name}".strip()
    return Attachment(kind=AttachmentKind.CONTACT, name=f"{name} {phone}".strip())
