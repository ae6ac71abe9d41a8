"""X-Twilio-Signature: an HMAC over the address that was called and all fields of the form.

SHA-1 under the account's token, or SHA-256 under a shared key of the operator's own.
https://www.twilio.com/docs/usage/security#validating-requests
https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
"""

import base64
import hashlib
import hmac
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qs

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.signatures import require_token
from chalicelib.channels.twilio_sms.forms import Fields, read_form
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError

_URL = re.compile(r"(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^/?#:]*)(?P<port>:\d*)?(?P<rest>.*)")
_PORTS = {"http": ":80", "https": ":443"}
_HASHES = ("sha1", "sha256")


def require_signed(request: WebhookRequest, secrets: Sequence[str]) -> None:
    """Require the signature under one of `secrets`. Raises `InvalidSignatureError`."""
    texts = [text for url in request.urls for text in _texts(url, request.body)]
    ways = itertools.product(secrets, texts, _HASHES)
    given = request.headers.get("x-twilio-signature", "")
    require_token([_signature(*way) for way in ways], given)


def _texts(url: str, body: bytes) -> Iterator[str]:
    """Yield what Twilio may have signed. A body that isn't a form is proven by its digest."""
    digests = parse_qs(url.partition("?")[2]).get("bodySHA256")
    if digests is None:
        tail = _joined(_fields(body))
    elif hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), digests[0].encode()):
        tail = ""
    else:
        return
    yield from (f"{address}{tail}" for address in _addresses(url))


def _addresses(url: str) -> Iterable[str]:
    """Return `url` with its port and without: Twilio has signed either."""
    found = _URL.fullmatch(url)
    if not found:
        return ()
    scheme, host, port, rest = found.groups(default="")
    return (f"{scheme}://{host}{rest}", f"{scheme}://{host}{port or _PORTS[scheme]}{rest}")


def _joined(fields: Fields) -> str:
    """Join names and values in the order of the names; a value said twice counts once."""
    return "".join(f"{name}{value}" for name, value in sorted(set(fields)))


def _fields(body: bytes) -> Fields:
    try:
        return read_form(body)
    except MalformedPayloadError as error:
        raise InvalidSignatureError("the body is nothing that Twilio signs") from error


def _signature(secret: str, text: str, algorithm: str) -> str:
    digest = hmac.digest(secret.encode(), text.encode("utf-8", "replace"), algorithm)
    return base64.b64encode(digest).decode()
