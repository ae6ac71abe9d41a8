"""X's OAuth 2.0 tokens: a refresh token works once; what it gave lives on."""

from collections.abc import Sequence

from infra.simulator.platforms.token_lines import TokenLine
from infra.simulator.stack import Account

_LINE = TokenLine(owner="user_id", key="consumer_secret")


class Tokens:
    """Who holds which token. Generation 0 is what `stack.json` says, each refresh makes the next.

    Tokens are derived, not stored: they are known after a restart of the simulator too.
    """

    def __init__(self) -> None:
        self._next: dict[tuple[str, int], int] = {}

    def holder(self, kind: str, token: str, accounts: Sequence[Account]) -> Account | None:
        """Return whose token this is or once was; `kind` is access or refresh."""
        return _LINE.holder(kind, token, accounts)

    def refresh(self, account: Account, token: str) -> tuple[str, str] | None:
        """Return the next access and refresh token, or None for one that was used before."""
        key = account.secret("user_id"), account.revision
        generation = _LINE.generation(account, "refresh", token)
        if generation is None or generation < self._next.get(key, 0):
            return None
        self._next[key] = generation + 1
        return (
            _LINE.token(account, "access", generation + 1),
            _LINE.token(account, "refresh", generation + 1),
        )
