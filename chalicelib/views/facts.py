"""What else is known of a ticket, where it is: as labels and values."""

from collections.abc import Iterator

from chalicelib.desk.callback import ASKED
from chalicelib.domain.plain import one_line
from chalicelib.views.ticket import TicketView
from chalicelib.views.times import say_time
from chalicelib.views.words import words

Fact = tuple[str, str]


def more_facts(view: TicketView, language: str) -> tuple[Fact, ...]:
    """Return what most tickets don't have: a product, a tier, guests, a wait that ends."""
    say = words(language)
    return tuple((say[name], value) for name, value in _found(view, language) if value)


def _found(view: TicketView, language: str) -> Iterator[tuple[str, str]]:
    ticket = view.ticket
    yield "product", one_line(ticket.product or "")
    yield "tier", one_line(ticket.tier or "")
    is_number = ticket.callback not in (None, ASKED)
    asked = words(language)["callback.asked"] if ticket.callback else ""
    yield "callback", str(ticket.callback) if is_number else asked
    yield "guests", ", ".join(ticket.guests)
    if ticket.wake_at:
        yield "wake", say_time(ticket.wake_at, view.now, view.time_zone, language)
    into = ticket.merged_into or ""
    yield "merged_into", f"{into[:4]}-{into[4:]}" if into else ""
