"""Does what an agent's mail asks for: all of it, or nothing where a part can't be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.service.fold import Folder
from chalicelib.service.mailroom import AgentActed, OfHimself
from chalicelib.service.once import Once
from chalicelib.store.agents import Agents
from chalicelib.store.links import UsedLinks


@dataclass(frozen=True, slots=True)
class Errands:
    once: Once
    folder: Folder
    agents: Agents
    used: UsedLinks
    clock: Callable[[], datetime]

    def run(self, asked: AgentActed) -> None:
        """Do what is asked for and was not done before: the same mail twice is one.

        Raises `NotFoundError` and `InvalidRequestError` for what can't be done; then nothing was,
        unless the ticket has moved on in between.
        """
        left = [act for act in asked.acts if not self.once.was_done(act)]
        for act in left:
            self.folder.preview(act)
        for act in left:
            self.once.perform(act)
        for each in asked.of_himself:
            self._note(each)

    def _note(self, said: OfHimself) -> None:
        if self.used.is_used(said.id):
            return
        if said.away is not None:
            self.agents.set_away(said.agent_id, said.away)
        if said.capacity is not None:
            self.agents.set_capacity(said.agent_id, said.capacity)
        self.used.use(said.id, said.ticket_id, self.clock())
