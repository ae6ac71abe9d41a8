"""`deskctl token …`: who may call the API."""

from datetime import datetime

from chalicelib.store.tokens import Scope, Tokens
from infra.deskctl.report import Report, columns


def create(name: str, scope: str, tokens: Tokens, now: datetime) -> Report:
    """Make a token and print nothing else, so that a script can take it. It is shown only now."""
    token = tokens.create(name, Scope(scope), now)
    return Report((token,), {"name": name, "scope": scope, "token": token})


def show_all(tokens: Tokens) -> Report:
    """List names and scopes; the tokens themselves are not kept anywhere."""
    known = list(tokens.list())
    rows = [(one.name, one.scope.value, f"{one.created_at:%Y-%m-%d %H:%M} UTC") for one in known]
    data = [
        {"name": one.name, "scope": one.scope.value, "created_at": one.created_at.isoformat()}
        for one in known
    ]
    return Report(columns(rows) or ("chưa có token nào · no tokens",), data)


def revoke(name: str, tokens: Tokens) -> Report:
    """Make a token worthless at once."""
    tokens.revoke(name)
    return Report((f"đã thu hồi · revoked: {name}",), {"name": name, "revoked": True})
