"""The customer: an identity on one account, and the contact behind it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """A customer on one account. `external_id` is the platform's own id, always a string."""

    channel: str
    account: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.account}:{self.external_id}"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The person. `ticket_id` is the newest ticket, open or not; `version` 0 means never stored.

    `blocked` are those of his identities where he wants no messages from us. `manager_id` is the
    agent who looks after him; `time_zone` an IANA name.
    """

    id: str
    identities: tuple[Identity, ...]
    created_at: datetime
    name: str | None = None
    language: str | None = None
    phone: str | None = None
    email: str | None = None
    tier: str | None = None
    manager_id: str | None = None
    time_zone: str | None = None
    ticket_id: str | None = None
    blocked: tuple[Identity, ...] = ()
    version: int = 0


def first_contact_id(identity: Identity) -> str:
    """Return the id of the contact that an identity starts out as, the same at every look."""
    return sha256(str(identity).encode()).hexdigest()[:20]
