"""A browser, as far as an agent's pages need one: it keeps cookies and resolves addresses."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

from tests.entrypoints.caller import Answer, send

FORM = "application/x-www-form-urlencoded"


@dataclass
class Browser:
    """`stage` is the path that stands before every route, which only the outside sees."""

    stage: str = "/api"
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)
    at: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        body = urlencode(fields or {}).encode()
        return self._send("POST", path, body, {"content_type": FORM, **headers})

    def follow(self, answer: Answer) -> Answer:
        """Go where a redirect leads, relative to where the browser is."""
        return self.get(answer.header("Location"))

    def submit(self, page: Answer, form: str, **typed: str) -> Answer:
        """Send a form of a page with its hidden fields and what was typed."""
        action, hidden = form_of(page, form)
        return self.post(action, {**hidden, **typed})

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        is_route = path.startswith("/") and not path.startswith(f"{self.stage}/")
        typed = f"{self.stage}{path}" if is_route else path
        address = urlsplit(urljoin(f"https://desk.example{self.at}", typed))
        self.at, query = address.path, address.query
        sent = [
            f"{name}={value}" for (name, scope), value in self.cookies.items() if self._in(scope)
        ]
        inner = self.at.removeprefix(self.stage) + (f"?{query}" if query else "")
        answer = send(method, inner, body, cookie="; ".join(sent), **headers)
        self._keep(answer)
        return answer

    def _in(self, scope: str) -> bool:
        return scope in ("/", self.at) or self.at.startswith(f"{scope}/")

    def _keep(self, answer: Answer) -> None:
        if "Set-Cookie" not in answer.headers:
            return
        pair, *attributes = answer.header("Set-Cookie").split("; ")
        name, _, value = pair.partition("=")
        path = next(one for one in attributes if one.startswith("Path="))
        self.cookies[name, path.removeprefix("Path=")] = value


def form_of(page: Answer, form: str) -> tuple[str, dict[str, str]]:
    """Return where a form of a page is sent, and its hidden fields."""
    found = re.search(rf'<form method="post" action="([^"]*/{form})".*?</form>', page.text, re.S)
    assert found, f"no form {form}"
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return unescape(found[1]), {name: unescape(value) for name, value in hidden}
