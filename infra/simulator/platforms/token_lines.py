"""Tokens that a simulator derives, not stores: they are known after a restart too."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from infra.simulator.stack import Account

MAX_GENERATIONS = 1000


@dataclass(frozen=True, slots=True)
class TokenLine:
    """Access and refresh tokens, one generation after another; 0 is what `stack.json` says.

    `owner` and `key` name the secrets that tell whose they are and sign them.
    """

    owner: str
    key: str

    def holder(self, kind: str, token: str, accounts: Sequence[Account]) -> Account | None:
        """Return whose token this is or once was; `kind` is access or refresh."""
        holders = (each for each in accounts if self.generation(each, kind, token) is not None)
        return next(holders, None)

    def generation(self, account: Account, kind: str, token: str) -> int | None:
        if token and token in account.all_secrets(f"{kind}_token"):
            return 0
        generation, _, _ = token.partition(".")
        if not generation.isdigit() or not 0 < int(generation) < MAX_GENERATIONS:
            return None
        expected = self.token(account, kind, int(generation))
        return int(generation) if hmac.compare_digest(token.encode(), expected.encode()) else None

    def token(self, account: Account, kind: str, generation: int) -> str:
        message = f"{account.secret(self.owner)}:{kind}:{generation}".encode()
        digest = hmac.new(account.secret(self.key).encode(), message, hashlib.sha256)
        return f"{generation}.{digest.hexdigest()}"
