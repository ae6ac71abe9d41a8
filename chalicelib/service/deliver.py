"""Sends what the outbox holds: claim, send, record. A refusal is retried or told, never lost."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from chalicelib.desk.decision import Fetch, Hide, Lookup, Notification, Outgoing, Reply
from chalicelib.domain.events import MessageFailed
from chalicelib.domain.pace import Pace
from chalicelib.errors import (
    PermanentSendError,
    SendFailure,
    TransientSendError,
)
from chalicelib.service.announce import Announcer
from chalicelib.service.files import Files
from chalicelib.service.fold import Folder
from chalicelib.service.lookups import Lookups
from chalicelib.service.passing import is_passing
from chalicelib.service.pulse import Pulse
from chalicelib.service.replies import Replies
from chalicelib.service.senders import Senders
from chalicelib.service.sweep import outbox_message
from chalicelib.store import keys
from chalicelib.store.keys import Key
from chalicelib.store.outbox import Claimed, Outbox
from chalicelib.store.quarantine import Quarantine, Quarantined
from chalicelib.store.queues import LONGEST_DELAY as LONGEST_SECONDS
from chalicelib.store.queues import Queue

PATIENCE = timedelta(hours=6)
"""How long a platform may be out of reach before its message is given up and told as failed."""

FILE_PATIENCE = timedelta(hours=1)
"""How long a customer's file is asked for: its link lives no longer, as a rule."""

MOST_ATTEMPTS = 100
"""An item that so often ended its sender is a mistake of ours, and is given up."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_DELAY = timedelta(seconds=LONGEST_SECONDS)


class Outcome(StrEnum):
    """What became of an outbox item this time."""

    SENT = "sent"
    MOOT = "moot"
    WAITING = "waiting"
    FAILED = "failed"
    NOT_OURS = "not ours"


@dataclass(frozen=True, slots=True)
class Deliverer:
    """`replies`, `announcer`, `files` and `lookups` each know how to send one kind of item."""

    outbox: Outbox
    queue: Queue
    folder: Folder
    replies: Replies
    announcer: Announcer
    files: Files
    lookups: Lookups
    pulse: Pulse
    senders: Senders
    quarantine: Quarantine
    clock: Callable[[], datetime]
    pace: Callable[[], Pace]

    def deliver(self, key: Key) -> Outcome:
        """Send one outbox item, unless it is finished or somebody else has it.

        What is refused for now comes back later; what is refused for good is told to the
        ticket's owner. Raises our own mistakes, after giving up on the item: no retry would
        mend them.
        """
        claimed = self.outbox.claim(key, self.clock())
        if claimed is None:
            return Outcome.NOT_OURS
        if claimed.attempt > MOST_ATTEMPTS:
            return self._give_up(claimed, "unreachable")
        try:
            outcome = self._send(claimed)
        except TransientSendError as error:
            self._forget_token(claimed.outgoing)
            return self._again(claimed, error)
        except PermanentSendError as error:
            return self._refused(claimed, error)
        except Exception as error:
            if not is_passing(error):
                self._give_up(claimed, str(SendFailure.ACCOUNT))
                raise
            return self._again(claimed, TransientSendError(type(error).__name__))
        self._praise(claimed.outgoing)
        return outcome

    def _refused(self, claimed: Claimed, error: PermanentSendError) -> Outcome:
        """Give up, but for an account's token that may just have been replaced: once more."""
        account = _account_of(claimed.outgoing)
        if account and error.reason is SendFailure.ACCOUNT:
            self.pulse.refused(*account, str(error))
            self._forget_token(claimed.outgoing)
            # A look-up lost is a customer's message lost: it waits for the account to be mended.
            is_worth_it = claimed.attempt == 1 and _has_passing_tokens(account[0])
            if is_worth_it or isinstance(claimed.outgoing, Lookup):
                return self._again(claimed, TransientSendError(str(error)))
        return self._give_up(claimed, str(error.reason))

    def _forget_token(self, outgoing: Outgoing) -> None:
        if account := _account_of(outgoing):
            self.senders.forget(*account)

    def _praise(self, outgoing: Outgoing) -> None:
        if isinstance(outgoing, Reply):
            self.pulse.spoke(outgoing.to.channel, outgoing.to.account)

    def _send(self, claimed: Claimed) -> Outcome:
        match claimed.outgoing:
            case Reply() as reply:
                self.replies.send(claimed, reply)
                return Outcome.SENT
            case Notification() as notification:
                if not self.announcer.announce(notification):
                    self.outbox.drop(claimed, self.clock())
                    return Outcome.MOOT
            case Fetch() as wanted:
                self.files.fetch(wanted)
            case Lookup() as wanted:
                self.lookups.look_up(wanted)
            case Hide() as wanted:
                self.lookups.hide(wanted)
        self.outbox.finish(claimed, self.clock())
        return Outcome.SENT

    def _again(self, claimed: Claimed, error: TransientSendError) -> Outcome:
        schedule = _schedule(claimed.outgoing)
        is_spent = bool(schedule) and claimed.attempt > len(schedule)
        now, pace = self.clock(), self.pace()
        tried_for = pace.real_wait(now - _began_at(claimed.outgoing))
        if is_spent or tried_for > _patience(claimed.outgoing):
            return self._give_up(claimed, "unreachable")
        wait = schedule[claimed.attempt - 1] if schedule else _backoff(claimed.attempt)
        wait = max(wait, error.retry_after or timedelta())
        # A longer wait than the queue can hold is the sweep's: the item stands in the index.
        if self.outbox.postpone(claimed, now + pace.desk_wait(wait)) and wait <= LONGEST_DELAY:
            self.queue.send([outbox_message(claimed.key, wait)])
        return Outcome.WAITING

    def _give_up(self, claimed: Claimed, reason: str) -> Outcome:
        """End an item, and tell whom it concerns in the same write."""
        now = self.clock()
        match claimed.outgoing:
            case Reply() as reply:
                line = (reply.ticket_id, reply.entry_id, reply.entry_at)
                self._tell(claimed, line, reason)
            case Hide() as hide:
                self._tell(claimed, (hide.ticket_id, hide.id, hide.created_at), reason)
            case Lookup() as lookup:
                self.quarantine.put(_unread(lookup, reason, now))
                self.outbox.fail(claimed, now)
            case _:
                self.outbox.fail(claimed, now)
        return Outcome.FAILED

    def _tell(self, claimed: Claimed, line: tuple[str, str, datetime], reason: str) -> None:
        ticket_id, entry_id, at = line
        failed = MessageFailed(
            ticket_id=ticket_id,
            outbox_id=claimed.outgoing.id,
            entry_id=entry_id,
            at=at,
            reason=reason,
        )
        self.folder.fold(failed, self.outbox.failed_mark(claimed, self.clock()))


