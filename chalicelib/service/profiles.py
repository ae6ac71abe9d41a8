"""Who a customer is, asked of the platform when its webhooks don't say."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels.base import ChannelAdapter
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import ConflictError, FrontlineError
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
        self._keep(found)
        return replace(contact, name=found.name or contact.name)

    def tell(self, news: ContactUpdated) -> None:
        """Put what is new of a person into his log, and fold it at once.

        Told once more, it changes nothing. Raises `ConflictError` when its id was used for
        something else.
        """
        if self.log.known(news) not in (None, news):
            raise ConflictError("the same key was used for something else")
        self._keep(news)

    def _keep(self, news: ContactUpdated) -> None:
        now = self.clock()
        self.log.append(news, "{}", now)
        self.folder.fold(news, folded_mark(keys.log(news), now))

    def _ask(self, identity: Identity) -> ContactUpdated | None:
        adapter = self.adapter_for(identity.channel, identity.account)
        request = adapter.profile_request(identity.external_id)
        if request is None:
            return None
        response = self.transport.send(request)
        return adapter.read_profile(identity.external_id, response, self.clock())
