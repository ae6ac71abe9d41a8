"""Signed reply addresses: who answers a mail to one is known by its local part alone.

A token is 24 base32 characters of 15 bytes: a hint which key signed (1), the ticket's eight
digits as a number (4) and a truncated HMAC-SHA256 over ticket and agent (10). The agent is not
carried, only sealed in: the reader tries the agents it still knows, so the address of one who
left is void by itself, no id is too long, and none leaks into a mail header. 15 bytes fill
base32 exactly, so there is one spelling of each token; RFC 5321 §4.5.3.1.1 allows 64 characters
before the `@`, and relays may fold their case.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.errors import InvalidRequestError, InvalidSignatureError
from chalicelib.notify.keys import Keys, require_keys

ANSWER, NOTE = "reply", "note"
"""What the address makes of a mail: an answer to the customer, or a word among colleagues."""

_MAC_BYTES = 10
_LOCAL_PART = re.compile(rf"({ANSWER}|{NOTE})\+([a-z2-7]{{24}})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """Whose mail on which ticket; `agent_id` is None for the customer's own address."""

    ticket_id: str
    agent_id: str | None
    is_note: bool = False


def reply_token(ticket_id: str, agent_id: str | None, keys: Keys) -> str:
    """Return the token that lets `agent_id` (None: the customer) answer on a ticket by mail."""
    if not re.fullmatch(r"[0-9]{8}", ticket_id):
        raise InvalidRequestError("a ticket id has eight digits")
    key_id, secret = require_keys(keys)[-1]
    ticket = int(ticket_id).to_bytes(4)
    sealed = _hint(key_id) + ticket + _mac(secret, ticket, agent_id)
    return base64.b32encode(sealed).decode().lower()


def reply_address(token: str, domain: str) -> str:
    return f"{ANSWER}+{token}@{domain}"


def note_address(token: str, domain: str) -> str:
    """Return where a mail stays among colleagues, whatever it says."""
    return f"{NOTE}+{token}@{domain}"


def has_token(local_part: str) -> bool:
    """Tell whether a local part means to be one of ours."""
    return local_part.lower().startswith((f"{ANSWER}+", f"{NOTE}+"))


def read_reply_token(local_part: str, keys: Keys, agent_ids: Iterable[str] = ()) -> ReplyToken:
    """Return what a local part (`reply+…` or `note+…`, in any case) stands for.

    `agent_ids` are those who may hold one, agents and guests, tried one after the other; without
    them only a customer's token is read.
    Raises `InvalidSignatureError` for anything else, whatever is wrong with it.
    """
    purpose, (hint, ticket, mac) = _unpacked(local_part)
    secrets = [secret for key_id, secret in require_keys(keys) if _hint(key_id) == hint]
    for agent_id in (None, *agent_ids):
        for secret in secrets:
            if hmac.compare_digest(_mac(secret, ticket, agent_id), mac):
                return ReplyToken(_number(ticket), agent_id, purpose == NOTE)
    raise InvalidSignatureError("the reply address was not signed by us for anybody known")


def named_ticket(local_part: str) -> str:
    """Return which ticket a local part speaks of, whoever wrote it: nothing is proven yet.

    Raises `InvalidSignatureError` for what has not even the shape of a reply address.
    """
    _, (_, ticket, _) = _unpacked(local_part)
    return _number(ticket)


def _unpacked(local_part: str) -> tuple[str, tuple[bytes, bytes, bytes]]:
    """Return what the address is for, and hint, ticket and MAC."""
    match = _LOCAL_PART.fullmatch(local_part)
    if match is None:
        raise InvalidSignatureError("not a reply address")
    try:
        sealed = base64.b32decode(match[2].upper())
    except binascii.Error as error:
        raise InvalidSignatureError("not a reply address") from error
    return match[1].lower(), (sealed[:1], sealed[1:5], sealed[5:])


def _number(ticket: bytes) -> str:
    return f"{int.from_bytes(ticket):08d}"


def _mac(secret: str, ticket: bytes, agent_id: str | None) -> bytes:
    who = b"customer" if agent_id is None else b"agent:" + agent_id.encode()
    message = b"frontline.reply\0" + ticket + who
    return hmac.digest(secret.encode(), message, hashlib.sha256)[:_MAC_BYTES]


def _hint(key_id: str) -> bytes:
    return hashlib.sha256(key_id.encode()).digest()[:1]
