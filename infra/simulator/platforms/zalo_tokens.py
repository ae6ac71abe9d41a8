"""Zalo's OAuth tokens: a refresh token works once, and a new access token kills the old one."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.simulator.platforms.token_lines import TokenLine
from infra.simulator.stack import Account

_LINE = TokenLine(owner="oa_id", key="app_secret")


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
        return _LINE.holder("access", access, accounts)

    def refresher(self, refresh: str, accounts: Sequence[Account]) -> Account | None:
        """Return whose refresh token this is or once was."""
        return _LINE.holder("refresh", refresh, accounts)

    def is_alive(self, account: Account, access: str) -> bool:
        return self._accept(account, _LINE.generation(account, "access", access))

    def refresh(self, account: Account, refresh: str) -> TokenPair | None:
        """Return the next pair, or None for a refresh token that was used before."""
        generation = _LINE.generation(account, "refresh", refresh)
        if generation is None or not self._accept(account, generation):
            return None
        self._alive[_key(account)] = generation + 1
        return TokenPair(
            _LINE.token(account, "access", generation + 1),
            _LINE.token(account, "refresh", generation + 1),
        )

    def _accept(self, account: Account, generation: int | None) -> bool:
        if generation is None or generation < self._alive.get(_key(account), 0):
            return False
        self._alive[_key(account)] = generation
        return True


def _key(account: Account) -> tuple[str, int]:
    return account.secret("oa_id"), account.revision
