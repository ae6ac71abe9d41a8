"""What sorting mail needs to know, and what a mail may turn out to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.channels.base import Received
from chalicelib.channels.email.adapter import EmailAdapter
from chalicelib.channels.email.bounces import Bounce
from chalicelib.desk.model import guest_address
from chalicelib.domain.events import Act, Availability
from chalicelib.notify.addresses import ReplyToken
from chalicelib.notify.mails import Refusal


class Unwantedness(StrEnum):
    HARMFUL = "harmful"
    AUTOMATIC = "automatic"
    OWN = "own"
    NOBODYS = "nobodys"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    received: Received
    adapter: EmailAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentActed:
    """All that one mail asks for, in the order in which it is to be done.

    What is asked for on the ticket comes before what its sender says of himself.
    """

    ticket_id: str
    agent_id: str
    message_id: str
    asked: tuple[Act | Availability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRefused:
    """An answer that was not passed on. Tell `agent_id` by mail at his own address; None: nobody.

    `message_id` is the refused mail's, to thread the explanation; `ticket_id` None is no ticket.
    `line` is the one that is no command, where that was it.
    """

    reason: Refusal
    agent_id: str | None
    ticket_id: str | None
    message_id: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Bounced:
    """A mail of ours came back. `bounce.original_id` up to its `@` is SES's own id of it."""

    bounce: Bounce


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Nothing to be done but to count it."""

    reason: Unwantedness


Outcome = CustomerWrote | AgentActed | AgentRefused | Bounced | Unwanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """What sorting mail needs to know.

    `accounts` are the adapters by their lower-cased address, `agents` the lower-cased addresses
    by agent id, `teams` the ids of teams. `read_token` reads the local part of a reply address and
    raises `InvalidSignatureError`; `account_of` names the e-mail account a ticket's customer wrote
    to, if any; `wake_at` tells when a ticket's wait ends that was said then, and raises
    `InvalidRequestError`; `desk_time` is what the desk's clock showed when a mail came; `save`
    stores (key, content, MIME type) and may be repeated.
    """

    accounts: Mapping[str, EmailAdapter]
    agents: Mapping[str, str]
    teams: frozenset[str]
    domain: str
    read_token: Callable[[str], ReplyToken]
    account_of: Callable[[str], str | None]
    wake_at: Callable[[str, str, datetime], datetime | None]
    desk_time: Callable[[datetime], datetime]
    save: Callable[[str, bytes, str], None]

    def address_of(self, agent_id: str) -> str:
        """Return the address of an agent or a guest, empty for one who is gone."""
        return guest_address(agent_id) or self.agents.get(agent_id, "")
