"""What sorting mail needs to know, put together under the desk in force."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.email.adapter import EmailAdapter
from chalicelib.desk.model import Desk
from chalicelib.errors import NotFoundError
from chalicelib.notify.addresses import read_reply_token
from chalicelib.notify.keys import Keys
from chalicelib.service.mailroom import Mailroom
from chalicelib.store.blobs import Blobs
from chalicelib.store.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Sorting:
    adapter_for: Callable[[str, str], ChannelAdapter]
    signing_keys: Callable[[], Keys]
    tickets: Tickets
    blobs: Blobs
    domain: str

    def mailroom(self, desk: Desk) -> Mailroom:
        agents = {agent_id: agent.email.lower() for agent_id, agent in desk.agents.items()}
        return Mailroom(
            accounts={adapter.address: adapter for adapter in self._mailboxes(desk)},
            agents=agents,
            domain=self.domain,
            read_token=lambda part: read_reply_token(part, self.signing_keys(), agents),
            account_of=self._account_of,
            save=self.blobs.put,
        )

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
