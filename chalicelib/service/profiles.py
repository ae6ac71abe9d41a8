"""Who a customer is, asked of the platform when its webhooks don't say."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels.base import ChannelAdapter
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import FrontlineError
from chalicelib.notify.transport import Transport
from chalicelib.service.fold import Folder
from chalicelib.store import keys
from chalicelib.store.contacts import Contacts
from chalicelib.store.log import Log, folded_mark


@dataclass(frozen=True, slots=True)
class Profiles:
    contacts: Contacts
    log: Log
    folder: Folder
    transport: Transport
    adapter_for: Callable[[str, str], ChannelAdapter]
    clock: Callable[[], datetime]

    def named(self, ticket: Ticket) -> Contact:
        """Return the ticket's contact, asking the platform for a name that isn't known yet.

        What it says is appended to the log as any other event, and folded at once, so that the
        next to ask finds it. A platform that doesn't answer
        keeps nobody from being told: then the contact stays nameless.
        """
        contact = self.contacts.get(ticket.contact_id)
        if contact.name:
            return contact
        try:
            found = self._ask(ticket.identity)
        except FrontlineError:
            return contact
        if found is None:
            return contact
        now = self.clock()
        self.log.append(found, "{}", now)
        self.folder.fold(found, folded_mark(keys.log(found), now))
        return replace(contact, name=found.name or contact.name)

    def _ask(self, identity: Identity) -> ContactUpdated | None:
        adapter = self.adapter_for(identity.channel, identity.account)
        request = adapter.profile_request(identity.external_id)
        if request is None:
            return None
        response = self.transport.send(request)
        return adapter.read_profile(identity.external_id, response, self.clock())
