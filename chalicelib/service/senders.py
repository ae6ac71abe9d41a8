"""Adapters ready to send: with tokens of a short life, where a platform gives such."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import ChannelAdapter, Granted
from chalicelib.notify.transport import Transport

SPARE = timedelta(minutes=2)
"""How long before its end a token is taken for dead."""


@dataclass(slots=True)
class Senders:
    """One per container. Tokens that replace stored secrets are the watch's business."""

    adapter_for: Callable[[str, str], ChannelAdapter]
    forget_secrets: Callable[[str, str], None]
    transport: Transport
    clock: Callable[[], datetime]
    _granted: dict[tuple[str, str], tuple[Mapping[str, Any], Granted]] = field(default_factory=dict)

    def sender_for(self, channel: str, account: str) -> ChannelAdapter:
        """Return the account's adapter, with a token that is good now.

        Raises `SendError` when the platform gives none, and what `adapter_for` raises.
        """
        adapter = self.adapter_for(channel, account)
        now = self.clock()
        request = None if adapter.keeps_grants else adapter.exchange_request(now)
        if request is None:
            return adapter
        asked, granted = self._granted.get((channel, account), (None, None))
        if granted is None or asked != adapter.secrets or granted.expires_at - SPARE <= now:
            granted = adapter.read_exchange(self.transport.send(request), now)
            self._granted[channel, account] = adapter.secrets, granted
        return adapter.with_secrets(granted.secrets)

    def forget(self, channel: str, account: str) -> None:
        """Ask for a new token the next time, or read it again: this one may have died."""
        self._granted.pop((channel, account), None)
        self.forget_secrets(channel, account)
