"""One call of the API: what is asked, by whom, and how an answer is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import unquote
from uuid import uuid4

from chalice import Response
from pydantic import BaseModel, ValidationError

from chalicelib.bootstrap import Frontline
from chalicelib.channels.json_body import read_object
from chalicelib.entrypoints.api.refusals import RefusedError
from chalicelib.entrypoints.incoming import Incoming
from chalicelib.errors import InvalidRequestError, MalformedPayloadError
from chalicelib.store.tokens import Token

DEEPEST = 32
KEY = re.compile(r"[!-~]{1,255}", re.ASCII)

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """`token` is None only for what needs none; `captured` are the parts of the path."""

    wired: Frontline
    incoming: Incoming
    captured: Mapping[str, str]
    token: Token | None

    @property
    def caller(self) -> Token:
        if self.token is None:
            raise AssertionError("this operation has no token")
        return self.token

    def path(self, name: str) -> str:
        """Return a part of the path, whether or not the gateway has decoded it."""
        return unquote(self.captured[name])

    def query(self, model: type[Model]) -> Model:
        """Raises `InvalidRequestError`."""
        given = {name: value for name, value in self.incoming.query.items() if value}
        return _validated(model, given)

    def body(self, model: type[Model]) -> Model:
        """Raises `InvalidRequestError`, `PayloadTooLargeError`, `RefusedError`."""
        return _validated(model, self.json())

    def own_id(self, kind: str) -> str:
        """Return the id that the caller's key makes, the same for the same key, or a new one.

        A key belongs to one token and one `kind` of thing. Raises `InvalidRequestError`.
        """
        key = self.incoming.headers.get("idempotency-key")
        if key is None:
            return f"api:{uuid4().hex}"
        if not KEY.fullmatch(key):
            raise InvalidRequestError("Idempotency-Key: 1 to 255 visible ASCII characters")
        meant = "\0".join((self.caller.name, kind, key))
        return f"api:{sha256(meant.encode()).hexdigest()[:32]}"

    def json(self) -> dict[str, Any]:
        """Return the JSON object sent, an empty one when there is no body."""
        body = self.incoming.body()
        if not body.strip():
            return {}
        if not _is_json(self.incoming.content_type):
            raise RefusedError(415, "send JSON, with Content-Type: application/json")
        try:
            found = read_object(body)
        except MalformedPayloadError as error:
            raise InvalidRequestError(str(error)) from error
        if not _is_shallow(found, DEEPEST):
            raise InvalidRequestError(f"nested deeper than {DEEPEST}")
        return found


def written(answer: BaseModel, headers: Mapping[str, str] | None = None) -> Response:
    return Response(answer.model_dump_json(), headers={**JSON, **(headers or {})})


JSON = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def _is_json(content_type: str) -> bool:
    kind, _, suffix = content_type.partition("+")
    return content_type in ("", "application/json") or (
        kind.startswith("application/") and suffix == "json"
    )


def _is_shallow(value: object, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return depth > 0 and all(_is_shallow(each, depth - 1) for each in inner)


def _validated(model: type[Model], given: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
        raise InvalidRequestError("; ".join(problems).removeprefix(": ")) from None
