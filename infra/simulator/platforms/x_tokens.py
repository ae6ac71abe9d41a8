"""X's OAuth 2.0 tokens: a refresh token works once; what it gave lives on."""

import hashlib
import hmac
from collections.abc import Sequence

from infra.simulator.stack import Account

MAX_GENERATIONS = 1000


class Tokens:
    """Who holds which token. Generation 0 is what `stack.json` says, each refresh makes the next.

    Tokens are derived, not stored: they are known after a restart of the simulator too.
    """

    def __init__(self) -> None:
        self._next: dict[tuple[str, int], int] = {}

    def holder(self, kind: str, token: str, accounts: Sequence[Account]) -> Account | None:
        """Return whose token this is or once was; `kind` is access or refresh."""
        return next((a for a in accounts if _generation(a, kind, token) is not None), None)

    def refresh(self, account: Account, token: str) -> tuple[str, str] | None:
        """Return the next access and refresh token, or None for one that was used before."""
        key = account.secret("user_id"), account.revision
        generation = _generation(account, "refresh", token)
        if generation is None or generation < self._next.get(key, 0):
            return None
        self._next[key] = generation + 1
        return _token(account, "access", generation + 1), _token(account, "refresh", generation + 1)


def _generation(account: Account, kind: str, token: str) -> int | None:
    if token and token in account.all_secrets(f"{kind}_token"):
        return 0
    generation, _, _ = token.partition(".")
    if not generation.isdigit() or not 0 < int(generation) < MAX_GENERATIONS:
        return None
    expected = _token(account, kind, int(generation))
    return int(generation) if hmac.compare_digest(token.encode(), expected.encode()) else None


def _token(account: Account, kind: str, generation: int) -> str:
    message = f"{account.secret('user_id')}:{kind}:{generation}".encode()
    digest = hmac.new(account.secret("consumer_secret").encode(), message, hashlib.sha256)
    return f"{generation}.{digest.hexdigest()}"
