import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError
from chalicelib.notify import transport as module
from chalicelib.notify.transport import RESPONSE_LIMIT, Transport

# Where a path leads to that only redirects.
PLACES = {
    "moved": "/elsewhere",
    "round": "/round",
    "to-another-host": "https://cdn.example/file",
    "to-a-private-host": "https://169.254.169.254/latest",
    "to-plain-http": "http://cdn.example/file",
}


class Platform(BaseHTTPRequestHandler):
    """Plays any platform: the path says how to answer."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes, int]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.command, self.path, headers, body, self.client_address[1]))
        if self.path.endswith("/hang-up"):
            self.close_connection = True
            return
        place = self.path.rpartition("/")[2]
        if place in PLACES:
            self._answer(302, b"", location=PLACES[place])
        elif place == "drip":
            self._drip()
        elif place == "zipped":
            self._answer(200, b"\x1f\x8b", content_encoding="gzip")
        elif self.path.endswith("/flood"):
            self._answer(200, b"x" * (RESPONSE_LIMIT + 1))
        elif self.path.endswith("/brim"):
            self._answer(200, b"x" * RESPONSE_LIMIT)
        elif self.path.endswith("/busy"):
            self._answer(429, b"{}", retry_after="7")
        else:
            self._answer(200, b'{"ok":true}')

    do_GET = do_POST  # noqa: N815  the name the server looks for

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Platform.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tls_port(server: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The server behind TLS with a certificate for api.example, which every name leads to."""
    certificate = tmp_path / "api.example.pem"
    certificate.write_bytes(_certificate("api.example"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.server_port))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [here])
    monkeypatch.setattr(module, "_is_public", lambda _: True)
    return server.server_port


def _certificate(host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def transport(server: ThreadingHTTPServer) -> Iterator[Transport]:
    transport = Transport(f"http://127.0.0.1:{server.server_port}/platforms")
    yield transport
    transport.close()


def request(url: str, **fields: Any) -> HttpRequest:
    return HttpRequest(method="POST", url=url, **fields)


def test_a_request_reaches_the_simulator_under_its_own_host(transport: Transport) -> None:
    answer = transport.send(
        request(
            "https://graph.facebook.com/v25.0/me/messages?access_token=t%2F1",
            headers={"Authorization": "Bearer t"},
            body=b'{"text":"ch\xc3\xa0o"}',
        )
    )
    method, path, headers, body, _ = Platform.seen[0]
    assert (method, body) == ("POST", b'{"text":"ch\xc3\xa0o"}')
    assert path == "/platforms/graph.facebook.com/v25.0/me/messages?access_token=t%2F1"
    assert (headers["host"], headers["authorization"]) == ("graph.facebook.com", "Bearer t")
    assert (answer.status, answer.body) == (200, b'{"ok":true}')


def test_an_error_of_the_platform_is_an_answer(transport: Transport) -> None:
    answer = transport.send(request("https://api.example/busy"))
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")


def test_the_next_request_uses_the_same_connection(transport: Transport) -> None:
    for _ in range(3):
        transport.send(request("https://api.example/x"))
    ports = [seen[-1] for seen in Platform.seen]
    assert all(one == other for one, other in pairwise(ports))


def test_the_certificate_is_checked_for_the_name_though_the_address_is_called(
    tls_port: int,
) -> None:
    outside = Transport()
    assert outside.send(request(f"https://api.example:{tls_port}/x")).status == 200
    assert Platform.seen[0][2]["host"] == f"api.example:{tls_port}"
    with pytest.raises(TransientSendError):
        outside.send(request(f"https://other.example:{tls_port}/x"))
    assert len(Platform.seen) == 1
    outside.close()


def test_a_redirect_is_not_followed(transport: Transport) -> None:
    with pytest.raises(PermanentSendError):
        transport.send(request("https://api.example/moved"))
    assert len(Platform.seen) == 1


def test_an_answer_over_the_limit_is_refused_and_one_at_the_limit_is_read(
    transport: Transport,
) -> None:
    with pytest.raises(PermanentSendError):
        transport.send(request("https://api.example/flood"))
    assert len(transport.send(request("https://api.example/brim")).body) == RESPONSE_LIMIT


def test_a_connection_cut_off_may_be_tried_again(transport: Transport) -> None:
    with pytest.raises(TransientSendError):
        transport.send(request("https://api.example/hang-up"))
    assert len(Platform.seen) == 1


def test_nobody_listening_may_be_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(TransientSendError):
            Transport(f"http://127.0.0.1:{unused.getsockname()[1]}").send(
                request("https://api.example/x")
            )


def test_a_silent_platform_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = Transport(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(TransientSendError):
            transport.send(request("https://api.example/x"))
        transport.close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "169.254.169.254",
        "10.0.0.8",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]",
        "[fe80::1]",
        "224.0.0.1",
        "2130706433",
    ],
)
def test_a_private_address_is_never_called(host: str) -> None:
    with pytest.raises(PermanentSendError) as caught:
        Transport().send(request(f"https://{host}/x"))
    assert caught.value.reason is SendFailure.ACCOUNT


