"""Mail that SES put into the bucket: each object is one mail, taken in once."""

from typing import Any
from urllib.parse import unquote_plus

from chalice import Blueprint
from chalice.app import CloudWatchEvent

from chalicelib.bootstrap import frontline
from chalicelib.entrypoints.observe import count

mail = Blueprint(__name__)

INBOUND = "inbound/"
UNREADABLE = "unreadable"
SET_UP_NOTICE = "AMAZON_SES_SETUP_NOTIFICATION"
PATTERN: dict[str, Any] = {"source": ["aws.s3"], "detail-type": ["Object Created"]}


@mail.on_cw_event(PATTERN, name="mail")
def take_in(event: CloudWatchEvent) -> None:
    """Take in one mail. What can't be read stays in the bucket and is counted."""
    wired = frontline()
    intake = wired.intake
    key = unquote_plus(event.detail["object"]["key"])
    if not key.startswith(INBOUND) or key.endswith(SET_UP_NOTICE):
        return
    outcome = intake.take(wired.blobs.get(key), key)
    reason = str(getattr(outcome, "reason", type(outcome).__name__))
    count("Mails", outcome=reason)
    count("Quarantined", reason == UNREADABLE)
