"""The OpenAPI document is served, valid, and tells of every route and nothing else."""

import importlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app import app
from chalicelib.api.openapi import document
from chalicelib.api.operations import OPERATIONS
from chalicelib.api.routes import ROUTES, Route
from chalicelib.bootstrap import Frontline
from chalicelib.domain.messages import Surface
from chalicelib.entrypoints.api.refusals import CODES
from tests.desk.events import NAM
from tests.entrypoints.caller import JSON, Caller, check_truth, send
from tests.entrypoints.conftest import Write


def test_the_document_is_served_to_anybody(frontline: Frontline) -> None:
    answer = send("GET", "/api/openapi.json")
    check_truth("GET", "/api/openapi.json", answer)
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json["servers"] == [{"url": "/api"}]


def test_the_document_tells_of_every_route_and_of_nothing_else() -> None:
    served = {
        (method, path)
        for path, methods in app.routes.items()
        if path.startswith("/api/")
        for method in methods
    }
    told = {
        (method.upper(), path)
        for path, methods in document("")["paths"].items()
        for method in methods
    }
    assert told == served


def test_every_route_has_an_operation_and_a_function() -> None:
    assert {route.operation_id for route in ROUTES} == set(OPERATIONS)
    for route in ROUTES:
        module, _, name = route.operation.partition(".")
        assert callable(
            getattr(importlib.import_module(f"chalicelib.entrypoints.api.{module}"), name)
        )


def test_operation_ids_are_unique() -> None:
    assert set(Counter(route.operation_id for route in ROUTES).values()) == {1}


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    told = document("")
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(told)))
    assert names == set(told["components"]["schemas"]) & names
    assert names
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_status_told_has_a_code() -> None:
    told = {
        int(status)
        for methods in document("")["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
    }
    assert told - {200} == set(CODES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_every_route_answers_as_the_document_says(
    admin: Caller, customer_writes: Write, route: Route
) -> None:
    ticket_id = customer_writes("xin chào", surface=Surface.PUBLIC)
    contact_id = admin.get(f"/api/tickets/{ticket_id}").json["contact_id"]
    path = route.path.format(ticket_id=ticket_id, contact_id=contact_id, agent_id="lan")
    if route.operation_id == "find_contacts":
        path += "?channel=telegram&account=hoa-mai&external_id=77"
    other_id = customer_writes("xin chào", NAM) if route.operation_id == "merge" else ""
    body = {"ticket": other_id} if other_id else _body(route, admin)
    answer = (
        admin.call(route.method, path, b"", **{})
        if body is None
        else _sent(admin, route, path, body)
    )
    assert answer.status == 200


def _sent(admin: Caller, route: Route, path: str, body: Any) -> Any:
    return admin.put(path, body) if route.method == "PUT" else admin.post(path, body)


def _body(route: Route, admin: Caller) -> Any:
    bodies: dict[str, Any] = {
        "change": {"priority": "urgent"},
        "invite": {"address": "kho@hoamai.example", "text": "Còn hàng không?"},
        "update_contact": {"tier": "vip"},
        "set_capacity": {"capacity": 2},
        "send_message": {"text": "Dạ chào chị"},
        "preview_message": {"text": "Dạ chào chị"},
        "add_note": {"text": "khách quen", "agent": "lan"},
        "assign": {"agent": "minh", "reason": "rành hơn"},
    }
    if route.operation_id == "put_desk":
        return admin.get("/api/desk").json
    return bodies.get(route.operation_id)


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.scope], ids=lambda one: one.operation_id
)
def test_every_route_with_a_scope_asks_for_a_token(frontline: Frontline, route: Route) -> None:
    path = re.sub(r"{\w+}", "1", route.path)
    answer = send(route.method, path, b"{}", content_type=JSON)
    check_truth(route.method, path, answer)
    assert answer.status == 401


def test_the_page_about_the_api_names_every_route_and_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    for route in ROUTES:
        assert f"| `{route.method} {route.path}` | {route.scope or 'none'} |" in page
    for status, code in CODES.items():
        assert f"| {status} | `{code}` |" in page
