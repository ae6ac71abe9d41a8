"""The desk in force, and how another takes its place."""

import re
from collections.abc import Iterator
from typing import Any

from chalice import Response

from chalicelib.config.check import check
from chalicelib.config.diff import MASK
from chalicelib.config.problems import DeskError, Problem, spelled
from chalicelib.desk.model import Desk, is_reference
from chalicelib.desk.references import EVERY, Location, children, find
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.entrypoints.api.refusals import RefusedError
from chalicelib.errors import NotFoundError, PayloadTooLargeError
from chalicelib.store.desks import StoredDesk
from chalicelib.store.tokens import Scope

NAME = "desk"
LARGEST = 128 * 1024
"""Bytes of a desk, as for desk.yaml: it is kept beside its source in one item of 400 kB."""

ETAGS = re.compile(r'"([^"]*)"')


def get_desk(call: Call) -> Response:
    return _told(call, call.wired.desks.current())


def put_desk(call: Call) -> Response:
    """Put a desk in force, unless it is already."""
    if len(call.incoming.body()) > LARGEST:
        raise PayloadTooLargeError(f"a desk has at most {LARGEST // 1024} kB")
    desk = _checked(call.json())
    stored = _current(call)
    _match(call, stored)
    if stored is None or stored.desk != desk:
        stored = call.wired.desks.put(
            desk,
            source=call.incoming.body().decode(),
            by=f"token:{call.caller.name}",
            now=call.wired.clock(),
            expected_version=stored.version if stored else 0,
        )
    return _told(call, stored)


def _told(call: Call, stored: StoredDesk) -> Response:
    is_admin = call.caller.scope.covers(Scope.ADMIN)
    desk = stored.desk if is_admin else _masked(stored.desk)
    return written(desk, {"ETag": f'"{stored.version}"'})


def _checked(document: dict[str, Any]) -> Desk:
    """Return the desk. Raises `RefusedError` with everything that is wrong with it."""
    try:
        if hidden := list(_hidden(document)):
            raise DeskError(hidden)
        return check(document, NAME)
    except DeskError as error:
        problems = [
            {"path": one.path, "message": one.message, "suggestion": one.suggestion}
            for one in error.problems
        ]
        words = f"nothing was applied; problems found: {len(problems)}"
        raise RefusedError(422, words, more={"problems": problems}) from error


def _hidden(document: dict[str, Any]) -> Iterator[Problem]:
    """Find secrets that were never shown: put back, they would replace the real ones."""
    for place, secret in _secrets(document):
        if secret == MASK:
            words = f"“{MASK}” không phải khóa bí mật · is not the secret"
            advice = "viết khóa thật, hoặc đọc bằng token admin · write it, or get it as an admin"
            yield Problem(NAME, 0, spelled(place), words, advice)


def _secrets(document: dict[str, Any]) -> Iterator[tuple[Location, Any]]:
    for pattern in (("accounts", EVERY, "secrets", EVERY), ("slack",)):
        for place, secret in find(document, pattern):
            yield place, secret
            yield from (((*place, step), each) for step, each in children(secret))


def _masked(desk: Desk) -> Desk:
    """Return the desk with every secret unreadable that is written out rather than named."""
    accounts = tuple(
        account.model_copy(
            update={"secrets": {name: _mask(one) for name, one in account.secrets.items()}}
        )
        for account in desk.accounts
    )
    slack = desk.slack and _mask(desk.slack)
    return desk.model_copy(update={"accounts": accounts, "slack": slack})


def _mask(secret: str | list[str]) -> str | list[str]:
    if isinstance(secret, list):
        return [one if is_reference(one) else MASK for one in secret]
    return secret if is_reference(secret) else MASK


def _current(call: Call) -> StoredDesk | None:
    try:
        return call.wired.desks.current()
    except NotFoundError:
        return None


def _match(call: Call, stored: StoredDesk | None) -> None:
    """Raise `RefusedError` when the caller's desk isn't the one in force (RFC 9110 §13.1.1)."""
    wanted = call.incoming.headers.get("if-match")
    if wanted is None or (wanted.strip() == "*" and stored):
        return
    if stored is None or str(stored.version) not in ETAGS.findall(wanted):
        raise RefusedError(412, "another desk is in force by now; get it and change that one")
