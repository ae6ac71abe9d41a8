"""Asks platforms for what their webhooks only name, hides what is to be hidden, asks for news."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.channels.base import ChannelAdapter, Parsed
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.registry import adapter_class
from chalicelib.desk.decision import Hide, Lookup
from chalicelib.desk.model import Account
from chalicelib.errors import PermanentSendError
from chalicelib.notify.transport import Transport
from chalicelib.service.receive import Outcome, Receiver

NEWS = timedelta(days=7)
"""How old something may be that a poll finds: an account's history opens no tickets."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """`sender_for` returns an account's adapter with secrets that are good now."""

    transport: Transport
    receiver: Receiver
    sender_for: Callable[[str, str], ChannelAdapter]
    clock: Callable[[], datetime]

    def look_up(self, wanted: Lookup) -> None:
        """Store what was looked up as if it had come by webhook. Raises `SendError`."""
        adapter = self.sender_for(wanted.channel, wanted.account)
        response = self.transport.send(adapter.lookup_request(wanted.event.reference))
        parsed = adapter.read_lookup(wanted.event.reference, response)
        self.receiver.store(adapter, parsed, self.clock())

    def hide(self, wanted: Hide) -> None:
        adapter = self.sender_for(wanted.channel, wanted.account)
        request = adapter.hide_request(wanted.message_id)
        if request is None:
            raise PermanentSendError(f"{wanted.channel} hides nothing")
        response = self.transport.send(request)
        read_answer(response)
        if response.status >= 400:  # noqa: PLR2004
            raise PermanentSendError(f"the platform refused with {response.status}")

    def poll_all(self, accounts: Iterable[Account]) -> Iterator[tuple[str, Outcome]]:
        """Poll every account that is asked; one that doesn't answer is asked again next time."""
        for each in accounts:
            if adapter_class(each.channel).is_polled:
                # Whatever is wrong with one account is the watch's to tell, and no other's matter.
                with suppress(Exception):
                    yield each.channel, self.poll(each.channel, each.account)

    def poll(self, channel: str, account: str) -> Outcome:
        """Store what is new on an account that is asked. Raises `SendError`."""
        adapter = self.sender_for(channel, account)
        parsed = adapter.read_poll(self.transport.send(adapter.poll_request()))
        return self.receiver.store(adapter, self._new(parsed), self.clock())

    def _new(self, parsed: Parsed) -> Parsed:
        oldest = self.clock() - NEWS
        recent = (each for each in parsed.received if each.event.occurred_at >= oldest)
        return replace(parsed, received=tuple(recent))
