"""Two desks beside each other: each replays the same history, in a process of its own."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

from chalicelib.desk.model import Desk
from infra.whatif.history import History
from infra.whatif.outcome import Outcome, play
from infra.whatif.replay import Replay

WORTH_A_PROCESS = 5_000
"""Events from which on another process has begun before this one would be done."""


def compare(today: Desk, proposed: Desk, history: History) -> tuple[Outcome, Outcome, Replay]:
    """Return what came of a history under either desk, and the second replay as it ended."""
    with _nothing_thrown_away():
        if len(history.events) < WORTH_A_PROCESS:
            return play(today, history)[0], *play(proposed, history)
        receiver, sender = Pipe(duplex=False)
        # Forked, as on Linux, it has the history already: to pickle that takes half as long as to
        # replay it.
        other = Process(target=_tell, args=(sender, today, history), daemon=True)
        other.start()
        sender.close()
        outcome, replay = play(proposed, history)
        before: Outcome | Exception = receiver.recv()
        other.join()
        if isinstance(before, Exception):
            raise before
        return before, outcome, replay


def _tell(sender: Connection, desk: Desk, history: History) -> None:
    """Tell what came of it, or what went wrong."""
    with _nothing_thrown_away():
        try:
            sender.send(play(desk, history)[0])
        except Exception as error:
            sender.send(error)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Let no time go by looking for garbage: all is kept until the end, and nothing is a circle."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
