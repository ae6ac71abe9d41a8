"""What Meta's products share: Graph errors, access tokens, escaped and signed webhooks."""

import hashlib
import hmac
import json
import re
from typing import Any

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import ApiAnswer, ApiRequest
from infra.simulator.stack import Account

NODE = re.compile(r"/(?:v\d+\.\d+/)?(?P<node>[^/]+)(?P<edge>/[a-z_]+)?")
COMMENT = re.compile(r"\d+_\d+")
PUBLIC_EDGES = frozenset({"/comments", "/mentions", "/replies"})
Payload = dict[str, Any]


def failure(
    code: int,
    message: str,
    subcode: int | None = None,
    *,
    transient: bool = False,
    status: int = 400,
) -> ApiAnswer:
    error: Payload = {"message": message, "type": "OAuthException"}
    if transient:
        error["is_transient"] = True
    error["code"] = code
    if subcode is not None:
        error["error_subcode"] = subcode
    error["fbtrace_id"] = f"A{ids.base64url(16)}"
    return ApiAnswer(status=status, body={"error": error})


def no_such_object(object_id: str) -> ApiAnswer:
    return failure(
        100,
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation.",
        33,
    )


def token_of(request: ApiRequest) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    in_body = request.parameters().get("access_token", "")
    return request.query.get("access_token") or str(in_body)


def proof_holds(request: ApiRequest, account: Account) -> bool:
    proof = request.query.get("appsecret_proof") or request.parameters().get("appsecret_proof")
    if not proof:
        return True
    secret = account.secret("app_secret").encode()
    expected = hmac.new(secret, token_of(request).encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(str(proof).encode(), expected.encode())


def node_of(request: ApiRequest) -> str:
    match = NODE.fullmatch(request.path)
    return match["node"] if match else ""


def escaped_json(document: Payload) -> bytes:
    r"""Return JSON as Meta writes it: `\uXXXX` in lower case for all but ASCII, and `\/`."""
    # A slash can only stand inside a string: JSON's own syntax has none.
    return json.dumps(document, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def signed_headers(app_secret: str, body: bytes) -> dict[str, str]:
    """Return a webhook's headers; the SHA-1 one is Meta's older signature, still sent."""
    secret = app_secret.encode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": f"sha1={hmac.new(secret, body, hashlib.sha1).hexdigest()}",
        "X-Hub-Signature-256": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}",
    }


def edge_of(request: ApiRequest) -> str:
    match = NODE.fullmatch(request.path)
    return (match["edge"] or "") if match else ""


def child(parent: Payload, name: str) -> Payload:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def is_in_public(request: ApiRequest) -> bool:
    """Whether a call is about a comment or a post, be it a private answer to one."""
    recipient = child(request.parameters(), "recipient")
    return (
        edge_of(request) in PUBLIC_EDGES
        or COMMENT.fullmatch(node_of(request)) is not None
        or bool({"comment_id", "post_id"} & recipient.keys())
    )


def subscription(request: ApiRequest, account: Account, fields: dict[str, list[str]]) -> ApiAnswer:
    """Answer to the edge `subscribed_apps`; `fields` is what each node was subscribed to."""
    node = node_of(request)
    if request.method == "POST":
        given = request.query.get("subscribed_fields") or request.parameters().get(
            "subscribed_fields", ""
        )
        fields[node] = [field for field in str(given).split(",") if field]
        return ApiAnswer(body={"success": True})
    app = {"id": account.secret("app_id"), "subscribed_fields": fields.get(node, [])}
    return ApiAnswer(body={"data": [app] if node in fields else []})


def subscribed_app(request: ApiRequest, account: Account) -> ApiAnswer:
    """Answer to an app that names its webhook; its token is its id and its secret."""
    tokens = [f"{account.secret('app_id')}|{each}" for each in account.all_secrets("app_secret")]
    if token_of(request) not in tokens:
        return failure(190, "Invalid OAuth access token - Cannot parse access token")
    if request.parameters().get("verify_token") not in account.all_secrets("verify_token"):
        return failure(2200, "(#2200) Callback verification failed")
    return ApiAnswer(body={"success": True})


def outside_window() -> ApiAnswer:
    return failure(
        10,
        "(#10) This message is sent outside of allowed window. Learn more about the new policy "
        "here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
        2018278,
    )
