"""What a customer wants, read from all that his message says."""

from chalicelib.desk.model import Desk
from chalicelib.domain.events import MessageReceived
from chalicelib.routing.classify import classify


def request_type_of(event: MessageReceived, desk: Desk) -> str:
    """Return the request type that subject and text together speak of, or the default."""
    said = "\n".join(filter(None, (event.subject, event.text)))
    classified = classify(
        said, event.identity.channel, desk.request_types, desk.default_request_type
    )
    return classified.request_type
