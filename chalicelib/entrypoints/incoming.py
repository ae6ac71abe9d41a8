"""A request for the API or a page, read within bounds and told of Chalice's ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalice.app import Request

from chalicelib.errors import PayloadTooLargeError

LARGEST_BODY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """`headers` are by lower-case name; `_body` is read through `body`, which bounds it."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    context: Mapping[str, object]
    _body: bytes

    @classmethod
    def of(cls, request: Request) -> "Incoming":
        raw = request.raw_body
        return cls(
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query_params or {}),
            context=request.context,
            _body=raw if isinstance(raw, bytes) else raw.encode(),
        )

    def body(self) -> bytes:
        """Raises `PayloadTooLargeError`."""
        if len(self._body) > LARGEST_BODY:
            raise PayloadTooLargeError(f"more than {LARGEST_BODY // 1024} kB")
        return self._body

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_https(self) -> bool:
        return self.headers.get("x-forwarded-proto", "") == "https"

    def base(self, public_url: str) -> str | None:
        """Return the path under which our routes are found, as a browser sees it.

        None when that can't be known: an emulator without domain names may be reached by a
        longer path than the one it tells.
        """
        if public_url:
            return urlsplit(public_url).path.rstrip("/")
        if "domainName" not in self.context:
            return None
        path, resource = str(self.context["path"]), str(self.context["resourcePath"])
        depth = resource.rstrip("/").count("/")
        return "/".join(path.rstrip("/").split("/")[: -depth or None])
