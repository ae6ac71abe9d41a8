"""An agent's browser finds the forms of the real pages."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from infra.demo.browser import Browser

PAGE = """<form method="post" action="48219370/reply">
<input type="hidden" name="csrf" value="c&amp;1"><input type="hidden" name="form_id" value="f1">
<textarea name="text"></textarea></form>
<form method="post" action="48219370/note">
<input type="hidden" name="csrf" value="c2"><input type="hidden" name="form_id" value="f2"></form>
"""


class Site(BaseHTTPRequestHandler):
    """A link that lets in, and a page with forms behind it."""

    posted: list[tuple[str, str, dict[str, list[str]]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.posted.append((self.path, self.headers.get("Cookie", ""), parse_qs(body)))
        self.send_response(303)
        self.send_header("Set-Cookie", "session=s1; Path=/pages")
        self.send_header("Location", "../pages/48219370")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.posted = []
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_opening_a_link_posts_nothing(site: str) -> None:
    assert Browser().open(f"{site}/links/abc").status_code == 200
    assert Site.posted == []


def test_a_form_is_sent_with_its_hidden_fields_and_the_session(site: str) -> None:
    browser = Browser()
    page = browser.confirm(f"{site}/links/abc")
    browser.send(page, "reply", {"text": "Dạ có ạ"})
    (link, *_), (path, cookie, fields) = Site.posted
    assert link == "/links/abc"
    assert path == "/pages/48219370/reply"
    assert cookie == "session=s1"
    assert fields == {"csrf": ["c&1"], "form_id": ["f1"], "text": ["Dạ có ạ"]}


def test_a_form_that_is_not_there_is_told(site: str) -> None:
    browser = Browser()
    page = browser.confirm(f"{site}/links/abc")
    with pytest.raises(KeyError):
        browser.send(page, "resolve", {})
