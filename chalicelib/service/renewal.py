"""Renews tokens that replace the stored ones: one worker at a time, stored before they are used.

Such a refresh token works once. Who takes the lease spends it, and writes both successors before
anything else; whoever comes second finds the lease taken, and later the tokens fresh.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from chalicelib.desk.model import Account
from chalicelib.domain.accounts import AccountHealth
from chalicelib.errors import ConfigurationError
from chalicelib.notify.transport import Transport
from chalicelib.store.health import Healths
from chalicelib.store.secrets import Secrets

EARLY = timedelta(hours=2)
"""How long before its end a long-lived token is renewed."""

LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Renewal:
    healths: Healths
    secrets: Secrets
    transport: Transport
    adapter_for: Callable[[str, str], ChannelAdapter]
    forget_secrets: Callable[[str, str], None]

    def renew(self, account: Account, now: datetime) -> bool:
        """Return whether the account's tokens were renewed just now.

        Raises `SendError` when the platform gives none, `ConfigurationError` when new ones could
        not be kept: their references must be SSM parameters.
        """
        names = adapter_class(account.channel).keeps_grants
        if not names or not self._is_time(account, now) or not self._is_ours(account, now):
            return False
        # Whoever held the lease before may have been through already.
        if not self._is_time(account, now):
            return False
        places = {name: _reference(account, name) for name in names}
        self.forget_secrets(account.channel, account.account)
        adapter = self.adapter_for(account.channel, account.account)
        request = adapter.exchange_request(now)
        if request is None:
            return False
        granted = adapter.read_exchange(self.transport.send(request), now)
        for name in (name for name in names if name in granted.secrets):
            self.secrets.put(places[name], granted.secrets[name])
        self.forget_secrets(account.channel, account.account)
        self.healths.note(
            account.channel,
            account.account,
            token_expires_at=granted.expires_at,
            renewed_at=now,
            problem="",
        )
        return True

    def _is_time(self, account: Account, now: datetime) -> bool:
        (health,) = self.healths.of([(account.channel, account.account)])
        return health.token_expires_at is None or health.token_expires_at - _early(health) <= now

    def _is_ours(self, account: Account, now: datetime) -> bool:
        return self.healths.take_lease(account.channel, account.account, now, LEASE)


def _early(health: AccountHealth) -> timedelta:
    """Return how long before its end a token is renewed: a short-lived one in its last quarter."""
    if health.token_expires_at is None or health.renewed_at is None:
        return EARLY
    return min(EARLY, (health.token_expires_at - health.renewed_at) / 4)


def _reference(account: Account, name: str) -> str:
    reference = account.secrets.get(name, "")
    newest = reference[-1] if isinstance(reference, list) else reference
    if not newest.startswith("ssm:"):
        words = f"{account.channel}/{account.account}: {name} must be kept in SSM to be renewed"
        raise ConfigurationError(words)
    return newest
