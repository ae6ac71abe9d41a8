"""Connections that break before an answer: what a network does, and an ASGI server doesn't."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ABORT = "infra.simulator.abort"


class AbortableConnections:
    """Outermost ASGI wrapper that gives every request a way to break its own connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's `send` is a method of the object that owns the socket.
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app({**scope, ABORT: getattr(transport, "abort", None)}, receive, send)


def drop_connection(request: Request) -> Response:
    """Break the connection; the response returned can no longer be sent.

    A server other than uvicorn gives no hold of its socket: there it becomes a bare 502.
    """
    abort = request.scope.get(ABORT)
    if abort is not None:
        abort()
    return Response(status_code=502)
