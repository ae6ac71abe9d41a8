"""The OpenAPI document, made of the routes and of the very models that read and write JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.api import answers
from chalicelib.api.operations import OPERATIONS, Operation
from chalicelib.api.routes import ROUTES, Route

VERSION = "1.0.0"
JSON = "application/json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, Any]
Use = tuple[type[BaseModel], JsonSchemaMode]

BAD_DESK = 422
REFUSALS: Mapping[int, str] = {
    400: "Something asked is off; the message says what to write instead",
    401: "No token, or nobody's",
    403: "The token's scope doesn't cover this",
    404: "There is no such thing",
    409: "Somebody was faster, or the key was used for something else",
    412: "The desk is no longer the one that If-Match names",
    413: "The body is larger than 256 kB, or a desk than 128 kB",
    415: "The body isn't JSON",
    BAD_DESK: "The desk can't be used: all its problems, with what to write instead",
    500: "A fault of Frontline's own",
    503: "AWS asks to try again, or doesn't answer",
}

HEADERS: Mapping[str, Json] = {
    "Idempotency-Key": {
        "description": "The same key again answers the ticket and does nothing",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    },
    "If-Match": {
        "description": "The ETag of the desk that may be replaced",
        "schema": {"type": "string", "minLength": 1},
    },
    "ETag": {"description": "The version of the desk, in quotes", "schema": {"type": "string"}},
}

PATH_PARAMETERS: Mapping[str, str] = {
    "ticket_id": "Eight digits, with or without the dash",
    "contact_id": "The id of a contact",
    "agent_id": "The id of an agent in the desk",
}


def document(base: str) -> Json:
    """Return the document; `base` is the path under which the routes are found."""
    refs, definitions = _schemas()
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Frontline",
            "version": VERSION,
            "description": "Tickets, contacts and the desk of Frontline. Times are UTC.",
        },
        "servers": [{"url": base or "/"}],
        "security": [{"token": []}],
        "paths": _paths(refs),
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `deskctl token create`; scopes: read, act, admin",
                }
            },
        },
    }


_REF = "#/components/schemas/{model}"


def _schemas() -> tuple[Mapping[Use, Json], Json]:
    """Return a reference to each model, and what the references lead to."""
    # Pydantic's own type also allows for its dataclasses, of which there are none here.
    uses: Any = sorted(_uses(), key=_by_name)
    refs: Any
    refs, definitions = models_json_schema(uses, ref_template=_REF)
    return refs, definitions


def _uses() -> Iterator[Use]:
    """Yield every model that has to be described, as it is read or as it is written."""
    models: set[Use] = {(answers.Refusal, "serialization"), (answers.DeskRefusal, "serialization")}
    for operation in OPERATIONS.values():
        if operation.answer:
            models.add((operation.answer, "serialization"))
        if operation.body:
            models.add((operation.body, "validation"))
    yield from models


def _by_name(use: Use) -> tuple[str, str]:
    return use[0].__name__, use[1]


def _paths(refs: Mapping[Use, Json]) -> Json:
    paths: dict[str, Json] = {}
    for route in ROUTES:
        operation = OPERATIONS[route.operation_id]
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, operation, refs)
    return paths


def _operation(route: Route, operation: Operation, refs: Mapping[Use, Json]) -> Json:
    told: Json = {
        "operationId": route.operation_id,
        "summary": operation.summary,
        "tags": [route.operation.partition(".")[0]],
        "parameters": list(_parameters(route, operation)),
        "responses": dict(_responses(route, operation, refs)),
    }
    if route.scope is None:
        told["security"] = []
    else:
        told["description"] = f"Needs a token of scope `{route.scope}`."
    if operation.body:
        told["requestBody"] = {
            "required": operation.body_required,
            "content": {JSON: {"schema": refs[operation.body, "validation"]}},
        }
    return told


def _parameters(route: Route, operation: Operation) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", route.path):
        about = {"description": PATH_PARAMETERS[name], "schema": {"type": "string"}}
        yield {"name": name, "in": "path", "required": True, **about}
    if operation.query:
        yield from _query(operation.query)
    for name in operation.asked_headers:
        yield {"name": name, "in": "header", "required": False, **HEADERS[name]}


def _query(model: type[BaseModel]) -> Iterator[Json]:
    schema = model.model_json_schema(ref_template=_REF)
    for name, about in schema["properties"].items():
        is_required = name in schema.get("required", ())
        yield {
            "name": name,
            "in": "query",
            "required": is_required,
            "explode": False,
            "schema": _without_null(about, schema.get("$defs", {})),
        }


def _without_null(about: Json, definitions: Json) -> Json:
    """Return the schema of something that can be left out, but not be null."""
    if "$ref" in about:
        return dict(definitions[about["$ref"].rpartition("/")[2]])
    if "items" in about:
        return {**about, "items": _without_null(about["items"], definitions)}
    choices = [each for each in about.get("anyOf", ()) if each != {"type": "null"}]
    return choices[0] if choices else {k: v for k, v in about.items() if k != "title"}


def _responses(
    route: Route, operation: Operation, refs: Mapping[Use, Json]
) -> Iterator[tuple[str, Json]]:
    schema = refs[operation.answer, "serialization"] if operation.answer else {"type": "object"}
    done: Json = {"description": operation.summary, "content": {JSON: {"schema": schema}}}
    if operation.told_headers:
        done["headers"] = {name: HEADERS[name] for name in operation.told_headers}
    yield "200", done
    for status in sorted(set(_refusals(route, operation))):
        model = answers.DeskRefusal if status == BAD_DESK else answers.Refusal
        content = {JSON: {"schema": refs[model, "serialization"]}}
        yield str(status), {"description": REFUSALS[status], "content": content}


def _refusals(route: Route, operation: Operation) -> Iterable[int]:
    yield from (*operation.refusals, 500, 503)
    if route.scope:
        yield from (401, 403)
    if "{" in route.path:
        yield 404
    if operation.query:
        yield 400
    if operation.body:
        yield from (400, 413, 415)
