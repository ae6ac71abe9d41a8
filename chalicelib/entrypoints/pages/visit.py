"""A visit of an agent's browser: its ticket, its session, and how a page is sent back."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalice import Response

from chalicelib.bootstrap import Frontline
from chalicelib.entrypoints.incoming import Incoming
from chalicelib.errors import ForbiddenError, InvalidSignatureError
from chalicelib.notify.links import SESSION_AGE, Session, SessionSigner
from chalicelib.service.guests import may_see
from chalicelib.views.presence import Presence, presence
from chalicelib.views.ticket import TicketView, ticket_view
from chalicelib.web.headers import SECURITY_HEADERS
from chalicelib.web.outcomes import Message


class ShortPageError(Exception):
    """A short page instead of the one asked for; `onward` is the address that it leads on to."""

    def __init__(
        self,
        status: int,
        message: Message,
        language: str | None = None,
        onward: str | None = None,
    ) -> None:
        super().__init__(message)
        self.onward = onward
        self.status = status
        self.message = message
        self.language = language


@dataclass(frozen=True, slots=True)
class Visit:
    wired: Frontline
    incoming: Incoming

    def sessions(self) -> SessionSigner:
        return SessionSigner(self.wired.signing_keys())

    def session(self, ticket_id: str) -> tuple[Session, str]:
        """Return who is let in, and the token that says so. Raises `ShortPageError`."""
        token = _cookies(self.incoming.headers.get("cookie", "")).get(_cookie_name(ticket_id), "")
        try:
            session = self.sessions().read(token, self.wired.clock())
        except (InvalidSignatureError, ForbiddenError) as error:
            raise ShortPageError(403, Message.SESSION) from error
        if session.ticket_id != ticket_id or not self._is_let_in(session):
            raise ShortPageError(403, Message.SESSION)
        return session, token

    def _is_let_in(self, session: Session) -> bool:
        desk, agent_id = self.wired.desk(), session.agent_id
        return agent_id in desk.agents or may_see(
            agent_id, self.wired.tickets.get(session.ticket_id), desk
        )

    def view(self, ticket_id: str, agent_id: str) -> TicketView:
        """Return the ticket as somebody sees it. Raises `NotFoundError`, `ShortPageError`."""
        wired = self.wired
        ticket, entries = wired.tickets.with_timeline(ticket_id)
        if not may_see(agent_id, ticket, wired.desk()):
            raise ShortPageError(403, Message.INVALID)
        contact = wired.contacts.get(ticket.contact_id)
        files = {
            part.key: wired.blobs.link(part.key, part.name or "file")
            for entry in entries
            for part in entry.attachments
            if part.key
        }
        return ticket_view(
            wired.desk(), ticket, contact, entries, agent_id, wired.clock(), files=files
        )

    def presence(self, agent_id: str) -> Presence:
        """Return how an agent stands right now."""
        wired, desk = self.wired, self.wired.desk()
        state = wired.agents.states([agent_id])[agent_id]
        return presence(desk.agents[agent_id], state, desk.calendars, wired.clock())

    def session_cookie(self, session: Session) -> str:
        """Return the `Set-Cookie` that lets an agent's browser in to one ticket.

        It is sent to that ticket's pages only; where our own path can't be known its name alone
        keeps it apart.
        """
        token = self.sessions().sign(session, self.wired.clock())
        base = self.incoming.base(self.wired.settings.public_url)
        path = "/" if base is None else f"{base}/pages/tickets/{session.ticket_id}"
        parts = [
            f"{_cookie_name(session.ticket_id)}={token}",
            f"Path={path}",
            f"Max-Age={int(SESSION_AGE.total_seconds())}",
            "HttpOnly",
            "SameSite=Lax",
        ]
        return "; ".join([*parts, "Secure"] if self.incoming.is_https else parts)


def as_page(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(html, headers={**SECURITY_HEADERS, **(headers or {})}, status_code=status)


def see_other(address: str, headers: Mapping[str, str] | None = None) -> Response:
    """Send the browser on, to an address relative to this one: the stage's path stays as it is."""
    return as_page("", 303, {"Location": address, **(headers or {})})


def _cookie_name(ticket_id: str) -> str:
    return f"frontline_{ticket_id}"


def _cookies(header: str) -> Mapping[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs}
