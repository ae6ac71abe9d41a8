"""The connected accounts with their secrets, ready to verify and to send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from chalicelib.errors import UnknownAccountError
from chalicelib.store.accounts import Accounts, SecretRefs
from chalicelib.store.secrets import Secrets

ACCOUNTS_REMEMBERED = timedelta(seconds=25)
SECRETS_REMEMBERED = timedelta(minutes=5)


@dataclass(slots=True)
class Connections:
    """One per container: a warm one costs no round trip."""

    accounts: Accounts
    secrets: Secrets
    clock: Callable[[], datetime]
    _refs: dict[tuple[str, str], SecretRefs] = field(default_factory=dict)
    _refs_read_at: datetime | None = None
    _adapters: dict[tuple[str, str], tuple[datetime, SecretRefs, ChannelAdapter]] = field(
        default_factory=dict
    )

    def adapter_for(self, channel: str, account: str) -> ChannelAdapter:
        """Return the account's adapter. Raises `UnknownAccountError`, `ConfigurationError`."""
        refs = self._refs_of(channel, account)
        known = self._adapters.get((channel, account))
        now = self.clock()
        if known and known[1] == refs and now - known[0] <= SECRETS_REMEMBERED:
            return known[2]
        adapter = adapter_class(channel)(account, self.secrets.resolve(refs))
        self._adapters[channel, account] = (now, refs, adapter)
        return adapter

    def _refs_of(self, channel: str, account: str) -> SecretRefs:
        now = self.clock()
        if self._refs_read_at is None or now - self._refs_read_at > ACCOUNTS_REMEMBERED:
            self._refs, self._refs_read_at = self.accounts.all(), now
        try:
            return self._refs[channel, account]
        except KeyError as error:
            raise UnknownAccountError("no such channel or account") from error
