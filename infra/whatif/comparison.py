"""Two desks beside each other: each replays the same history, in a process of its own."""

import gc
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from chalicelib.desk.model import Desk
from infra.whatif.history import History
from infra.whatif.outcome import Outcome, play
from infra.whatif.replay import Replay

WORTH_A_PROCESS = 5_000
"""Events from which on another process has begun before this one would be done."""


def compare(today: Desk, proposed: Desk, history: History) -> tuple[Outcome, Outcome, Replay]:
    """Return what came of a history under either desk, and the second replay as it ended."""
    if len(history.events) < WORTH_A_PROCESS:
        return outcome_of(today.model_dump_json(), history), *play(proposed, history)
    # Started anew and not forked: a stage's clients have threads.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        other = pool.submit(outcome_of, today.model_dump_json(), history)
        with _nothing_thrown_away():
            outcome, replay = play(proposed, history)
        return other.result(), outcome, replay


def outcome_of(desk: str, history: History) -> Outcome:
    """Return what came of a history under a desk, given as JSON."""
    with _nothing_thrown_away():
        return play(Desk.model_validate_json(desk), history)[0]


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