def _account_of(outgoing: Outgoing) -> tuple[str, str] | None:
    """Return on whose behalf something goes out; None for a notification."""
    match outgoing:
        case Reply():
            return outgoing.to.channel, outgoing.to.account
        case Notification():
            return None
        case _:
            return outgoing.channel, outgoing.account


def _has_passing_tokens(channel: str) -> bool:
    return adapter_class(channel).exchange_request is not ChannelAdapter.exchange_request


def _unread(lookup: Lookup, reason: str, now: datetime) -> Quarantined:
    """Return what is kept of a look-up: the event that asked for it can be folded again."""
    return Quarantined(
        id=f"lookup:{lookup.id}",
        channel=lookup.channel,
        account=lookup.account,
        reason=f"could not be looked up: {reason}",
        received_at=now,
        raw="{}",
        log_key=keys.log(lookup.event),
    )


def _began_at(outgoing: Outgoing) -> datetime:
    """Return when the first attempt was due."""
    held_until = outgoing.not_before if isinstance(outgoing, Notification) else None
    return held_until or outgoing.created_at


def _patience(outgoing: Outgoing) -> timedelta:
    if isinstance(outgoing, Fetch):
        return FILE_PATIENCE
    schedule = _schedule(outgoing)
    return sum(schedule, PATIENCE) if schedule else PATIENCE


def _schedule(outgoing: Outgoing) -> tuple[timedelta, ...]:
    """Return the waits between attempts that the channel's own standard asks for, if it does."""
    if isinstance(outgoing, Reply):
        return adapter_class(outgoing.to.channel).retry_waits or ()
    return ()


def _backoff(attempt: int) -> timedelta:
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    return longest * random.uniform(0.5, 1)  # noqa: S311  spreads load, guards nothing
