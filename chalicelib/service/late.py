"""An answer that may not go freely any more: which way is left, by the desk's rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels.base import Passage
from chalicelib.channels.registry import adapter_class
from chalicelib.channels.splitting import split
from chalicelib.channels.windows import passage
from chalicelib.desk.decision import Reply
from chalicelib.desk.model import Desk, LateAnswer
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import Surface, Template
from chalicelib.errors import NotFoundError, PermanentSendError, SendFailure
from chalicelib.store.contacts import Contacts

FREELY = (Passage.OPEN, Passage.TAGGED)


@dataclass(frozen=True, slots=True)
class Way:
    """How a reply goes now: to whom, and by which passage."""

    reply: Reply
    passage: Passage


@dataclass(frozen=True, slots=True)
class LateAnswers:
    contacts: Contacts
    desk: Callable[[], Desk]

    def way(self, reply: Reply, now: datetime) -> Way:
        """Return how `reply` may go at `now`.

        Raises `PermanentSendError` when it can't: blocked, or the window is closed.
        """
        if reply.is_blocked:
            raise PermanentSendError("the customer wants no messages", SendFailure.BLOCKED)
        if reply.template:
            return Way(_as_template(reply, reply.template), Passage.TEMPLATE)
        now_open = _passage(reply, now)
        if now_open in FREELY:
            return Way(reply, now_open)
        ways = (self._late(kind, reply, now_open) for kind in self.desk().routing.late_answers)
        is_fixed = reply.automatic or bool(reply.sent_ids)
        way = None if is_fixed else next(filter(None, ways), None)
        if way is None:
            raise PermanentSendError("the reply window is closed", SendFailure.WINDOW_CLOSED)
        return way

    def _late(self, kind: LateAnswer, reply: Reply, now_open: Passage) -> Way | None:
        if kind == "paid":
            return Way(reply, Passage.PAID) if now_open is Passage.PAID else None
        if kind == "template":
            return self._by_template(reply)
        other = next(self._elsewhere(reply), None)
        return Way(_moved(reply, other), Passage.OPEN) if other else None

    def _by_template(self, reply: Reply) -> Way | None:
        """Put the answer into the account's own template, where the channel has such."""
        to = reply.to
        account = self.desk().account(to.channel, to.account)
        known = account.template if account else None
        if known is None or not adapter_class(to.channel).capabilities.has_templates:
            return None
        text = " ".join(" ".join(reply.parts).split())
        template = Template(name=known.name, language=known.language, parameters=(text,))
        return Way(_as_template(reply, template), Passage.TEMPLATE)

    def _elsewhere(self, reply: Reply) -> Iterator[Identity]:
        """Yield the customer's other identities that may be written to at any time."""
        try:
            contact = self.contacts.get(reply.contact_id)
        except NotFoundError:
            return
        for identity in contact.identities:
            can = adapter_class(identity.channel).capabilities
            is_free = can.reply_window is None and not can.answers_elsewhere
            if identity != reply.to and identity not in contact.blocked and is_free:
                yield identity


def _passage(reply: Reply, now: datetime) -> Passage:
    can = adapter_class(reply.to.channel).capabilities_on(reply.surface)
    if reply.last_inbound_at is None:
        return Passage.OPEN
    return passage(can, reply.last_inbound_at, now, automatic=reply.automatic)


def _moved(reply: Reply, to: Identity) -> Reply:
    can = adapter_class(to.channel).capabilities
    parts = tuple(split("\n".join(reply.parts), can.text_limit, can.measure))
    return replace(reply, to=to, parts=parts, surface=Surface.DIRECT, thread=None, reply_to_id=None)


def _as_template(reply: Reply, template: Template) -> Reply:
    """Return a reply that is one message: a template has no parts and carries no files."""
    text = " ".join(" ".join(reply.parts).split())
    return replace(reply, template=template, parts=(text,), files=())
