"""Which of a customer's files are fetched, to be kept by us."""

from chalicelib.desk.decision import Fetch
from chalicelib.desk.draft import Draft
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import AttachmentKind
from chalicelib.domain.tickets import TimelineEntry

FETCHED = (
    AttachmentKind.IMAGE,
    AttachmentKind.AUDIO,
    AttachmentKind.VIDEO,
    AttachmentKind.FILE,
    AttachmentKind.STICKER,
)
"""What is a file; the rest is words: a link, a place, a card."""


def fetch_files(draft: Draft, entry: TimelineEntry, identity: Identity) -> None:
    """Have the files of a customer's message kept by us, as long as their links live."""
    for place, attachment in enumerate(entry.attachments):
        has_address = attachment.url or attachment.file_id
        if attachment.kind in FETCHED and has_address and attachment.key is None:
            draft.outbox.append(
                Fetch(
                    id=f"{draft.event_id}:{len(draft.outbox)}",
                    ticket_id=draft.ticket.id,
                    entry_id=entry.id,
                    entry_at=entry.at,
                    created_at=draft.now,
                    channel=identity.channel,
                    account=identity.account,
                    place=place,
                    attachment=attachment,
                )
            )
