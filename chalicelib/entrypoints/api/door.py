"""What stands before every operation: who is it, may he, and what is said when it fails."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from chalice import Response
from chalice.app import Request

from chalicelib.api.routes import Route
from chalicelib.bootstrap import frontline
from chalicelib.entrypoints.api.call import JSON, Call
from chalicelib.entrypoints.api.refusals import BUSY, OURS, RefusedError, as_response, refusal
from chalicelib.entrypoints.failures import log_failure
from chalicelib.entrypoints.incoming import Incoming
from chalicelib.errors import FrontlineError
from chalicelib.store.tokens import Scope, Token, Tokens

LONGEST_TOKEN = 200
REALM = 'Bearer realm="frontline"'


def answer(route: Route, request: Request, captured: Mapping[str, str]) -> Response:
    """Return what the operation answers, or why not."""
    try:
        return _answer(route, Incoming.of(request), captured)
    except RefusedError as refused:
        return as_response(refused, JSON)
    except FrontlineError as error:
        if error.status_hint == OURS:
            log_failure(error, route.path)
        return as_response(refusal(error.status_hint, str(error)), JSON)
    except (BotoCoreError, ClientError) as error:
        log_failure(error, route.path)
        return as_response(refusal(BUSY, ""), JSON)
    # The caller must get JSON, and nobody's words may reach the log with a stack trace.
    except Exception as error:
        log_failure(error, route.path)
        return as_response(refusal(OURS, ""), JSON)


def _answer(route: Route, incoming: Incoming, captured: Mapping[str, str]) -> Response:
    wired = frontline()
    token = _admitted(wired.tokens, incoming, Scope(route.scope)) if route.scope else None
    done: Response = _operation(route)(Call(wired, incoming, captured, token))
    return done


def _operation(route: Route) -> Any:
    module, _, name = route.operation.partition(".")
    return getattr(import_module(f"chalicelib.entrypoints.api.{module}"), name)


def _admitted(tokens: Tokens, incoming: Incoming, needed: Scope) -> Token:
    """Raises `RefusedError`: 401 for nobody's token, 403 for one that may not."""
    scheme, _, secret = incoming.headers.get("authorization", "").strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise RefusedError(
            401, "send a token: Authorization: Bearer …", {"WWW-Authenticate": REALM}
        )
    token = tokens.check(secret) if len(secret) <= LONGEST_TOKEN and secret.isascii() else None
    if token is None:
        told = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
        raise RefusedError(401, "nobody's token", told)
    if not token.scope.covers(needed):
        told = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{needed}"'}
        raise RefusedError(403, f"this needs scope {needed}; the token has {token.scope}", told)
    return token
