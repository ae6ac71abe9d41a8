"""The connected accounts with their secrets, ready to verify and to send."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from chalicelib.errors import ConfigurationError, UnknownAccountError
from chalicelib.store.accounts import Accounts, Connected, SecretRefs
from chalicelib.store.secrets import Secrets

ACCOUNTS_REMEMBERED = timedelta(seconds=25)
SECRETS_REMEMBERED = timedelta(minutes=5)

Name = tuple[str, str]
"""Channel and account."""


@dataclass(slots=True)
class Connections:
    """One per container: a warm one costs no round trip."""

    accounts: Accounts
    secrets: Secrets
    clock: Callable[[], datetime]
    _connected: dict[Name, Connected] = field(default_factory=dict)
    _read_at: datetime | None = None
    _adapters: dict[Name, tuple[datetime, SecretRefs, ChannelAdapter]] = field(default_factory=dict)

    def adapter_for(self, channel: str, account: str) -> ChannelAdapter:
        """Return the account's adapter. Raises `UnknownAccountError`, `ConfigurationError`."""
        try:
            refs = self._all()[channel, account].secrets
        except KeyError as error:
            raise UnknownAccountError("no such channel or account") from error
        known = self._adapters.get((channel, account))
        now = self.clock()
        if known and known[1] == refs and now - known[0] <= SECRETS_REMEMBERED:
            return known[2]
        adapter = adapter_class(channel)(account, self.secrets.resolve(refs))
        self._adapters[channel, account] = (now, refs, adapter)
        return adapter

    def forget(self, channel: str, account: str) -> None:
        """Read the account's secrets again when they are next asked for."""
        self._adapters.pop((channel, account), None)

    def adapters_at(self, channel: str, account: str) -> list[ChannelAdapter]:
        """Return the adapters whose events arrive at a webhook, its own first."""
        own = self.adapter_for(channel, account)
        others = [
            name
            for (name, of), connected in self._all().items()
            if (connected.door, of) == (channel, account)
        ]
        return [own, *self._ready(others, account)]

    def _ready(self, channels: list[str], account: str) -> Iterator[ChannelAdapter]:
        """Yield the adapters of neighbours that are configured: the watch tells of the others."""
        for channel in channels:
            with suppress(ConfigurationError):
                yield self.adapter_for(channel, account)

    def _all(self) -> dict[Name, Connected]:
        now = self.clock()
        if self._read_at is None or now - self._read_at > ACCOUNTS_REMEMBERED:
            self._connected, self._read_at = self.accounts.all(), now
        return self._connected
