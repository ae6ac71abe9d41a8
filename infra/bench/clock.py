"""A clock that runs as fast as any, but may be put forward over hours in which nothing happens."""

import time
from datetime import datetime, timedelta


class Clock:
    def __init__(self, now: datetime) -> None:
        self.put(now)

    def put(self, now: datetime) -> None:
        """Go on from `now`."""
        self._began = now, time.monotonic()

    def __call__(self) -> datetime:
        shown, at = self._began
        return shown + timedelta(seconds=time.monotonic() - at)
