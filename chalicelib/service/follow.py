"""What follows from a change of the table: near moments, room for parked tickets, a new desk."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chalicelib.desk.model import Desk
from chalicelib.desk.placing import may_take
from chalicelib.domain.events import DeskChanged, OwnerLeft, RoomMade
from chalicelib.domain.tickets import Ticket
from chalicelib.routing.assignment import candidates
from chalicelib.routing.roster import AgentState, Roster
from chalicelib.service.fold import Folder
from chalicelib.service.sweep import Sweeper
from chalicelib.store import keys
from chalicelib.store.agents import read_state
from chalicelib.store.items import Item, attribute
from chalicelib.store.keys import Key
from chalicelib.store.moments import DueItem
from chalicelib.store.queues import Later, Queue
from chalicelib.store.tickets import Tickets

OFFERED = 200
"""How many parked tickets are looked at when one agent has room again."""

PAGE = 100
"""Tickets recomputed per message after a new desk was applied."""

SECOND_PASS = 30
"""Seconds after which tickets are recomputed once more: a container may hold the old desk
until then, and fold a message under it meanwhile."""


@dataclass(frozen=True, slots=True)
class Follower:
    folder: Folder
    tickets: Tickets
    sweeper: Sweeper
    recompute_queue: Queue
    desk: Callable[[], Desk]

    def ticket_changed(self, old: Mapping[str, Any] | None, new: Item) -> None:
        """Hand over a new moment that the next sweep would see too late."""
        moment_sk = attribute(new, "moment_sk")
        if moment_sk is None or (old and attribute(old, "moment_sk") == moment_sk):
            return
        at = keys.parse_stamp(moment_sk.partition("#")[0])
        key = Key(new["pk"]["S"], new["sk"]["S"])
        self.sweeper.hand_over(DueItem(key, at))

    def agent_changed(self, old: Mapping[str, Any] | None, new: Item) -> None:
        """Give back an agent's tickets when he goes away; offer anew what waited for him."""
        agent_id = new["pk"]["S"].partition("#")[2]
        before, after = read_state(agent_id, old or {}), read_state(agent_id, new)
        if after.away and not before.away:
            self._give_back(agent_id)
        if is_waited_for_otherwise(before, after):
            self._offer(agent_id)

    def desk_changed(self, old: Mapping[str, Any] | None, new: Item) -> None:
        """Have every open ticket's deadlines counted again."""
        teams = _team_ids(new) | (_team_ids(old) if old else set())
        version = int(new["version"]["N"])
        self.recompute_queue.send(
            Later({"version": version, "team": team, "after": ""}, delay)
            for team in sorted(teams)
            for delay in (0, SECOND_PASS)
        )

    def recompute(self, team_id: str, after: str) -> str | None:
        """Count a page of a team's open tickets again; return where the next page begins."""
        page = list(islice(self.tickets.of_teams([team_id], ["open"], after), PAGE))
        for _, ticket in page:
            self.folder.fold(DeskChanged(ticket_id=ticket.id))
        return page[-1][0] if len(page) == PAGE else None

    def _give_back(self, agent_id: str) -> None:
        for _, ticket in self.tickets.of_agent(agent_id, "open"):
            self.folder.fold(OwnerLeft(ticket_id=ticket.id, agent_id=agent_id))

    def _offer(self, agent_id: str) -> None:
        """Offer what waits and he may take, the first in the queue first, while there is room.

        A channel of which nobody takes more is left out from there on; what waited without a time
        has one then, which each ticket finds for itself.
        """
        desk = self.desk()
        for team_id in teams_of(agent_id, desk.roster):
            full: set[str] = set()
            for _, ticket in islice(self.tickets.of_queue(team_id, "open"), OFFERED):
                channel = ticket.identity.channel
                if channel not in full and may_take(agent_id, ticket, desk):
                    placed = self.folder.fold(RoomMade(ticket_id=ticket.id))
                    if placed is None or is_refused(ticket, placed):
                        full.add(channel)


def teams_of(agent_id: str, roster: Roster) -> tuple[str, ...]:
    """Return the teams whose tickets an agent may get."""
    return tuple(team for team in roster.teams if agent_id in candidates(team, roster))


def is_refused(before: Ticket, after: Ticket) -> bool:
    """Tell an offer that nobody took, and that told no time at which to look again either."""
    has_a_time_now = before.parked_until is None and after.parked_until is not None
    return after.assignee_id is None and not has_a_time_now


def is_waited_for_otherwise(before: AgentState, after: AgentState) -> bool:
    """Return whether what is parked may find an owner now: he has room, or others stand in."""
    has_moved = (before.away, before.capacity) != (after.away, after.capacity)
    return has_moved or after.load < before.load


def _team_ids(item: Mapping[str, Any]) -> set[str]:
    return set(json.loads(item["data"]["S"])["teams"])
