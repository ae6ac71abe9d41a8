"""The page of a ticket, and what its forms do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from chalice import Response

from chalicelib.desk.model import guest_address
from chalicelib.entrypoints.pages.forms import (
    DONE,
    REFUSED,
    Asked,
    Fields,
    NotYetError,
    draft_of,
    read,
)
from chalicelib.entrypoints.pages.himself import OF_HIMSELF
from chalicelib.entrypoints.pages.visit import ShortPageError, Visit, as_page, see_other
from chalicelib.errors import (
    ConflictError,
    InvalidRequestError,
    InvalidSignatureError,
    NotFoundError,
)
from chalicelib.notify.links import Session
from chalicelib.service.once import Once
from chalicelib.service.waits import spoken_wait
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import Forms, guest_page, ticket_page


def show(visit: Visit, ticket_id: str) -> Response:
    """Show the ticket to the agent of this session."""
    said = visit.incoming.query.get("flash", "")
    flash = Flash(said) if said in set(Flash) else None
    return as_page(_let_in(visit, ticket_id).page(ticket_id, flash))


def submit(visit: Visit, ticket_id: str, form: str) -> Response:
    """Do what the form says and go back to the page; what can't be done is given back to mend."""
    agent = _let_in(visit, ticket_id)
    fields = read(visit.incoming.content_type, visit.incoming.body())
    agent.check_csrf(fields.get("csrf", ""))
    try:
        is_new = agent.do(form, fields)
    except NotYetError as error:
        return as_page(agent.page_again(form, fields, error.flash), 400)
    except (InvalidRequestError, NotFoundError):
        return as_page(agent.page_again(form, fields, REFUSED.get(form, Flash.CONFLICT)), 409)
    except ConflictError:
        return as_page(agent.page_again(form, fields, Flash.CONFLICT), 409)
    return see_other(f"../{ticket_id}?flash={DONE[form] if is_new else Flash.REPEATED}")


@dataclass(frozen=True, slots=True)
class _Agent:
    """Somebody with a session for one ticket; `token` is what his cookie holds."""

    visit: Visit
    session: Session
    token: str

    @property
    def is_guest(self) -> bool:
        return guest_address(self.session.agent_id) is not None

    def check_csrf(self, given: str) -> None:
        """Raises `ShortPageError` when the form isn't from a page of this session."""
        try:
            self.visit.sessions().check_csrf(given, self.token)
        except InvalidSignatureError as error:
            raise ShortPageError(403, Message.SESSION) from error

    def do(self, form: str, fields: Fields) -> bool:
        """Do what a form says; return False when this very form was sent before.

        Raises `ShortPageError` for a form that isn't on his page.
        """
        wired = self.visit.wired
        if self.is_guest and form != "note":
            raise ShortPageError(404, Message.NOT_FOUND)
        asked = Asked(self.session, fields, wired.clock(), self._wake_at)
        of_himself = OF_HIMSELF.get(form)
        said = of_himself(asked, asked.facts(form)) if of_himself else asked.act(form)
        return Once(wired.acts).perform(said)

    def page_again(self, form: str, fields: Fields, flash: Flash) -> str:
        """Return the page with what was typed. The browser stands one level deeper than on it."""
        return self.page(f"../{self.session.ticket_id}", flash, draft_of(form, fields))

    def page(self, action: str, flash: Flash | None, draft: Fields | None = None) -> str:
        agent_id = self.session.agent_id
        view = self.visit.view(self.session.ticket_id, agent_id)
        csrf = self.visit.sessions().csrf_token(self.token)
        forms = Forms(action=action, csrf=csrf, form_id=uuid4().hex)
        if self.is_guest:
            return guest_page(view, forms, flash, draft)
        return ticket_page(view, forms, self.visit.presence(agent_id), flash, draft)

    def _wake_at(self, said: str) -> datetime | None:
        wired = self.visit.wired
        ticket = wired.tickets.get(self.session.ticket_id)
        return spoken_wait(said, ticket, wired.desk(), wired.clock())


def _let_in(visit: Visit, ticket_id: str) -> _Agent:
    session, token = visit.session(ticket_id)
    return _Agent(visit, session, token)
