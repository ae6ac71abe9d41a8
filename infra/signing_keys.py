"""The keys that sign links and reply addresses: made once, a new one added to change them."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

SECRET_BYTES = 32
KEPT = 3


def ensure(ssm: Any, parameter: str) -> None:
    """Make the first key unless there is one."""
    if not _read(ssm, parameter):
        _write(ssm, parameter, [_new()])


def rotate(ssm: Any, parameter: str) -> None:
    """Add a key, which signs from now on; what the ones before it signed stays readable."""
    _write(ssm, parameter, [*_read(ssm, parameter), _new()][-KEPT:])


def _new() -> tuple[str, str]:
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S"), secrets.token_urlsafe(SECRET_BYTES)


def _read(ssm: Any, parameter: str) -> list[tuple[str, str]]:
    try:
        answer = ssm.get_parameter(Name=parameter, WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return []
    return [(key_id, secret) for key_id, secret in json.loads(answer["Parameter"]["Value"])]


def _write(ssm: Any, parameter: str, keys: list[tuple[str, str]]) -> None:
    ssm.put_parameter(Name=parameter, Value=json.dumps(keys), Type="SecureString", Overwrite=True)
