"""Zalo's OAuth tokens: a refresh token works once, and a new access token kills the old one."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from infra.simulator.stack import Account

MAX_GENERATIONS = 1000


@dataclass(frozen=True, slots=True)
class TokenPair:
    access: str
    refresh: str


class Tokens:
    """Who holds which token. Generation 0 is what `stack.json` says, each refresh makes the next.

    Tokens are derived, not stored: after a restart of the simulator the stack's
    token is still known, and the first one seen says which generation is alive.
    """

    def __init__(self) -> None:
        self._alive: dict[tuple[str, int], int] = {}

    def holder(self, access: str, accounts: Sequence[Account]) -> Account | None:
        """Return whose access token this is or once was."""
        return _holder("access", access, accounts)

    def refresher(self, refresh: str, accounts: Sequence[Account]) -> Account | None:
        """Return whose refresh token this is or once was."""
        return _holder("refresh", refresh, accounts)

    def is_alive(self, account: Account, access: str) -> bool:
        return self._accept(account, _generation(account, "access", access))

    def refresh(self, account: Account, refresh: str) -> TokenPair | None:
        """Return the next pair, or None for a refresh token that was used before."""
        generation = _generation(account, "refresh", refresh)
        if generation is None or not self._accept(account, generation):
            return None
        self._alive[_key(account)] = generation + 1
        return TokenPair(
            _token(account, "access", generation + 1), _token(account, "refresh", generation + 1)
        )

    def _accept(self, account: Account, generation: int | None) -> bool:
        if generation is None or generation < self._alive.get(_key(account), 0):
            return False
        self._alive[_key(account)] = generation
        return True


def _holder(kind: str, token: str, accounts: Sequence[Account]) -> Account | None:
    holders = (account for account in accounts if _generation(account, kind, token) is not None)
    return next(holders, None)


def _key(account: Account) -> tuple[str, int]:
    return account.secret("oa_id"), account.revision


def _generation(account: Account, kind: str, token: str) -> int | None:
    if token and token in account.all_secrets(f"{kind}_token"):
        return 0
    generation, _, _ = token.partition(".")
    if not generation.isdigit() or not 0 < int(generation) < MAX_GENERATIONS:
        return None
    expected = _token(account, kind, int(generation))
    return int(generation) if hmac.compare_digest(token.encode(), expected.encode()) else None


def _token(account: Account, kind: str, generation: int) -> str:
    message = f"{account.secret('oa_id')}:{kind}:{generation}".encode()
    digest = hmac.new(account.secret("app_secret").encode(), message, hashlib.sha256)
    return f"{generation}.{digest.hexdigest()}"
