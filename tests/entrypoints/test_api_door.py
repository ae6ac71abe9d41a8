"""Who may call the API, and what it says to what it can't read."""

import json
import logging
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.bootstrap import Frontline
from tests.entrypoints.caller import JSON, Caller, check_truth, send
from tests.entrypoints.conftest import Write

TICKETS = "/api/tickets"


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "fl_a-token-alone"]
)
def test_nobody_is_asked_for_a_token(frontline: Frontline, authorization: str) -> None:
    answer = send("GET", TICKETS, authorization=authorization)
    check_truth("GET", TICKETS, answer)
    assert (answer.status, answer.error) == (401, "unauthorized")
    assert answer.header("WWW-Authenticate") == 'Bearer realm="frontline"'


@pytest.mark.parametrize("token", ["fl_unknown", "x" * 100_000, "bằng-tiếng-Việt"])
def test_nobodys_token_is_refused(frontline: Frontline, token: str) -> None:
    answer = send("GET", TICKETS, authorization=f"Bearer {token}")
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.header("WWW-Authenticate")


def test_a_revoked_token_is_worthless_at_once(frontline: Frontline, reader: Caller) -> None:
    assert reader.get(TICKETS).status == 200
    frontline.tokens.revoke("bi")
    assert reader.get(TICKETS).status == 401


def test_the_scheme_may_be_written_in_any_case(reader: Caller) -> None:
    assert send("GET", TICKETS, authorization=f"bearer  {reader.token}").status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/tickets/12345678/messages"),
        ("POST", "/api/tickets/12345678/resolve"),
        ("POST", "/api/agents/lan/away"),
        ("PUT", "/api/desk"),
    ],
)
def test_a_reader_changes_nothing(reader: Caller, method: str, path: str) -> None:
    answer = reader.call(method, path, b"{}", content_type=JSON)
    assert (answer.status, answer.error) == (403, "forbidden")
    assert 'error="insufficient_scope"' in answer.header("WWW-Authenticate")


def test_who_may_act_may_not_change_the_desk(actor: Caller) -> None:
    assert actor.put("/api/desk", {}).status == 403


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; Charset=UTF-8", "application/vnd.x+json", ""],
)
def test_json_is_read_whatever_it_is_called(
    actor: Caller, customer_writes: Write, content_type: str
) -> None:
    ticket_id = customer_writes("xin chào")
    answer = actor.call(
        "POST", f"/api/tickets/{ticket_id}/notes", b'{"text": "ghi"}', content_type=content_type
    )
    assert answer.status == 200


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "application/jsonp"]
)
def test_what_is_not_json_is_refused(
    actor: Caller, customer_writes: Write, content_type: str
) -> None:
    ticket_id = customer_writes("xin chào")
    answer = actor.call(
        "POST", f"/api/tickets/{ticket_id}/notes", b'{"text": "ghi"}', content_type=content_type
    )
    assert (answer.status, answer.error) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b'{"text": "a", "text": "b"}',
        b'{"text": NaN}',
        b"\xff\xfe",
        b'{"text": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"text": ' + b"[" * 100_000,
        b'{"text": ' + b"9" * 5_000 + b"}",
        b'{"text": 5}',
        b'{"text": null}',
        b'{"text": "a", "extra": 1}',
    ],
    ids=range(14),
)
def test_a_body_that_makes_no_sense_is_the_callers_fault(
    actor: Caller, customer_writes: Write, body: bytes
) -> None:
    ticket_id = customer_writes("xin chào")
    answer = actor.call("POST", f"/api/tickets/{ticket_id}/notes", body, content_type=JSON)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_body_over_the_limit_is_not_read(actor: Caller, customer_writes: Write) -> None:
    ticket_id = customer_writes("xin chào")
    body = json.dumps({"text": "a" * 270_000}).encode()
    answer = actor.call("POST", f"/api/tickets/{ticket_id}/notes", body, content_type=JSON)
    assert (answer.status, answer.error) == (413, "too_large")


class Broken:
    """Stands in for a part of Frontline, and fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        raise self.error


def test_a_fault_of_ours_tells_the_caller_nothing_and_the_log_no_words(
    frontline: Frontline, reader: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    frontline.__dict__["contacts"] = Broken(RuntimeError("Mai said: my phone is 0900000000"))
    with _logged() as lines:
        answer = reader.get("/api/contacts/abc")
    assert (answer.status, answer.error) == (500, "internal")
    assert "Mai" not in answer.text
    assert "RuntimeError" in lines[0]
    assert "0900000000" not in "".join(lines) + capsys.readouterr().err


def test_a_table_that_does_not_answer_is_a_503(frontline: Frontline, reader: Caller) -> None:
    error = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    frontline.__dict__["contacts"] = Broken(error)
    answer = reader.get("/api/contacts/abc")
    assert (answer.status, answer.error) == (503, "unavailable")
    assert answer.header("Retry-After") == "1"


def test_health_needs_no_token(frontline: Frontline) -> None:
    answer = send("GET", "/api/health")
    check_truth("GET", "/api/health", answer)
    assert answer.json == {"status": "ok", "desk_version": 1}


def test_health_is_well_before_the_first_desk(frontline: Frontline) -> None:
    frontline.client("dynamodb").delete_item(
        TableName=frontline.settings.table_name,
        Key={"pk": {"S": "DESK"}, "sk": {"S": "CURRENT"}},
    )
    assert send("GET", "/api/health").json == {"status": "ok", "desk_version": None}


def test_health_is_bad_without_a_table(frontline: Frontline) -> None:
    frontline.client("dynamodb").delete_table(TableName=frontline.settings.table_name)
    answer = send("GET", "/api/health")
    check_truth("GET", "/api/health", answer)
    assert answer.status == 503


class _logged:  # noqa: N801  reads as what it is where it is used
    """The lines that the logger writes meanwhile."""

    def __enter__(self) -> list[str]:
        lines: list[str] = []

        class Collector(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                lines.append(f"{record.getMessage()} {record.__dict__}")

        self.handler = Collector()
        self.logger = logging.getLogger("frontline")
        self.logger.addHandler(self.handler)
        return lines

    def __exit__(self, *_: object) -> None:
        self.logger.removeHandler(self.handler)
