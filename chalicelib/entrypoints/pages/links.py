"""A link in an agent's mail: asked about first, then done, once."""

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.domain.events import Act, AgentAcknowledged, AgentResolved
from chalicelib.entrypoints.pages.visit import ShortPageError, Visit, as_page, see_other
from chalicelib.notify.links import Action, Link, LinkSigner, Session
from chalicelib.service.once import Once
from chalicelib.store.links import UsedLinks
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import confirm_page, message_page

DONE: Mapping[Action, tuple[type[Act], Message, Flash]] = {
    Action.ACCEPT: (AgentAcknowledged, Message.ACCEPTED, Flash.ACCEPTED),
    Action.RESOLVE: (AgentResolved, Message.RESOLVED, Flash.RESOLVED),
}

READING_SECONDS = 3
"""How long the page that says "done" stays before the ticket's own."""


def ask(visit: Visit, token: str) -> Response:
    """Show what the link will do, and one button. Nothing is done."""
    link = _read(visit, token)
    return as_page(confirm_page(link.action, visit.view(link.ticket_id, link.agent_id)))


def follow(visit: Visit, token: str) -> Response:
    """Do it, and let the browser in to the ticket. Raises `ShortPageError` for a used link."""
    link = _read(visit, token)
    view = visit.view(link.ticket_id, link.agent_id)
    if not _use(visit, link):
        raise ShortPageError(409, Message.USED, view.viewer.language)
    session = Session(ticket_id=link.ticket_id, agent_id=link.agent_id)
    entry = {"Set-Cookie": visit.session_cookie(session)}
    page = f"../pages/tickets/{link.ticket_id}"
    if link.action not in DONE:
        return see_other(page, entry)
    _, message, flash = DONE[link.action]
    onward = {"Refresh": f"{READING_SECONDS}; url={page}?flash={flash}"}
    html = message_page(message, view.viewer.language, view.desk_name)
    return as_page(html, headers={**entry, **onward})


def _read(visit: Visit, token: str) -> Link:
    return LinkSigner(visit.wired.signing_keys()).read(token, visit.wired.clock())


def _use(visit: Visit, link: Link) -> bool:
    """Do what the link does; return False when it was done before."""
    wired, now = visit.wired, visit.wired.clock()
    if link.action not in DONE:
        return UsedLinks(wired.table).use(link.nonce, link.ticket_id, now)
    facts: dict[str, Any] = {
        "id": f"link:{link.nonce}",
        "ticket_id": link.ticket_id,
        "occurred_at": now,
        "agent_id": link.agent_id,
        "via": "link",
    }
    return Once(wired.acts).perform(DONE[link.action][0](**facts))
