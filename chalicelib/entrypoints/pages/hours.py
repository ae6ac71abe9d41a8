"""The opening hours, for everybody: there is nothing to sign in to."""

import re

from chalice import Response

from chalicelib.domain.text import LANGUAGES
from chalicelib.entrypoints.pages.visit import ShortPageError, Visit
from chalicelib.errors import NotFoundError
from chalicelib.views.hours import team_hours
from chalicelib.web.headers import PUBLIC_HEADERS
from chalicelib.web.outcomes import Message
from chalicelib.web.pages import hours_page

_TAG = re.compile(r"([a-z]+)[-a-z0-9]*(?:;q=([01](?:\.[0-9]{1,3})?))?", re.ASCII)


def show(visit: Visit) -> Response:
    """Show when the desk in force is open, in a language that the reader knows."""
    try:
        desk = visit.wired.desk()
    except NotFoundError as error:
        raise ShortPageError(503, Message.ERROR) from error
    language = _language(visit, desk.language)
    html = hours_page(team_hours(desk, language, visit.wired.clock()), language, desk.name)
    return Response(html, headers=dict(PUBLIC_HEADERS))


def _language(visit: Visit, otherwise: str) -> str:
    """Return the language asked for by `?lang=`, or the one the browser likes best (RFC 9110)."""
    asked = visit.incoming.query.get("lang", "")
    accepted = visit.incoming.headers.get("accept-language", "").lower().replace(" ", "")
    found = (_TAG.fullmatch(tag) for tag in accepted.split(","))
    liked = sorted(((tag[1], float(tag[2] or 1)) for tag in found if tag), key=_by_liking)
    wanted = (asked, *(language for language, liking in liked if liking))
    return next((language for language in wanted if language in LANGUAGES), otherwise)


def _by_liking(pair: tuple[str, float]) -> float:
    return -pair[1]
