"""What a platform tells of a person who wrote, as an event."""

from datetime import datetime

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.parts import digest
from chalicelib.domain.events import ContactUpdated


def contact_told(
    adapter: ChannelAdapter,
    external_id: str,
    now: datetime,
    *,
    name: str | None,
    language: str | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> ContactUpdated | None:
    """Return the event that tells what is known of a person, None where nothing is.

    The same words told again are the same event.
    """
    known = [fact for fact in (name, language, phone, email) if fact]
    if not known:
        return None
    return ContactUpdated(
        id=adapter.event_id("profile", digest(" ".join([external_id, *known]))),
        identity=adapter.identity(external_id),
        occurred_at=now,
        name=name,
        language=language,
        phone=phone,
        email=email,
    )
