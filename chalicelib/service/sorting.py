"""What sorting mail needs to know, put together under the desk in force."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.email.adapter import EmailAdapter
from chalicelib.desk.model import Desk
from chalicelib.domain.pace import Pace
from chalicelib.errors import NotFoundError
from chalicelib.notify.addresses import ReplyToken, named_ticket, read_reply_token
from chalicelib.notify.keys import Keys
from chalicelib.service.guests import guest_ids
from chalicelib.service.mailroom import Mailroom
from chalicelib.service.waits import spoken_wait
from chalicelib.store.blobs import Blobs
from chalicelib.store.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Sorting:
    adapter_for: Callable[[str, str], ChannelAdapter]
    signing_keys: Callable[[], Keys]
    tickets: Tickets
    blobs: Blobs
    domain: str
    pace: Callable[[], Pace]

    def mailroom(self, desk: Desk) -> Mailroom:
        agents = {agent_id: agent.email.lower() for agent_id, agent in desk.agents.items()}
        return Mailroom(
            accounts={adapter.address: adapter for adapter in self._mailboxes(desk)},
            agents=agents,
            teams=frozenset(desk.teams),
            domain=self.domain,
            read_token=lambda part: self._token(part, desk),
            account_of=self._account_of,
            wake_at=lambda ticket_id, said, at: spoken_wait(
                said, self.tickets.get(ticket_id), desk, at
            ),
            desk_time=self.pace().desk_time,
            save=self.blobs.put,
        )

    def _token(self, local_part: str, desk: Desk) -> ReplyToken:
        holders = chain(desk.agents, self._guests(local_part, desk))
        return read_reply_token(local_part, self.signing_keys(), holders)

    def _guests(self, local_part: str, desk: Desk) -> Iterator[str]:
        """Yield who else may hold a token, looked up only when no agent does."""
        try:
            ticket = self.tickets.get(named_ticket(local_part))
        except NotFoundError:
            return
        yield from guest_ids(ticket, desk)

    def _mailboxes(self, desk: Desk) -> list[EmailAdapter]:
        channel = EmailAdapter.channel
        named = [each.account for each in desk.accounts if each.channel == channel]
        adapters = [self.adapter_for(channel, account) for account in named]
        return [adapter for adapter in adapters if isinstance(adapter, EmailAdapter)]

    def _account_of(self, ticket_id: str) -> str | None:
        try:
            identity = self.tickets.get(ticket_id).identity
        except NotFoundError:
            return None
        return identity.account if identity.channel == EmailAdapter.channel else None
