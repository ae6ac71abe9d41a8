"""The desk in force, remembered for a few seconds: a new one is live everywhere within them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.desk.model import Desk
from chalicelib.store.desks import Desks, StoredDesk

REMEMBERED = timedelta(seconds=15)


class CurrentDesk:
    """One per container."""

    def __init__(self, desks: Desks, clock: Callable[[], datetime]) -> None:
        self._desks = desks
        self._clock = clock
        self._stored: StoredDesk | None = None
        self._read_at: datetime | None = None

    def __call__(self) -> Desk:
        return self.stored().desk

    def stored(self, at_least: int = 0) -> StoredDesk:
        """Return the desk, read again when it is old or a later version is known to exist."""
        now = self._clock()
        if self._stored is None or self._is_stale(self._stored, at_least, now):
            self._stored, self._read_at = self._desks.current(), now
        return self._stored

    def _is_stale(self, stored: StoredDesk, at_least: int, now: datetime) -> bool:
        is_old = self._read_at is None or now - self._read_at > REMEMBERED
        return is_old or stored.version < at_least
