"""Immutable facts, each with a deterministic id, so that a repeat is the same event.

Channel events come from a platform and belong to one identity's log. Acts come from agents and
belong to one ticket's log. What an agent says of himself belongs to a log of his own. Signals come
from Frontline itself (a moment is due, the desk changed, somebody has room again) and are not
logged: they can always be derived again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import Attachment, Button, Delivery, Surface, Template

UNTIMED = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what a platform doesn't date: the same on every delivery, and believed by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent:
    """Something a platform told us. `id` is `channel:account:kind:provider_id`."""

    type: ClassVar[str]
    id: str
    identity: Identity
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(ChannelEvent):
    """A customer said something.

    `message_id` is the provider's id of the message. `automatic` marks machine mail (vacation
    notes, lists), which never gets an automatic answer. `phone` (E.164) and `email` are told by
    the platform itself. `thread_refs` are provider ids of messages this one answers; `ticket_id`
    is set only when a signed reply address named it. `thread` is the adapter's own note of where
    an answer goes (a comment, a conversation, a reply token), handed back to it as it is.
    `permalink` lets an agent see it on the platform. `group_id` is one for all
    parts of an album. `rating` is 1 to 5 stars. `watch_for` is
    how long others may answer before it is ours. `choice` is the payload of the button or menu
    entry that was tapped, `fields` what a form or the shop's own system tells by name (an order's
    state), and `request_type` the id of the one that the sender's own system takes it for.
    """

    type: ClassVar[str] = "message.received"
    message_id: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    name: str | None = None
    language: str | None = None
    phone: str | None = None
    email: str | None = None
    subject: str | None = None
    automatic: bool = False
    thread_refs: tuple[str, ...] = ()
    ticket_id: str | None = None
    surface: Surface = Surface.DIRECT
    thread: str | None = None
    permalink: str | None = None
    rating: int | None = None
    group_id: str | None = None
    watch_for: timedelta | None = None
    choice: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    request_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEchoed(ChannelEvent):
    """The account itself said something; `ours` when Frontline's own send came back.

    In public nobody is named whom it was said to: `thread_refs` find the talk it belongs to,
    and `identity` is that of the thread.
    """

    type: ClassVar[str] = "message.echoed"
    message_id: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    ours: bool = False
    author_id: str | None = None
    surface: Surface = Surface.DIRECT
    thread_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAnswered(ChannelEvent):
    """Somebody who is neither the customer nor the account answered in the same thread."""

    type: ClassVar[str] = "peer.answered"
    message_id: str
    thread_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptReceived(ChannelEvent):
    """Messages came further: those named, or all sent up to `watermark_at`.

    With `Delivery.FAILED`, `reason` is a `SendFailure`.
    """

    type: ClassVar[str] = "receipt.received"
    delivery: Delivery
    reason: str | None = None
    message_ids: tuple[str, ...] = ()
    watermark_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(ChannelEvent):
    type: ClassVar[str] = "message.edited"
    message_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(ChannelEvent):
    type: ClassVar[str] = "message.deleted"
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReacted(ChannelEvent):
    """A reaction; an empty `emoji` takes it back."""

    type: ClassVar[str] = "message.reacted"
    message_id: str
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdated(ChannelEvent):
    """The platform told us more about the person; `None` means nothing new.

    `tier`, `manager_id` and `time_zone` are known to a company's own system only.
    """

    type: ClassVar[str] = "contact.updated"
    name: str | None = None
    language: str | None = None
    phone: str | None = None
    email: str | None = None
    tier: str | None = None
    manager_id: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactBlocked(ChannelEvent):
    """The customer blocked the account or unfollowed it."""

    type: ClassVar[str] = "contact.blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReturned(ChannelEvent):
    """The customer follows the account, or lets it write again."""

    type: ClassVar[str] = "contact.returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLinked(ChannelEvent):
    """The platform itself told that `identity` is also `other`: never guessed.

    `replaces`: the first is not his any more, as a number that he gave back.
    """

    type: ClassVar[str] = "identity.linked"
    other: Identity
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupNeeded(ChannelEvent):
    """A webhook only named something; `reference` is what the adapter looks it up by."""

    type: ClassVar[str] = "lookup.needed"
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something an agent did. `agent_id` is who; `via` is how: `email`, `link`, `page`, `api`.

    An act through the API by a token has `agent_id` None and the token's name in `via`.
    """

    type: ClassVar[str]
    id: str
    ticket_id: str
    occurred_at: datetime
    agent_id: str | None
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReplied(Act):
    """`surface` None is where the customer wrote; `DIRECT` answers in private what is public."""

    type: ClassVar[str] = "agent.replied"
    text: str
    attachments: tuple[Attachment, ...] = ()
    surface: Surface | None = None
    buttons: tuple[Button, ...] = ()
    template: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHid(Act):
    """Hid from everybody else what the customer last said in public."""

    type: ClassVar[str] = "agent.hid"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNoted(Act):
    type: ClassVar[str] = "agent.noted"
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAcknowledged(Act):
    type: ClassVar[str] = "agent.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAssigned(Act):
    """Exactly one of `to_agent_id` and `to_team_id` is set; `text` is a note for who takes over."""

    type: ClassVar[str] = "agent.assigned"
    to_agent_id: str | None = None
    to_team_id: str | None = None
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentResolved(Act):
    type: ClassVar[str] = "agent.resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReopened(Act):
    type: ClassVar[str] = "agent.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPended(Act):
    """Left the ticket to wait, for the customer or somebody else; until `wake_at` at most."""

    type: ClassVar[str] = "agent.pended"
    wake_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanged(Act):
    """Corrected what the ticket is; None leaves something as it was."""

    type: ClassVar[str] = "agent.changed"
    request_type: str | None = None
    priority: str | None = None
    product: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMerged(Act):
    """Found that another ticket is about the same: it goes on in this one."""

    type: ClassVar[str] = "agent.merged"
    other_ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInvited(Act):
    """Brought somebody in by his mail address, as a guest on this ticket alone."""

    type: ClassVar[str] = "agent.invited"
    address: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What an agent says of himself, or somebody for him; `via` is how, as of an act."""

    type: ClassVar[str]
    id: str
    agent_id: str
    occurred_at: datetime
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAway(Availability):
    type: ClassVar[str] = "agent.away"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentBack(Availability):
    type: ClassVar[str] = "agent.back"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTakes(Availability):
    """So many tickets at a time from now on; None is as many as the desk says."""

    type: ClassVar[str] = "agent.takes"
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something Frontline itself noticed about a ticket. Never logged, always derivable."""

    type: ClassVar[str]
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentDue(Signal):
    """The ticket's own next moment has come. Stale when the ticket's moment is another by now."""

    type: ClassVar[str] = "moment.due"
    moment_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChanged(Signal):
    """A new desk was applied: the ticket's timers are computed again."""

    type: ClassVar[str] = "desk.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMade(Signal):
    """Somebody may take a parked ticket now."""

    type: ClassVar[str] = "room.made"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLeft(Signal):
    """The owner of a ticket went away."""

    type: ClassVar[str] = "owner.left"
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(Signal):
    """The outbox gave up on a message for good; `reason` is a `SendFailure`."""

    type: ClassVar[str] = "message.failed"
    outbox_id: str
    entry_id: str
    at: datetime
    reason: str


LOGGED_TYPES: dict[str, type[ChannelEvent | Act | Availability]] = {
    cls.type: cls
    for cls in (
        MessageReceived,
        MessageEchoed,
        PeerAnswered,
        ReceiptReceived,
        MessageEdited,
        MessageDeleted,
        MessageReacted,
        ContactUpdated,
        ContactBlocked,
        ContactReturned,
        IdentityLinked,
        LookupNeeded,
        AgentReplied,
        AgentHid,
        AgentNoted,
        AgentAcknowledged,
        AgentAssigned,
        AgentResolved,
        AgentReopened,
        AgentPended,
        AgentChanged,
        AgentMerged,
        AgentInvited,
        AgentAway,
        AgentBack,
        AgentTakes,
    )
}

Logged = ChannelEvent | Act | Availability
Event = Logged | Signal
