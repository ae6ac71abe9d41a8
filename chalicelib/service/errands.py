"""Does what an agent's mail asks for: all of it, or nothing where a part can't be done."""

from dataclasses import dataclass

from chalicelib.service.fold import Folder
from chalicelib.service.mailroom import AgentActed
from chalicelib.service.once import Once


@dataclass(frozen=True, slots=True)
class Errands:
    once: Once
    folder: Folder

    def run(self, mail: AgentActed) -> None:
        """Do what is asked for and was not done before: the same mail twice is one.

        Raises `NotFoundError` and `InvalidRequestError` for what can't be done; then nothing was,
        unless the ticket has moved on in between.
        """
        left = [each for each in mail.asked if not self.once.was_done(each)]
        for each in left:
            self.folder.preview(each)
        for each in left:
            self.once.perform(each)