@pytest.mark.parametrize(
    "url", ["http://api.example/x", "ftp://api.example/x", "https:///x", "https://me@api.example/"]
)
def test_only_plain_https_is_called(url: str) -> None:
    with pytest.raises(PermanentSendError):
        Transport().send(request(url))


def test_a_name_that_leads_to_a_private_address_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(_host: str, port: int, **_: object) -> list[Any]:
        inside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", port))
        outside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))
        return [outside, inside]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(PermanentSendError):
        Transport().send(request("https://rebinding.example/x"))


def test_an_unknown_host_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror("not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(TransientSendError):
        Transport().send(request("https://nowhere.example/x"))


def test_errors_tell_no_token(transport: Transport) -> None:
    with pytest.raises(TransientSendError) as caught:
        transport.send(request("https://api.example/botS3CRET/hang-up"))
    assert "S3CRET" not in str(caught.value)


def fetched(transport: Transport, path: str, limit: int = 100) -> HttpResponse:
    headers = {"authorization": "Bearer t"}
    url = f"https://api.example{path}"
    return transport.fetch(HttpRequest(method="GET", url=url, headers=headers), limit)


def test_a_file_is_fetched_through_redirects(transport: Transport) -> None:
    answer = fetched(transport, "/moved")
    assert answer.status == 200
    assert [seen[1] for seen in Platform.seen] == [
        "/platforms/api.example/moved",
        "/platforms/api.example/elsewhere",
    ]


def test_what_proves_us_stays_with_the_first_host(transport: Transport) -> None:
    fetched(transport, "/to-another-host")
    proofs = [seen[2].get("authorization") for seen in Platform.seen]
    assert proofs == ["Bearer t", None]


def test_redirects_come_to_an_end(transport: Transport) -> None:
    with pytest.raises(PermanentSendError, match="too often"):
        fetched(transport, "/round")
    assert len(Platform.seen) == 4


def test_a_file_over_its_limit_is_not_read_to_the_end(transport: Transport) -> None:
    with pytest.raises(PermanentSendError, match="too long"):
        fetched(transport, "/flood", limit=1000)


@pytest.mark.parametrize("path", ["/to-a-private-host", "/to-plain-http"])
def test_every_redirect_is_checked_as_the_first_address_was(
    tls_port: int, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(module, "_is_public", lambda at: not ip_address(at).is_link_local)
    real = socket.getaddrinfo

    def look_up(host: str, *more: Any, **named: Any) -> Any:
        if host == "169.254.169.254":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 443))]
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    transport = Transport()
    url = f"https://api.example:{tls_port}{path}"
    with pytest.raises(PermanentSendError):
        transport.fetch(HttpRequest(method="GET", url=url), 100)
    transport.close()
    assert len(Platform.seen) == 1


def test_a_server_that_drips_is_left_after_a_while(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOTAL_SECONDS", 0.3)
    with pytest.raises(TransientSendError, match="too long"):
        fetched(transport, "/drip", limit=1000)


def test_an_encoding_nobody_asked_for_is_not_unpacked(transport: Transport) -> None:
    with pytest.raises(PermanentSendError, match="encoding"):
        fetched(transport, "/zipped")


@pytest.mark.parametrize(
    "url", ["https://api.example:99999/x", "https://[::1", "https://" + "a" * 70]
)
def test_what_is_no_address_is_given_up(url: str) -> None:
    with pytest.raises((PermanentSendError, TransientSendError)):
        Transport().fetch(HttpRequest(method="GET", url=url), 100)


@pytest.mark.parametrize(
    "address", ["64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::7f00:1", "192.0.0.192"]
)
def test_ways_around_into_private_networks_are_private(address: str) -> None:
    assert not module._is_public(address)
