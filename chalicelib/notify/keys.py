"""The keys that sign links and reply addresses: several at once, so that they can be changed."""

from collections.abc import Sequence

from chalicelib.errors import ConfigurationError

Keys = Sequence[tuple[str, str]]
"""(key id, secret), oldest first: the newest signs, every one is read."""


def require_keys(keys: Keys) -> Keys:
    """Return `keys`. Raises `ConfigurationError`: a seal made with nothing proves nothing."""
    if not keys or not all(secret for _, secret in keys):
        raise ConfigurationError("a signing key is missing or empty")
    return keys
