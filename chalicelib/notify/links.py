"""Signed links for agents, the page session a link opens, and that session's form tokens.

Everything is an itsdangerous token under its own salt, so that none passes for another. Single
use is not kept here: a link's act is recorded as `link:{nonce}`, and a second use is a repeat.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from chalicelib.errors import ForbiddenError, InvalidSignatureError
from chalicelib.notify.keys import Keys, require_keys

LINK_AGE = timedelta(days=7)
SESSION_AGE = timedelta(hours=12)
FILE_AGE = timedelta(days=30)


class Action(StrEnum):
    ACCEPT = "accept"
    RESOLVE = "resolve"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What one link in one agent's mail does. `nonce` is the same on a repeated send."""

    ticket_id: str
    agent_id: str
    action: Action
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who looks at a ticket page, and the one ticket the link opened for that agent."""

    ticket_id: str
    agent_id: str


class LinkSigner:
    """Links: readable until they are too old, whoever holds the mail."""

    def __init__(self, keys: Keys) -> None:
        self._signer = _Signer(keys, "frontline.link")

    def sign(self, link: Link, now: datetime) -> str:
        return self._signer.sign(asdict(link), now)

    def read(self, token: str, now: datetime, max_age: timedelta = LINK_AGE) -> Link:
        """Return the link. Raises `InvalidSignatureError`, or `ForbiddenError` when too old."""
        fields = self._signer.read(token, now, max_age)
        return Link(**{**fields, "action": Action(fields["action"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file an agent sent: its key in our bucket, and its name."""

    key: str
    name: str


class FileSigner:
    """Links to files, for customers whose channel takes words only."""

    def __init__(self, keys: Keys) -> None:
        self._signer = _Signer(keys, "frontline.file")

    def sign(self, file: File, now: datetime) -> str:
        return self._signer.sign(asdict(file), now)

    def read(self, token: str, now: datetime) -> File:
        """Return the file. Raises `InvalidSignatureError`, or `ForbiddenError` when too old."""
        return File(**self._signer.read(token, now, FILE_AGE))


class SessionSigner:
    """The page cookie, and the form token that only a page of the same session can hold."""

    def __init__(self, keys: Keys) -> None:
        self._signer = _Signer(keys, "frontline.session")
        self._keys = keys

    def sign(self, session: Session, now: datetime) -> str:
        return self._signer.sign(asdict(session), now)

    def read(self, token: str, now: datetime, max_age: timedelta = SESSION_AGE) -> Session:
        """Return the session. Raises `InvalidSignatureError`, or `ForbiddenError` when too old."""
        return Session(**self._signer.read(token, now, max_age))

    def csrf_token(self, session_token: str) -> str:
        """Return the form token of a session; it lives and dies with the session."""
        return _csrf(self._keys[-1][1], session_token)

    def check_csrf(self, token: str, session_token: str) -> None:
        """Return when the form came from our page. Raises `InvalidSignatureError` otherwise."""
        given = token.encode()
        if not any(
            hmac.compare_digest(_csrf(secret, session_token).encode(), given)
            for _, secret in self._keys
        ):
            raise InvalidSignatureError("the form is not from a page of this session")


class _Signer:
    def __init__(self, keys: Keys, salt: str) -> None:
        self._serializer = URLSafeSerializer(
            [secret for _, secret in require_keys(keys)],
            salt=salt,
            # 48 bytes fill base64 exactly: with SHA-256 the last character has two idle bits,
            # and a changed token would pass.
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha384},
        )

    def sign(self, fields: Mapping[str, str], now: datetime) -> str:
        token = self._serializer.dumps({**fields, "iat": int(now.timestamp())})
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str, now: datetime, max_age: timedelta) -> dict[str, Any]:
        try:
            fields: dict[str, Any] = self._serializer.loads(token)
        except BadData as error:
            raise InvalidSignatureError("not signed by us") from error
        signed_at = datetime.fromtimestamp(fields.pop("iat"), tz=UTC)
        if now - signed_at > max_age:
            raise ForbiddenError("signed too long ago")
        return fields


def _csrf(secret: str, session_token: str) -> str:
    message = b"frontline.csrf\0" + session_token.encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
