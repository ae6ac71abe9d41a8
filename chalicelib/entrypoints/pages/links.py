"""A link in an agent's mail: asked about first, then done, once."""

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.domain.events import Act, AgentAcknowledged, AgentResolved
from chalicelib.entrypoints.pages.visit import ShortPageError, Visit, as_page, see_other
from chalicelib.notify.links import Action, Link, LinkSigner, Session
from chalicelib.service.once import Once
from chalicelib.store.links import UsedLinks
from chalicelib.views.ticket import TicketView
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import confirm_page, message_page

DONE: Mapping[Action, tuple[type[Act], Message, Flash]] = {
    Action.ACCEPT: (AgentAcknowledged, Message.ACCEPTED, Flash.ACCEPTED),
    Action.RESOLVE: (AgentResolved, Message.RESOLVED, Flash.RESOLVED),
}

READING_SECONDS = 3
"""How long the page that says "done" stays before the ticket's own."""


def ask(visit: Visit, token: str) -> Response:
    """Show what the link will do, and one button. Nothing is done.

    Raises `ShortPageError` for a used link.
    """
    link = _read(visit, token)
    view = visit.view(link.ticket_id, link.agent_id)
    if _was_used(visit, link):
        raise _used(link, view)
    return as_page(confirm_page(link.action, view))


def follow(visit: Visit, token: str) -> Response:
    """Do it, and let the browser in to the ticket. Raises `ShortPageError` for a used link."""
    link = _read(visit, token)
    view = visit.view(link.ticket_id, link.agent_id)
    if not _use(visit, link):
        raise _used(link, view)
    session = Session(ticket_id=link.ticket_id, agent_id=link.agent_id)
    entry = {"Set-Cookie": visit.session_cookie(session)}
    page = _page_of(link)
    if link.action not in DONE:
        return see_other(page, entry)
    _, message, flash = DONE[link.action]
    onward = {"Refresh": f"{READING_SECONDS}; url={page}?flash={flash}"}
    html = message_page(message, view.viewer.language, view.desk_name)
    return as_page(html, headers={**entry, **onward})


def _read(visit: Visit, token: str) -> Link:
    return LinkSigner(visit.wired.signing_keys()).read(token, visit.wired.clock())


def _page_of(link: Link) -> str:
    """Return the address of the ticket's page, seen from the link's own."""
    return f"../pages/tickets/{link.ticket_id}"


def _used(link: Link, view: TicketView) -> ShortPageError:
    """Return the page that says so, and leads on to the ticket who is let in to it already."""
    return ShortPageError(409, Message.USED, view.viewer.language, _page_of(link))


def _was_used(visit: Visit, link: Link) -> bool:
    if link.action not in DONE:
        return UsedLinks(visit.wired.table).was_used(link.nonce)
    return Once(visit.wired.acts).was_done(_act(visit, link))


def _use(visit: Visit, link: Link) -> bool:
    """Do what the link does; return False when it was done before."""
    wired = visit.wired
    if link.action not in DONE:
        return UsedLinks(wired.table).use(link.nonce, link.ticket_id, wired.clock())
    return Once(wired.acts).perform(_act(visit, link))


def _act(visit: Visit, link: Link) -> Act:
    facts: dict[str, Any] = {
        "id": f"link:{link.nonce}",
        "ticket_id": link.ticket_id,
        "occurred_at": visit.wired.clock(),
        "agent_id": link.agent_id,
        "via": "link",
    }
    return DONE[link.action][0](**facts)
