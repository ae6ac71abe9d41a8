"""Hands over what is due within the horizon to queues that deliver it at its second.

The rule that runs this fires every minute, and two firings can be 119 s apart: the horizon is
longer, so nothing falls between. What is handed over twice fires once, since firing is
conditional; what is never fired stays in the index, so an outage heals itself.
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
HEAD_START = timedelta(seconds=2)
"""How much too early a moment is delivered: a function that has to start first is still on time."""

TICKETS_PER_MESSAGE = 25


@dataclass(frozen=True, slots=True)
class Sweeper:
    moments: Moments
    timer_queue: Queue
    outbox_queue: Queue
    pace: Callable[[], Pace] = real_time

    def sweep(self, now: datetime) -> int:
        """Hand over everything due within the horizon; return how many things that were.

        What can't be handed over stays in the index for the next run and holds up nothing
        else. Raises `ExceptionGroup` afterwards, so that it is known.
        """
        count, errors, until_at = 0, [], self._horizon(now)
        for shard in moment_shards():
            try:
                due = list(self.moments.due(shard, until_at))
                count += len(due)
                self._hand_over_all(due, now)
            except Exception as error:
                errors.append(error)
        if errors:
            raise ExceptionGroup("not everything was handed over", errors)
        return count

    def hand_over(self, item: DueItem, now: datetime) -> None:
        """Hand over one ticket's moment at once when it is too near for the next sweep."""
        if item.at <= self._horizon(now):
            self.timer_queue.send(timer_messages([item], now, self.pace()))

    def _horizon(self, now: datetime) -> datetime:
        return now + self.pace().desk_wait(HORIZON)

    def _hand_over_all(self, due: list[DueItem], now: datetime) -> None:
        tickets = [item for item in due if item.key.sk == "TICKET"]
        waiting = [item for item in due if item.key.sk != "TICKET"]
        pace = self.pace()
        try:
            self.timer_queue.send(timer_messages(tickets, now, pace))
        finally:
            self.outbox_queue.send(
                outbox_message(item.key, pace.real_wait(item.at - now)) for item in waiting
            )


def timer_messages(tickets: Iterable[DueItem], now: datetime, pace: Pace) -> Iterator[Later]:
    """Pack moments by the real second they are due in, a bounded number to a message."""
    soonest_first = sorted(tickets, key=lambda item: item.at)
    for delay, together in groupby(
        soonest_first, key=lambda item: _seconds(pace.real_wait(item.at - now) - HEAD_START)
    ):
        packed = [[item.key.pk.partition("#")[2], stamp(item.at)] for item in together]
        for start in range(0, len(packed), TICKETS_PER_MESSAGE):
            yield Later(packed[start : start + TICKETS_PER_MESSAGE], delay)


def read_timer_message(body: list[list[str]]) -> list[tuple[str, datetime]]:
    """Return the tickets in a timer message, each with the moment that is due."""
    return [(ticket_id, parse_stamp(at)) for ticket_id, at in body]


def outbox_message(key: Key, wait: timedelta) -> Later:
    return Later(list(key), max(0, ceil(wait.total_seconds())))


def _seconds(wait: timedelta) -> int:
    """Return whole seconds, rounded down: the receiver waits for the rest of the second."""
    return max(0, int(wait.total_seconds()))
