"""Files for customers whose channel takes words only."""

from chalice import Response

from chalicelib.bootstrap import frontline
from chalicelib.errors import ForbiddenError, InvalidSignatureError
from chalicelib.notify.links import FileSigner

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
GONE = "Liên kết không còn dùng được. · This link is no longer valid."


def lead(token: str) -> Response:
    """Redirect to the file itself, at an address that is good for an hour."""
    wired = frontline()
    try:
        file = FileSigner(wired.signing_keys()).read(token, wired.clock())
    except (InvalidSignatureError, ForbiddenError) as error:
        return Response(GONE, headers=dict(PLAIN), status_code=error.status_hint)
    address = wired.blobs.link(file.key, file.name)
    return Response("", headers={"Location": address, "Cache-Control": "no-store"}, status_code=302)
