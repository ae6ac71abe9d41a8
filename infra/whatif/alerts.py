"""Who was alerted of deadlines, of what, and at which hour of the day."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.desk.decision import Decision, Notification, NotificationKind
from chalicelib.desk.model import Desk

KINDS = (NotificationKind.REMINDER, NotificationKind.BREACHED, NotificationKind.ESCALATED)
HOURS = range(24)

Hourly = tuple[int, ...]
"""How often in each hour of the day, by the desk's clock."""


class Alerts:
    """Counts what each person hears, once whatever the means, and when: after his quiet hours."""

    def __init__(self, desk: Desk) -> None:
        self._zone = ZoneInfo(desk.time_zone)
        self._counts: Counter[tuple[str, str, int]] = Counter()

    def take(self, decision: Decision, now: datetime) -> None:
        heard: dict[tuple[str, str], datetime] = {}
        for sent in decision.outbox:
            if isinstance(sent, Notification) and sent.kind in KINDS:
                whom = sent.agent_id or "", str(sent.kind)
                heard[whom] = max(heard.get(whom, now), sent.not_before or now)
        for (person, kind), at in heard.items():
            self._counts[person, kind, at.astimezone(self._zone).hour] += 1

    def of_each(self) -> Mapping[str, Mapping[str, Hourly]]:
        """Return the counts of each person, by kind."""
        return {
            person: {
                str(kind): tuple(self._counts[person, kind, hour] for hour in HOURS)
                for kind in KINDS
            }
            for person in sorted({person for person, _, _ in self._counts})
        }
