"""Hands over what is due within the horizon to queues that deliver it at its second.

The rule that runs this fires every minute, and two firings can be 119 s apart: the horizon is
longer, so nothing falls between. What is handed over twice fires once, since firing is
conditional; what is never fired stays in the index, so an outage heals itself.

Two or three sweeps see each moment. The first hands it over for its very second; the others for
shortly after, when there is nothing left to do but look: docs/adr/0023.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

from chalicelib.domain.pace import Pace, real_time
from chalicelib.store.keys import Key, moment_shards, parse_stamp, stamp
from chalicelib.store.moments import DueItem, Moments
from chalicelib.store.queues import Later, Queue

HORIZON = timedelta(seconds=150)
EVERY = timedelta(minutes=1)
UNPUNCTUAL = timedelta(seconds=5)
"""How often a sweep runs as a rule, and how much later it may begin."""

HEAD_START = timedelta(seconds=2)
"""How much too early a moment is delivered: a function that has to start first is still on time."""

AFTERWARDS = timedelta(seconds=2)
"""How much too late it is delivered once more, in case the first delivery came to nothing."""

TICKETS_PER_MESSAGE = 50


@dataclass(frozen=True, slots=True)
class Sweeper:
    moments: Moments
    timer_queue: Queue
    outbox_queue: Queue
    clock: Callable[[], datetime]
    pace: Callable[[], Pace] = real_time

    def sweep(self) -> int:
        """Hand over everything due within the horizon; return how many things that were.

        What can't be handed over stays in the index for the next run and holds up nothing
        else. Raises `ExceptionGroup` afterwards, so that it is known.
        """
        count, errors, now = 0, [], self.clock()
        for shard in moment_shards():
            try:
                due = list(self.moments.due(shard, self._horizon(now)))
                count += len(due)
                self._hand_over_all(due, now)
            except Exception as error:
                errors.append(error)
        if errors:
            raise ExceptionGroup("not everything was handed over", errors)
        return count

    def hand_over(self, item: DueItem) -> None:
        """Hand over one ticket's moment at once when it is too near for the next sweep."""
        now = self.clock()
        if item.at <= self._horizon(now):
            wait = self.pace().real_wait(item.at - now)
            self.timer_queue.send(timer_messages([(item, wait - HEAD_START)]))

    def _horizon(self, now: datetime) -> datetime:
        return now + self.pace().desk_wait(HORIZON)

    def _hand_over_all(self, due: list[DueItem], began_at: datetime) -> None:
        """Hand over what a sweep found that began at `began_at`."""
        pace = self.pace()
        # To find very many takes seconds, by which all of them would be late.
        now = self.clock()
        tickets = [
            (item, pace.real_wait(item.at - now) - _lead(pace.real_wait(item.at - began_at)))
            for item in due
            if item.key.sk == "TICKET"
        ]
        waiting = [item for item in due if item.key.sk != "TICKET"]
        try:
            self.timer_queue.send(timer_messages(tickets))
        finally:
            self.outbox_queue.send(
                outbox_message(item.key, pace.real_wait(item.at - now)) for item in waiting
            )


def timer_messages(tickets: Iterable[tuple[DueItem, timedelta]]) -> Iterator[Later]:
    """Pack moments, each with its delay, by the second of delivery; a bounded number to each."""
    soonest_first = sorted(tickets, key=lambda each: each[0].at)
    for delay, together in groupby(soonest_first, key=lambda each: _seconds(each[1])):
        packed = [[item.key.pk.partition("#")[2], stamp(item.at)] for item, _ in together]
        for start in range(0, len(packed), TICKETS_PER_MESSAGE):
            yield Later(packed[start : start + TICKETS_PER_MESSAGE], delay)


def read_timer_message(body: list[list[str]]) -> list[tuple[str, datetime]]:
    """Return the tickets in a timer message, each with the moment that is due."""
    return [(ticket_id, parse_stamp(at)) for ticket_id, at in body]


def outbox_message(key: Key, wait: timedelta) -> Later:
    return Later(list(key), max(0, ceil(wait.total_seconds())))


def _lead(wait: timedelta) -> timedelta:
    """Return how long before its time a sweep has a moment delivered that is `wait` ahead of it.

    What is nearer than the sweep before could see is delivered after its time.
    """
    is_new = wait > HORIZON - EVERY - UNPUNCTUAL
    return HEAD_START if is_new else -AFTERWARDS


def _seconds(wait: timedelta) -> int:
    """Return whole seconds, rounded down: the receiver waits for the rest of the second."""
    return max(0, int(wait.total_seconds()))
