"""Whatever is asked within the document's words, or just outside them, the answer is in it."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from chalicelib.api.openapi import document
from tests.entrypoints.caller import JSON, Caller
from tests.entrypoints.conftest import Write

SCHEMA = schemathesis.openapi.from_dict(document(""))
OPERATIONS = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
}
EXAMPLES = 10
OURS = 500


@pytest.fixture
def ticket_id(customer_writes: Write) -> str:
    return customer_writes("xin chào")


# Schemathesis' own `parametrize` has one name for them all, of which xdist runs only the first.
@pytest.mark.parametrize("operation", OPERATIONS)
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_answer_is_in_the_document(
    operation: str, data: st.DataObject, admin: Caller, ticket_id: str
) -> None:
    case = data.draw(cases(operation))
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


def test_every_operation_is_asked() -> None:
    paths = document("")["paths"]
    assert OPERATIONS.keys() == {f"{how.upper()} {path}" for path in paths for how in paths[path]}


def cases(operation: str) -> st.SearchStrategy[schemathesis.Case[Any]]:
    """Return what the document allows, and what it doesn't."""
    return st.one_of([OPERATIONS[operation].as_strategy(mode) for mode in GenerationMode])


def _flat(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_json(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()
