"""Sends what the outbox holds: claim, send, record. A refusal is retried or told, never lost."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.channels.registry import adapter_class
from chalicelib.desk.decision import Fetch, Hide, Lookup, Notification, Outgoing, Reply
from chalicelib.domain.events import MessageFailed
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
from chalicelib.store.keys import Key
from chalicelib.store.outbox import Claimed, Outbox
from chalicelib.store.queues import LONGEST_DELAY as LONGEST_SECONDS
from chalicelib.store.queues import Queue

PATIENCE = timedelta(hours=6)
"""How long a platform may be out of reach before its message is given up and told as failed."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_DELAY = timedelta(seconds=LONGEST_SECONDS)


class Outcome(StrEnum):
    """What became of an outbox item this time."""

    SENT = "sent"
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
    clock: Callable[[], datetime]

    def deliver(self, key: Key) -> Outcome:
        """Send one outbox item, unless it is finished or somebody else has it.

        What is refused for now comes back later; what is refused for good is told to the
        ticket's owner. Raises our own mistakes, after giving up on the item: no retry would
        mend them.
        """
        claimed = self.outbox.claim(key, self.clock())
        if claimed is None:
            return Outcome.NOT_OURS
        try:
            self._send(claimed)
        except TransientSendError as error:
            self._forget_token(claimed.outgoing)
            return self._again(claimed, error)
        except PermanentSendError as error:
            self._blame(claimed.outgoing, error)
            return self._give_up(claimed, str(error.reason))
        except Exception as error:
            if not is_passing(error):
                self._give_up(claimed, str(SendFailure.ACCOUNT))
                raise
            return self._again(claimed, TransientSendError(type(error).__name__))
        self._praise(claimed.outgoing)
        return Outcome.SENT

    def _forget_token(self, outgoing: Outgoing) -> None:
        if isinstance(outgoing, Reply):
            self.senders.forget(outgoing.to.channel, outgoing.to.account)

    def _praise(self, outgoing: Outgoing) -> None:
        if isinstance(outgoing, Reply):
            self.pulse.spoke(outgoing.to.channel, outgoing.to.account)

    def _blame(self, outgoing: Outgoing, error: PermanentSendError) -> None:
        """Note a refusal that is the account's and not the message's: it needs a person."""
        if isinstance(outgoing, Reply) and error.reason is SendFailure.ACCOUNT:
            self.pulse.refused(outgoing.to.channel, outgoing.to.account, str(error))

    def _send(self, claimed: Claimed) -> None:
        match claimed.outgoing:
            case Reply() as reply:
                return self.replies.send(claimed, reply)
            case Notification() as notification:
                self.announcer.announce(notification)
            case Fetch() as wanted:
                self.files.fetch(wanted)
            case Lookup() as wanted:
                self.lookups.look_up(wanted)
            case Hide() as wanted:
                self.lookups.hide(wanted)
        self.outbox.finish(claimed, self.clock())

    def _again(self, claimed: Claimed, error: TransientSendError) -> Outcome:
        schedule = _schedule(claimed.outgoing)
        patience = sum(schedule, timedelta()) if schedule else PATIENCE
        is_spent = bool(schedule) and claimed.attempt > len(schedule)
        if is_spent or self.clock() - claimed.outgoing.created_at > patience:
            return self._give_up(claimed, "unreachable")
        wait = schedule[claimed.attempt - 1] if schedule else _backoff(claimed.attempt)
        wait = max(wait, error.retry_after or timedelta())
        # A longer wait than the queue can hold is the sweep's: the item stands in the index.
        if self.outbox.postpone(claimed, self.clock() + wait) and wait <= LONGEST_DELAY:
            self.queue.send([outbox_message(claimed.key, wait)])
        return Outcome.WAITING

    def _give_up(self, claimed: Claimed, reason: str) -> Outcome:
        match claimed.outgoing:
            case Reply() as reply:
                failed = MessageFailed(
                    ticket_id=reply.ticket_id,
                    outbox_id=reply.id,
                    entry_id=reply.entry_id,
                    at=reply.entry_at,
                    reason=reason,
                )
                self.folder.fold(failed, self.outbox.failed_mark(claimed, self.clock()))
            case _:
                self.outbox.fail(claimed, self.clock())
        return Outcome.FAILED


def _schedule(outgoing: Outgoing) -> tuple[timedelta, ...]:
    """Return the waits between attempts that the channel's own standard asks for, if it does."""
    if isinstance(outgoing, Reply):
        return adapter_class(outgoing.to.channel).retry_waits or ()
    return ()


def _backoff(attempt: int) -> timedelta:
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    return longest * random.uniform(0.5, 1)  # noqa: S311  spreads load, guards nothing
