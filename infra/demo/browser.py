"""An agent's browser: it opens links of his mails, and sends the forms it finds there."""

from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

PATIENCE = 30


class Browser:
    """One agent's, with his cookies."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=True)

    def open(self, url: str) -> httpx.Response:
        """Look at a page, as mail scanners do too."""
        return self._client.get(url)

    def confirm(self, url: str) -> httpx.Response:
        """Press the one button of the page that a link opens: it posts to its own address."""
        return self._client.post(url)

    def send(self, page: httpx.Response, form: str, typed: Mapping[str, str]) -> httpx.Response:
        """Send a form of a page by the last part of its address; `KeyError` when not there."""
        forms = _Forms()
        forms.feed(page.text)
        found = {address.rpartition("/")[2]: address for address in forms.hidden}
        address = found[form]
        fields = {**forms.hidden[address], **typed}
        return self._client.post(urljoin(str(page.url), address), data=fields)


class _Forms(HTMLParser):
    """Collects the forms of a page: their hidden fields by their address."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.hidden.setdefault(given.get("action", ""), {})
        elif tag == "input" and given.get("type") == "hidden":
            self._fields[given["name"]] = given["value"]
