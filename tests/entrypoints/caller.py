"""Calls the API in process, and holds every answer against the OpenAPI document."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from chalice.test import Client, HTTPResponse
from jsonschema import Draft202012Validator

from app import app
from chalicelib.api.openapi import document

JSON = "application/json"
CLIENT = Client(app)


@dataclass
class Answer:
    status: int
    headers: dict[str, Any]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def error(self) -> str:
        code: str = self.json["error"]["code"]
        return code

    def header(self, name: str) -> str:
        found = {key.lower(): value for key, value in self.headers.items()}
        value: str = found[name.lower()]
        return value


def send(method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """Send a request as it is; `content_type` is the header Content-Type."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response: HTTPResponse = CLIENT.http.request(method, path, headers=named, body=body)
    return Answer(response.status_code, dict(response.headers), response.body)


@dataclass
class Caller:
    """A program with a token; `seen` collects which operations answered what."""

    token: str
    seen: set[tuple[str, int]] = field(default_factory=set)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, b"", **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self._send_json("POST", path, body, headers)

    def put(self, path: str, body: object, **headers: str) -> Answer:
        return self._send_json("PUT", path, body, headers)

    def call(self, method: str, path: str, body: bytes, **headers: str) -> Answer:
        sent = {"authorization": f"Bearer {self.token}", **headers}
        answer = send(method, path, body, **sent)
        operation = check_truth(method, path, answer)
        self.seen.add((operation, answer.status))
        return answer

    def _send_json(self, method: str, path: str, body: object, headers: dict[str, str]) -> Answer:
        if body is None:
            return self.call(method, path, b"", **headers)
        raw = json.dumps(body).encode()
        return self.call(method, path, raw, **{"content_type": JSON, **headers})


DOCUMENT = document("/api")


def check_truth(method: str, path: str, answer: Answer) -> str:
    """Fail unless the document tells of this answer; return the operation's id."""
    operation = _operation(method, path.partition("?")[0])
    told = operation["responses"]
    assert str(answer.status) in told, f"{method} {path}: {answer.status} isn't in the document"
    response = told[str(answer.status)]
    assert answer.header("Content-Type") == JSON
    schema = {**response["content"][JSON]["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(answer.json)
    assert {name.lower() for name in response.get("headers", ())} <= {
        name.lower() for name in answer.headers
    }
    name: str = operation["operationId"]
    return name


def _operation(method: str, path: str) -> dict[str, Any]:
    paths = sorted(DOCUMENT["paths"], key=lambda known: known.count("{"))
    for known in paths:
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path):
            found: dict[str, Any] = DOCUMENT["paths"][known][method.lower()]
            return found
    raise AssertionError(f"the document has no {path}")
