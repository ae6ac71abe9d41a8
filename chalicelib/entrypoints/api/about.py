"""What anybody may ask: is it well, and what can it do."""

import json

from chalice import Response

from chalicelib.api.answers import Health
from chalicelib.api.openapi import document
from chalicelib.entrypoints.api.call import JSON, Call, written
from chalicelib.errors import NotFoundError


def health(call: Call) -> Response:
    """Answer 200 when the table answers; when it doesn't, the door says 503."""
    try:
        version = call.wired.desks.current().version
    except NotFoundError:
        version = None
    return written(Health(desk_version=version))


def openapi(call: Call) -> Response:
    """Serve the document. Its server is found from where the document itself was found."""
    base = call.incoming.base(call.wired.settings.public_url)
    return Response(
        json.dumps(document(".." if base is None else base), ensure_ascii=False),
        headers={**JSON, "Cache-Control": "max-age=300"},
    )
