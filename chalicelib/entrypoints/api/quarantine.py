"""What was proven but not understood."""

from chalice import Response

from chalicelib.api import answers, cursors
from chalicelib.api.questions import QuarantineQuery
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.store.quarantine import Quarantined
from chalicelib.store.tokens import Scope

LARGEST_PAGE = 1_000_000
"""Characters of raw payload on a page: a Lambda answers at most 6 MB, and JSON escapes grow."""


def list_quarantine(call: Call) -> Response:
    """List a page; what platforms sent is shown to an admin only, since customers speak in it."""
    query = call.query(QuarantineQuery)
    is_admin = call.caller.scope.covers(Scope.ADMIN)
    shown: list[Quarantined] = []
    more = None
    for part in call.wired.quarantine.list(query.cursor or ""):
        size = sum(len(each.raw) for each in (*shown, part))
        if len(shown) == query.limit or (shown and size > LARGEST_PAGE):
            more = cursors.write(shown[-1].id)
            break
        shown.append(part)
    parts = [_told(part, part.raw if is_admin else None) for part in shown]
    return written(answers.Quarantine(quarantine=parts, cursor=more))


def _told(part: Quarantined, raw: str | None) -> answers.Quarantined:
    return answers.Quarantined(
        id=part.id,
        channel=part.channel,
        account=part.account,
        reason=part.reason,
        received_at=part.received_at,
        raw=raw,
    )
