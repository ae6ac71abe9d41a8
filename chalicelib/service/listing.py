"""Lists of tickets, next deadline first, a page at a time: Queries only, and never endless."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.store import keys
from chalicelib.store.contacts import Contacts
from chalicelib.store.tickets import Tickets, order

LOOKED_AT = 2_000
"""How many tickets a page may pass over for the sake of the few that are wanted."""

NOBODY = "none"
"""Asked for as an assignee: the tickets that nobody has."""

Found = Iterator[tuple[str, Ticket]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tickets: of all these at once; None is any."""

    statuses: tuple[Status, ...] = tuple(Status)
    assignee: str | None = None
    team_id: str | None = None
    channel: str | None = None
    contact_id: str | None = None

    def covers(self, ticket: Ticket) -> bool:
        pairs = (
            (self.assignee, ticket.assignee_id or NOBODY),
            (self.team_id, ticket.team_id),
            (self.channel, ticket.identity.channel),
            (self.contact_id, ticket.contact_id),
        )
        matches = all(wanted in (None, found) for wanted, found in pairs)
        return matches and ticket.status in self.statuses


@dataclass(frozen=True, slots=True)
class Page:
    """`after` is where the next page begins; None at the end."""

    tickets: list[Ticket]
    after: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    tickets: Tickets
    contacts: Contacts
    desk: Desk

    def page(self, wanted: Wanted, limit: int, after: str = "") -> Page:
        """Return at most `limit` tickets; fewer, even none, when they are far between."""
        kept: list[Ticket] = []
        last = after
        for looked_at, (sort_key, ticket) in enumerate(self._found(wanted, after)):
            if len(kept) == limit or looked_at == LOOKED_AT:
                return Page(kept, last)
            last = sort_key
            if wanted.covers(ticket):
                kept.append(ticket)
        return Page(kept, None)

    def _found(self, wanted: Wanted, after: str) -> Found:
        """Return what the narrowest index holds, in the order of all of them."""
        buckets = sorted({keys.bucket(status) for status in wanted.statuses})
        team_ids = [wanted.team_id] if wanted.team_id else list(self.desk.teams)
        if wanted.contact_id:
            return self._of_contact(wanted.contact_id, after)
        if wanted.assignee == NOBODY:
            return _in_order(
                self.tickets.of_queue(team, bucket, after)
                for team in team_ids
                for bucket in buckets
            )
        if wanted.assignee:
            agent_id = wanted.assignee
            return _in_order(self.tickets.of_agent(agent_id, bucket, after) for bucket in buckets)
        return self.tickets.of_teams(team_ids, buckets, after)

    def _of_contact(self, contact_id: str, after: str) -> Found:
        tickets = self.tickets.by_ids(self.contacts.ticket_ids(contact_id))
        by_deadline = sorted(((order(ticket), ticket) for ticket in tickets), key=_first)
        return (found for found in by_deadline if found[0] > after)


def _in_order(lists: Iterator[Found]) -> Found:
    return merge(*lists, key=_first)


def _first(found: tuple[str, Ticket]) -> str:
    return found[0]
