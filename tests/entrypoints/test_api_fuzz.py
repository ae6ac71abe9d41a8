"""Whatever is asked within the document's words, or just outside them, the answer is in it."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core import NOT_SET

from chalicelib.api.openapi import document
from tests.entrypoints.caller import JSON, Caller
from tests.entrypoints.conftest import Write

SCHEMA = schemathesis.openapi.from_dict(document(""))
EXAMPLES = 10
OURS = 500


@pytest.fixture
def ticket_id(customer_writes: Write) -> str:
    return customer_writes("xin chào")


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_in_the_document(
    case: schemathesis.Case[Any], admin: Caller, ticket_id: str
) -> None:
    # With things that are there, so that more than 404s are seen.
    path = case.path.format(agent_id="lan", contact_id="abc", ticket_id=ticket_id)
    query = urlencode({name: _flat(value) for name, value in (case.query or {}).items()})
    headers = {name: str(value) for name, value in (case.headers or {}).items() if value}
    body = b"" if case.body is NOT_SET else _as_json(case.body)
    answer = admin.call(
        case.method.upper(),
        f"{path}?{query}" if query else path,
        body,
        content_type=JSON,
        **headers,
    )
    assert answer.status < OURS, answer.text


def _flat(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_json(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()
