"""Renews tokens that replace the stored ones: one worker at a time, stored before they are used.

Such a refresh token works once. Who takes the lease spends it, and writes both successors before
anything else; whoever comes second finds the lease taken, and later the tokens fresh.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.channels.base import ChannelAdapter
from chalicelib.desk.model import Account
from chalicelib.domain.accounts import AccountHealth
from chalicelib.errors import ConfigurationError
from chalicelib.notify.transport import Transport
from chalicelib.store.health import Healths
from chalicelib.store.secrets import Secrets

EARLY = timedelta(hours=2)
"""How long before a token's end it is renewed."""

LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Renewal:
    healths: Healths
    secrets: Secrets
    transport: Transport
    adapter_for: Callable[[str, str], ChannelAdapter]
    forget_secrets: Callable[[str, str], None]

    def renew(self, account: Account, health: AccountHealth, now: datetime) -> bool:
        """Return whether the account's tokens were renewed just now.

        Raises `SendError` when the platform gives none, `ConfigurationError` when the new ones
        could not be kept: their references must be SSM parameters.
        """
        if health.token_expires_at and health.token_expires_at - EARLY > now:
            return False
        adapter = self.adapter_for(account.channel, account.account)
        request = adapter.exchange_request(now) if adapter.keeps_grants else None
        if request is None or not self._is_ours(account, now):
            return False
        granted = adapter.read_exchange(self.transport.send(request), now)
        for name, value in granted.secrets.items():
            self.secrets.put(_reference(account, name), value)
        self.forget_secrets(account.channel, account.account)
        self.healths.note(
            account.channel,
            account.account,
            token_expires_at=granted.expires_at,
            renewed_at=now,
            problem="",
        )
        return True

    def _is_ours(self, account: Account, now: datetime) -> bool:
        return self.healths.take_lease(account.channel, account.account, now, LEASE)


def _reference(account: Account, name: str) -> str:
    reference = account.secrets.get(name, "")
    newest = reference[-1] if isinstance(reference, list) else reference
    if not newest.startswith("ssm:"):
        words = f"{account.channel}/{account.account}: {name} must be kept in SSM to be renewed"
        raise ConfigurationError(words)
    return newest
