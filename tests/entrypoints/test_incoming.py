"""How a request is read: its base path, its media type, its bounds."""

from typing import Any

import pytest

from chalicelib.entrypoints.incoming import LARGEST_BODY, Incoming
from chalicelib.errors import PayloadTooLargeError

LINK = "/links/{token}"


def incoming(body: bytes = b"", context: dict[str, Any] | None = None, **headers: str) -> Incoming:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Incoming(named, {}, context or {}, body)


@pytest.mark.parametrize(
    ("path", "resource", "base"),
    [
        ("/api/links/abc", LINK, "/api"),
        ("/links/abc", LINK, ""),
        ("/desk/v1/links/abc/", LINK, "/desk/v1"),
        ("/api/api/health", "/api/health", "/api"),
        ("/api/pages/tickets/1/reply", "/pages/tickets/{ticket_id}/{form}", "/api"),
    ],
)
def test_the_base_is_what_stands_before_the_route(path: str, resource: str, base: str) -> None:
    context = {"path": path, "resourcePath": resource, "domainName": "a1.execute-api.aws.example"}
    assert incoming(context=context).base("") == base


def test_the_base_of_a_public_address_goes_first() -> None:
    context = {"path": "/api/links/abc", "resourcePath": LINK, "domainName": "a1.aws.example"}
    assert incoming(context=context).base("https://help.example/desk/") == "/desk"
    assert incoming(context=context).base("https://help.example") == ""


def test_the_base_behind_an_emulator_is_not_known() -> None:
    assert incoming(context={"path": "/api/links/abc", "resourcePath": LINK}).base("") is None


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        ("Application/JSON; Charset=UTF-8", "application/json"),
        ("", ""),
        (" text/plain ", "text/plain"),
    ],
)
def test_a_media_type_is_read_without_its_parameters(header: str, media_type: str) -> None:
    assert incoming(content_type=header).content_type == media_type


def test_a_body_is_bounded() -> None:
    assert len(incoming(b"x" * LARGEST_BODY).body()) == LARGEST_BODY
    with pytest.raises(PayloadTooLargeError):
        incoming(b"x" * (LARGEST_BODY + 1)).body()
