"""What happens by itself: the minute sweep, moments at their second, a new desk's deadlines."""

import json

from chalice import Blueprint
from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.bootstrap import frontline
from chalicelib.entrypoints.observe import count, logger
from chalicelib.errors import NotFoundError
from chalicelib.store.queues import Later

schedules = Blueprint(__name__)


@schedules.schedule("rate(1 minute)", name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    """Hand over what is due soon. One metric per run: an alarm watches that it keeps coming."""
    wired = frontline()
    due = wired.sweeper.sweep()
    count("Sweeps")
    count("MomentsHandedOver", due)


@schedules.schedule("rate(5 minutes)", name="watch")
def watch(event: CloudWatchEvent) -> None:
    """Look after the accounts, and ask for news those that send none."""
    wired = frontline()
    try:
        accounts = wired.desk().accounts
    except NotFoundError:
        return  # The first desk is still to come.
    sick = wired.watch.look()
    for health in sick:
        logger.warning("account is unwell", channel=health.channel, account=health.account)
    count("AccountsUnwell", len(sick))
    for channel, outcome in wired.lookups.poll_all(accounts):
        count("EventsReceived", outcome.new, channel=channel)
        count("Quarantined", outcome.quarantined)


@schedules.on_sqs_message(queue="timer", name="timer", batch_size=1)
def timer(event: SQSEvent) -> None:
    """Fire moments at their second."""
    from chalicelib.service.sweep import read_timer_message

    for record in event:
        frontline().firing.fire(read_timer_message(json.loads(record.body)))


@schedules.on_sqs_message(queue="recompute", name="recompute", batch_size=1)
def recompute(event: SQSEvent) -> None:
    """Count deadlines again under a new desk, a page of tickets at a time."""
    wired = frontline()
    for record in event:
        body = json.loads(record.body)
        wired.desk.stored(at_least=body["version"])
        after = wired.follower.recompute(body["team"], body["after"])
        if after is not None:
            wired.recompute_queue.send([Later({**body, "after": after})])
