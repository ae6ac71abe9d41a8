"""What a customer wants, read from all that his message says."""

from chalicelib.desk.model import Desk
from chalicelib.domain.events import MessageReceived
from chalicelib.routing.classify import Classification, Said, classify


def classification_of(event: MessageReceived, tier: str | None, desk: Desk) -> Classification:
    """Return what the desk makes of a message; `tier` is that of the customer, where he has one."""
    return classify(said_in(event, tier), desk.rules, desk.request_types, desk.default_request_type)


def said_in(event: MessageReceived, tier: str | None) -> Said:
    """Return a message as the rules look at it."""
    return Said(
        text=words_of(event),
        channel=event.identity.channel,
        account=event.identity.account,
        surface=event.surface,
        language=event.language,
        tier=tier,
        choice=event.choice,
        fields=event.fields,
        rating=event.rating,
        request_type=event.request_type,
    )


def words_of(event: MessageReceived) -> str:
    """Return subject and text, which are read together."""
    return "\n".join(filter(None, (event.subject, event.text)))
