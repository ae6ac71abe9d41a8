"""What stands before every page: a friendly word for whatever goes wrong."""

from collections.abc import Callable, Mapping

from botocore.exceptions import BotoCoreError, ClientError
from chalice import Response
from chalice.app import Request

from chalicelib.bootstrap import frontline
from chalicelib.entrypoints.failures import log_failure
from chalicelib.entrypoints.incoming import Incoming
from chalicelib.entrypoints.pages.visit import ShortPageError, Visit, as_page
from chalicelib.errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    FrontlineError,
    InvalidRequestError,
    InvalidSignatureError,
    NotFoundError,
    PayloadTooLargeError,
)
from chalicelib.web.outcomes import Message
from chalicelib.web.pages import message_page

WORDS: Mapping[type[FrontlineError], tuple[int, Message]] = {
    InvalidSignatureError: (403, Message.INVALID),
    ForbiddenError: (403, Message.EXPIRED),
    NotFoundError: (404, Message.NOT_FOUND),
    InvalidRequestError: (409, Message.CONFLICT),
    ConflictError: (409, Message.CONFLICT),
    PayloadTooLargeError: (413, Message.ERROR),
    BusyError: (503, Message.ERROR),
}


def answer(request: Request, view: Callable[[Visit], Response]) -> Response:
    """Return the page, or a short one that says why not in both languages."""
    try:
        return view(Visit(frontline(), Incoming.of(request)))
    except ShortPageError as shown:
        html = message_page(shown.message, shown.language, onward=shown.onward)
        return as_page(html, shown.status)
    except (FrontlineError, BotoCoreError, ClientError) as error:
        status, message = _words(error)
        if status not in (403, 404, 409, 413):
            log_failure(error, request.path)
        return as_page(message_page(message), status)
    # The agent must get a page, and nobody's words may reach the log with a stack trace.
    except Exception as error:
        log_failure(error, request.path)
        return as_page(message_page(Message.ERROR), 500)


def _words(error: Exception) -> tuple[int, Message]:
    if isinstance(error, BotoCoreError | ClientError):
        return 503, Message.ERROR
    found = (words for kind, words in WORDS.items() if isinstance(error, kind))
    return next(found, (500, Message.ERROR))
