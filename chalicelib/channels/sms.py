"""What text messages have in common: a telephone number, and words that end and renew them.

A number's carrier or platform acts on STOP, START and their like by itself, so they are a fact
and no wish: whoever said one can't be reached until he says the other.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.wire import Text
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    MessageReceived,
)


class Consent(StrEnum):
    STOP = "STOP"
    START = "START"


# Decree 91/2020/NĐ-CP: "TC" (từ chối) is how a Vietnamese customer refuses. "HỦY" is not among
# them, since it is also how he cancels an order.
_REFUSALS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT", "QUIT", "TC"})
_RETURNS = frozenset({"START", "UNSTOP"})

Words = Annotated[
    Text,
    BeforeValidator(lambda value: value.replace("\0", "") if isinstance(value, str) else value),
]
"""What was written. GSM's `@` is the number 0, and has come through as it."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def consent_in(text: str, refusals: Set[str]) -> Consent | None:
    """Return what a message says by being one word; `refusals` are the platform's own."""
    word = _word(text)
    if word in _RETURNS:
        return Consent.START
    return Consent.STOP if word in _REFUSALS | refusals else None


def told(
    adapter: ChannelAdapter, said: MessageReceived, consent: Consent | None
) -> Iterator[ChannelEvent]:
    """Yield `said`, with the number it came from, and what it means for reaching him.

    A word that can mean nothing else is no message: nobody is to answer it. CANCEL, END or YES
    may be an answer to a question, and are both.
    """
    if consent is None or _word(said.text) not in _REFUSALS | _RETURNS:
        yield replace(said, phone=_number(said.identity.external_id))
    if consent is not None:
        happened, kind = _HAPPENED[consent]
        yield happened(
            id=adapter.event_id(kind, said.message_id),
            identity=said.identity,
            occurred_at=said.occurred_at,
        )


def _number(sender: str) -> str | None:
    """Return the sender's number; short codes and names have none."""
    return sender if _E164.fullmatch(sender) else None


def _word(text: str) -> str:
    """Return `text` as platforms compare it with their words: the whole of it, in capitals."""
    return text.strip().upper()


_HAPPENED: dict[Consent, tuple[type[ContactBlocked | ContactReturned], str]] = {
    Consent.STOP: (ContactBlocked, "blocked"),
    Consent.START: (ContactReturned, "returned"),
}
