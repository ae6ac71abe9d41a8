"""Calls of the platforms' own APIs over HTTPS: bounded in time and size, outward only."""

import ipaddress
import socket
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 25.0
"""For one answer, or for a file with all its redirects: a function may take 60."""

RESPONSE_LIMIT = 1_000_000

_HTTPS_PORT = 443
_REDIRECTS = range(300, 400)
_MOST_REDIRECTS = 3
_PIECE = 65536

# Leads into private networks by translation, or is not for the public though it is global.
_INWARD = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16", "::/96", "192.0.0.0/24")))


class Transport:
    """Sends requests, over warm connections.

    With `platforms_url` every host is played by a simulator there: `https://host/path` becomes
    `{platforms_url}/host/path`. Without it only public addresses are called, and the connection
    goes to the very address that was checked, so that a second DNS answer changes nothing.
    """

    def __init__(self, platforms_url: str | None = None) -> None:
        self._platforms = urlsplit(platforms_url) if platforms_url else None
        self._pools = urllib3.PoolManager(
            num_pools=20,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,
        )

    def send(self, request: HttpRequest) -> HttpResponse:
        """Return the platform's answer, whatever its status.

        Raises `TransientSendError` when none came, `PermanentSendError` when it may not be
        called or answered with a redirect or a body over `RESPONSE_LIMIT` bytes.
        """
        answer = self._exchange(request, RESPONSE_LIMIT, monotonic() + TOTAL_SECONDS)
        if answer.status in _REDIRECTS:
            raise PermanentSendError("the platform's API moved elsewhere", SendFailure.ACCOUNT)
        return answer

    def fetch(self, request: HttpRequest, limit: int) -> HttpResponse:
        """Return a file of up to `limit` bytes, following redirects, each checked as the first.

        What proves us to one host is told to no other. Raises as `send` does.
        """
        until = monotonic() + TOTAL_SECONDS
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._exchange(request, limit, until)
            place = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not place:
                return answer
            request = _redirected(request, urljoin(request.url, place))
        raise PermanentSendError("redirected too often")

    def _exchange(self, request: HttpRequest, limit: int, until: float) -> HttpResponse:
        try:
            url = urlsplit(request.url)
            pool, target = self._route(url)
            answer = pool.urlopen(
                request.method,
                target,
                body=request.body,
                headers={"Accept-Encoding": "identity", **request.headers, "Host": url.netloc},
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
            return _read(answer, limit, until)
        except HTTPError as error:
            message = f"{urlsplit(request.url).hostname} did not answer: {type(error).__name__}"
            raise TransientSendError(message) from error
        except ValueError as error:
            raise PermanentSendError("no address that can be called") from error

    def close(self) -> None:
        self._pools.clear()

    def _route(self, url: SplitResult) -> tuple[urllib3.HTTPConnectionPool, str]:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        if self._platforms:
            pool = self._pools.connection_from_url(self._platforms.geturl())
            return pool, f"{self._platforms.path.rstrip('/')}/{url.netloc}{path}"
        host, port = _outward(url)
        names = {"server_hostname": host, "assert_hostname": host}
        address = _public_address(host, port)
        return self._pools.connection_from_host(address, port, "https", names), path


def _outward(url: SplitResult) -> tuple[str, int]:
    if url.scheme != "https" or not url.hostname or url.username is not None:
        raise PermanentSendError("only plain https URLs are called", SendFailure.ACCOUNT)
    return url.hostname, url.port or _HTTPS_PORT


def _public_address(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TransientSendError(f"{host} was not found") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(_is_public(address) for address in addresses):
        raise PermanentSendError(f"{host} is a private address", SendFailure.ACCOUNT)
    return addresses[0]


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    judged = mapped or known
    is_inward = any(judged.version == net.version and judged in net for net in _INWARD)
    return judged.is_global and not judged.is_multicast and not is_inward


def _read(answer: "urllib3.BaseHTTPResponse", limit: int, until: float) -> HttpResponse:
    """Return the whole answer, piece by piece: a server that drips holds nobody up for long."""
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        answer.close()
        raise PermanentSendError("an answer in an encoding that was not asked for")
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            answer.close()
            raise PermanentSendError("the platform's answer is too long")
        if monotonic() > until:
            answer.close()
            raise TransientSendError("the platform's answer takes too long")
    answer.release_conn()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return HttpResponse(status=answer.status, headers=headers, body=b"".join(pieces))


def _redirected(request: HttpRequest, url: str) -> HttpRequest:
    is_same_host = urlsplit(url).netloc == urlsplit(request.url).netloc
    return HttpRequest(method="GET", url=url, headers=request.headers if is_same_host else {})
