"""What really stands in a table: all of it read, and counted anew."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.desk.model import Desk
from chalicelib.domain.events import MessageReceived
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.routing.roster import AgentState, Team
from chalicelib.store.agents import read_state
from chalicelib.store.tickets import read_entry, read_ticket


@dataclass(frozen=True, slots=True)
class Recount:
    """`counted` is what is written of agents, by their ids."""

    tickets: list[Ticket]
    entries: list[TimelineEntry]
    counted: dict[str, AgentState]

    @classmethod
    def of(cls, client: Any, table: str) -> Self:
        pages = client.get_paginator("scan").paginate(TableName=table)
        found = [
            (item["pk"]["S"], item["sk"]["S"], item) for page in pages for item in page["Items"]
        ]
        lines = [(sk, item) for pk, sk, item in found if pk.startswith("TICKET#")]
        agents = ((pk.partition("#")[2], item) for pk, _, item in found if pk.startswith("AGENT#"))
        return cls(
            tickets=[read_ticket(item) for sk, item in lines if sk == "TICKET"],
            entries=[read_entry(item) for sk, item in lines if sk != "TICKET"],
            counted={agent_id: read_state(agent_id, item) for agent_id, item in agents},
        )

    @property
    def held(self) -> dict[str, Counter[str]]:
        """Return how many open tickets each agent has, by channel."""
        held: dict[str, Counter[str]] = {agent_id: Counter() for agent_id in self.counted}
        for ticket in self.tickets:
            if ticket.assignee_id and not ticket.status.is_done:
                held[ticket.assignee_id][ticket.identity.channel] += 1
        return held

    def miscounted(self) -> int:
        """Return how many agents' counters tell something else."""
        held, counted = self.held, self.counted
        return sum(
            state.load != held[agent_id].total() or +Counter(state.by_channel) != held[agent_id]
            for agent_id, state in counted.items()
        )

    def overloaded(self, desk: Desk) -> int:
        """Return how many agents have more than they may, in all or of a channel."""
        return sum(
            held.total() > desk.agents[agent_id].capacity
            or any(held[c] > most for c, most in desk.agents[agent_id].channel_capacity.items())
            for agent_id, held in self.held.items()
        )

    def spread(self, team: Team) -> int:
        """Return how many tickets more the member with the most has than the one with the fewest.

        Who never got one was never written of, and has none.
        """
        held = self.held
        loads = [held[name].total() if name in held else 0 for name in team.members]
        return max(loads) - min(loads)

    def reassigned(self) -> int:
        """Return how many tickets were given to somebody not at all, or more than once."""
        given = Counter(e.ticket_id for e in self.entries if e.type == "ticket.assigned")
        return sum(given[ticket.id] != 1 for ticket in self.tickets)

    def unstored(self, events: Iterable[MessageReceived]) -> int:
        """Return how many messages don't stand on a ticket, or more than once."""
        stood = Counter(
            str((entry.channel, entry.message_id, entry.text))
            for entry in self.entries
            if entry.type == "message.received"
        )
        wanted = Counter(str((e.identity.channel, e.message_id, e.text)) for e in events)
        return (stood - wanted).total() + (wanted - stood).total()
