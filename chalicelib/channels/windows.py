"""Reply windows: whether an answer may still go, how, and until when. Pure arithmetic."""

from datetime import datetime, timedelta

from chalicelib.channels.base import Capabilities, Passage


def passage(
    can: Capabilities, last_inbound_at: datetime, now: datetime, *, automatic: bool = False
) -> Passage:
    """Return how an answer to a message of `last_inbound_at` may go at `now`."""
    waited = now - last_inbound_at
    if can.reply_window is None or waited < (can.open_window or can.reply_window):
        return Passage.OPEN
    if can.open_window and waited < can.reply_window and not automatic:
        return can.late_passage
    return Passage.TEMPLATE if can.has_templates else Passage.CLOSED


def closes_at(can: Capabilities, last_inbound_at: datetime) -> datetime | None:
    """Return when a freely written answer costs more or may go no more; None: never."""
    window: timedelta | None = can.open_window or can.reply_window
    return last_inbound_at + window if window else None
