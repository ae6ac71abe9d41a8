"""The offer to call a customer back whom nobody can answer now, and his taking it up."""

import re

from chalicelib.desk.draft import Draft
from chalicelib.domain.events import MessageReceived
from chalicelib.routing.speech import fold_accents

OFFER = "frontline:callback"
"""What the button under the offer says to us."""

ASKED = "asked"

_WORDS = re.compile(r"\W*(goi lai|call (me )?back|call me)\b")
_NUMBER = re.compile(r"\+?[0-9](?:[ .()-]{0,2}[0-9]){7,14}")


def read(draft: Draft, event: MessageReceived) -> None:
    """Note that a customer who was offered a call wants it, and at which number."""
    if not draft.ticket.nobody_told or draft.ticket.callback not in (None, ASKED):
        return
    number = _number(event)
    wants_it = event.choice == OFFER or bool(_WORDS.match(fold_accents(event.text)))
    is_asked = draft.ticket.callback == ASKED
    if not wants_it and not (is_asked and number):
        return
    callback = number or ASKED
    if callback != draft.ticket.callback:
        draft.change(callback=callback)
        detail = {"number": number} if number else {}
        draft.tell_timeline("callback.requested", "customer", detail=detail)


def _number(event: MessageReceived) -> str | None:
    found = _NUMBER.search(event.text)
    return re.sub(r"[ .()-]", "", found[0]) if found else event.phone
