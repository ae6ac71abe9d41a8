"""`/links/…`, `/pages/…`, `/hours`: what people see in a browser; imported when asked for."""

from chalice import Blueprint, Response

pages = Blueprint(__name__)

ANY_CONTENT = ["*/*"]


@pages.route("/links/{token}", methods=["GET"])
def ask(token: str) -> Response:
    """Ask whether to do what the link says; mail scanners follow links, so this does nothing."""
    from chalicelib.entrypoints.pages import door, links

    return door.answer(pages.current_request, lambda visit: links.ask(visit, token))


@pages.route("/links/{token}", methods=["POST"], content_types=ANY_CONTENT)
def follow(token: str) -> Response:
    """Do what the link says, once."""
    from chalicelib.entrypoints.pages import door, links

    return door.answer(pages.current_request, lambda visit: links.follow(visit, token))


@pages.route("/pages/tickets/{ticket_id}", methods=["GET"])
def show(ticket_id: str) -> Response:
    """Show a ticket to the agent whom a link has let in."""
    from chalicelib.entrypoints.pages import door, ticket

    return door.answer(pages.current_request, lambda visit: ticket.show(visit, ticket_id))


@pages.route("/pages/tickets/{ticket_id}/{form}", methods=["POST"], content_types=ANY_CONTENT)
def submit(ticket_id: str, form: str) -> Response:
    """Do what one of the page's forms says."""
    from chalicelib.entrypoints.pages import door, ticket

    return door.answer(pages.current_request, lambda visit: ticket.submit(visit, ticket_id, form))


@pages.route("/hours", methods=["GET"])
def tell_hours() -> Response:
    """Tell everybody when the teams are there."""
    from chalicelib.entrypoints.pages import door, hours

    return door.answer(pages.current_request, hours.show)


@pages.route("/files/{token}", methods=["GET"])
def file(token: str) -> Response:
    """Lead a customer to a file that an agent sent him."""
    from chalicelib.entrypoints.pages import files

    return files.lead(token)
