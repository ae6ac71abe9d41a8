"""What follows from the table's stream: events are folded, the outbox is sent."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalice import Blueprint
from chalice.app import DynamoDBEvent, SQSEvent

from chalicelib.bootstrap import frontline
from chalicelib.entrypoints.failures import going_on
from chalicelib.entrypoints.observe import count
from chalicelib.store.keys import Key

if TYPE_CHECKING:
    from chalicelib.service.deliver import Deliverer

stream = Blueprint(__name__)

PLACEHOLDER_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/replaced/stream/by-infra"
"""Chalice wants a literal; the template that is merged in puts the table's own stream there."""

OUR_OWN_LOGS = ("ticket", "agent")
"""Where acts and what agents say of themselves stand in the log, beside the channels."""

Image = Mapping[str, Any]
Handler = Callable[[Image | None, Any], None]


@stream.on_dynamodb_record(stream_arn=PLACEHOLDER_ARN, name="desk")
def desk(event: DynamoDBEvent) -> None:
    """Do what follows from each change, in order. A second time changes nothing."""
    handlers = _handlers()
    for record in event:
        family = record.keys["pk"]["S"].partition("#")[0]
        with going_on(record.keys["sk"]["S"]):
            handlers[family](record.old_image, record.new_image)


@stream.on_dynamodb_record(stream_arn=PLACEHOLDER_ARN, name="outbox")
def outbox(event: DynamoDBEvent) -> None:
    """Send each new outbox item; an event without any makes ready for the first."""
    deliverer = frontline().deliverer
    for record in event:
        _deliver(deliverer, Key(record.keys["pk"]["S"], record.keys["sk"]["S"]))


@stream.on_sqs_message(queue="outbox", name="redeliver", batch_size=1)
def redeliver(event: SQSEvent) -> None:
    """Send an outbox item again, or one that nobody has sent."""
    deliverer = frontline().deliverer
    for record in event:
        _deliver(deliverer, Key(*json.loads(record.body)))


def _handlers() -> Mapping[str, Handler]:
    follower = frontline().follower
    return {
        "LOG": _fold,
        "TICKET": follower.ticket_changed,
        "AGENT": follower.agent_changed,
        "DESK": follower.desk_changed,
    }


def _fold(_: Image | None, item: Image) -> None:
    wired = frontline()
    if not wired.folder.fold_logged(item):
        count("Quarantined")
    _, channel, account, *_ = item["pk"]["S"].split("#")
    if channel not in OUR_OWN_LOGS:
        wired.pulse.heard(channel, account)


def _deliver(deliverer: "Deliverer", key: Key) -> None:
    with going_on(key.sk):
        count("Sends", outcome=str(deliverer.deliver(key)))
