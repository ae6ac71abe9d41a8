"""Google Business Profile: reviews, their answers, Pub/Sub's signed pushes and OAuth.

A person has one review: who writes again changes it. Its stars are `payload`, a digit, or the
stars that the text begins with ("★☆☆☆☆ Giao chậm"); without any there are five.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from infra.simulator.memory import Bounded, Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.stack import Account

KEYS = ("www.googleapis.com", "/oauth2/v3/certs")
TOKENS = ("oauth2.googleapis.com", "/token")
REVIEW = re.compile(r"/v4/(?P<name>accounts/[^/]+/locations/[^/]+/reviews/[^/]+)(?P<reply>/reply)?")
SETTING = re.compile(r"/v1/(?P<business>accounts/[^/]+)/notificationSetting")
STARS = re.compile(r"\s*(?P<full>★{1,5})☆{0,4}\s*")
RATINGS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")
BUSINESS, LOCATION = "accounts/111222333444", "locations/5566778899"
LONGEST_BYTES = 4096
MAX_REVIEWS = 2000
Payload = dict[str, Any]


class GoogleReviews(Platform):
    channel: ClassVar = "google_reviews"
    hosts: ClassVar = frozenset(
        {
            "mybusiness.googleapis.com",
            "mybusinessnotifications.googleapis.com",
            "oauth2.googleapis.com",
            "www.googleapis.com",
        }
    )
    # Until acknowledged, less and less often up to ten minutes, for a week; here an hour of it.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=10),
        waits=tuple(timedelta(seconds=min(10 * 2**step, 600)) for step in range(12)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "client_id": lambda: f"{ids.digits(12)}-{ids.hexadecimal(32)}.apps.googleusercontent.com",
        "client_secret": lambda: f"GOCSPX-{ids.base64url(21)}",
        "refresh_token": lambda: f"1//{ids.base64url(75)}",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: failure(429, "RESOURCE_EXHAUSTED", "Quota exceeded."),
        "server_error": lambda: failure(503, "UNAVAILABLE", "The service is unavailable."),
        "blocked": lambda: failure(404, "NOT_FOUND", "Requested entity was not found."),
        "expired_token": lambda: failure(
            401, "UNAUTHENTICATED", "Request had invalid authentication credentials."
        ),
    }

    def __init__(self) -> None:
        self._signer = _Signer()
        self._reviews: Bounded[str, Payload] = Bounded(MAX_REVIEWS)
        self._settings: dict[str, Payload] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        if (request.host, request.path) == TOKENS:
            token = request.parameters().get("refresh_token", "")
            return next((a for a in accounts if token in a.all_secrets("refresh_token")), None)
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        return next((a for a in accounts if bearer == _access_token(a)), None)

    def is_send(self, request: ApiRequest) -> bool:
        match = REVIEW.fullmatch(request.path)
        return request.method == "PUT" and match is not None and match["reply"] is not None

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if (request.host, request.path) == KEYS:
            return ApiAnswer(body=self._signer.key_document())
        if (request.host, request.path) == TOKENS:
            return _exchange(request.parameters(), account)
        if account is None:
            return self.faults["expired_token"]()
        setting = SETTING.fullmatch(request.path)
        return self._setting(request, setting[1]) if setting else self._review(request, now)

    def _review(self, request: ApiRequest, now: datetime) -> ApiAnswer:
        match = REVIEW.fullmatch(request.path)
        review = self._reviews.get(match["name"]) if match else None
        if match is None or review is None:
            return self.faults["blocked"]()
        if self.is_send(request):
            return _replied(review, str(request.parameters().get("comment") or ""), now)
        return ApiAnswer(body=review)

    def external_id(self, wanted: str) -> str:
        return re.sub(r"[^A-Za-z0-9_-]", "_", wanted)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        name = _name(account, saying.external_id)
        known = self._reviews.get(name)
        rating, comment = _rated(saying)
        review: Payload = {
            "name": name,
            "reviewId": saying.external_id,
            "reviewer": {
                "displayName": saying.name or "A Google User",
                **({} if saying.name else {"isAnonymous": True}),
            },
            "starRating": RATINGS[rating - 1],
            "createTime": known["createTime"] if known else _time(saying.at),
            "updateTime": _time(saying.at),
        }
        if comment:
            review["comment"] = comment
        if known and "reviewReply" in known:
            review["reviewReply"] = known["reviewReply"]
        self._reviews[name] = review
        return (self._push(account, "UPDATED_REVIEW" if known else "NEW_REVIEW", name, saying.at),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        """Answer on Google; that is told only when the review itself changes, so it does."""
        name = _name(account, saying.external_id)
        review = self._reviews.get(name)
        if review is None:
            return super().agent_says(account, saying)
        review["reviewReply"] = {"comment": saying.text, "updateTime": _time(saying.at)}
        return (self._push(account, "UPDATED_REVIEW", name, saying.at),)

    def _push(self, account: Account, kind: str, name: str, at: datetime) -> Webhook:
        notification = {
            "type": kind,
            "reviewName": name,
            "locationName": name.partition("/reviews/")[0],
        }
        message_id = ids.digits(16)
        message = {
            "data": base64.b64encode(json.dumps(notification).encode()).decode(),
            "messageId": message_id,
            "message_id": message_id,
            "publishTime": _time(at),
            "publish_time": _time(at),
            "attributes": {},
        }
        push = {"message": message, "subscription": "projects/hoa-mai/subscriptions/reviews"}
        return Webhook(
            event_id=message_id,
            message_id=name.rpartition("/")[2],
            body=json.dumps(push).encode(),
            headers={
                "Content-Type": "application/json",
                "User-Agent": "CloudPubSub-Google",
                "Authorization": f"Bearer {self._signer.token(account)}",
            },
        )

    def _setting(self, request: ApiRequest, business: str) -> ApiAnswer:
        if request.method == "PATCH":
            self._settings[business] = request.parameters()
        name = f"{business}/notificationSetting"
        return ApiAnswer(body={"name": name, **self._settings.get(business, {})})


class _Signer:
    """Google's key, made when first needed: the stack gets it at Google's own address."""

    def __init__(self) -> None:
        self._key: Any = None
        self._kid = ids.hexadecimal(40)

    def token(self, account: Account) -> str:
        import jwt

        # The proof is of now, whenever its news is from.
        issued = int(datetime.now(UTC).timestamp())
        claims = {
            "aud": account.secret("audience"),
            "azp": "100000000000000000001",
            "email": account.secret("service_account"),
            "email_verified": True,
            "exp": issued + 3600,
            "iat": issued,
            "iss": "https://accounts.google.com",
            "sub": "100000000000000000001",
        }
        return jwt.encode(claims, self._private_key(), "RS256", {"kid": self._kid})

    def key_document(self) -> Payload:
        from jwt.algorithms import RSAAlgorithm

        public = json.loads(RSAAlgorithm.to_jwk(self._private_key().public_key()))
        return {"keys": [{**public, "kid": self._kid, "alg": "RS256", "use": "sig"}]}

    def _private_key(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric import rsa

        if self._key is None:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key


def failure(code: int, status: str, message: str) -> ApiAnswer:
    error = {"code": code, "message": message, "status": status}
    return ApiAnswer(status=code, body={"error": error})


def _exchange(form: Payload, account: Account | None) -> ApiAnswer:
    if account is None:
        body = {"error": "invalid_grant", "error_description": "Bad Request"}
        return ApiAnswer(status=400, body=body)
    given = (form.get("client_id"), form.get("client_secret"))
    if given != (account.secret("client_id"), account.secret("client_secret")):
        body = {"error": "invalid_client", "error_description": "Unauthorized"}
        return ApiAnswer(status=401, body=body)
    if form.get("grant_type") != "refresh_token":
        return ApiAnswer(status=400, body={"error": "unsupported_grant_type"})
    return ApiAnswer(
        body={
            "access_token": _access_token(account),
            "expires_in": 3599,
            "scope": "https://www.googleapis.com/auth/business.manage",
            "token_type": "Bearer",
        }
    )


def _access_token(account: Account) -> str:
    return f"ya29.{ids.derived_digits('access', account.secret('refresh_token'), length=40)}"


def _replied(review: Payload, comment: str, now: datetime) -> ApiAnswer:
    if not comment.strip() or len(comment.encode()) > LONGEST_BYTES:
        return failure(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
    reply = {"comment": comment, "updateTime": _time(now)}
    review["reviewReply"] = reply
    said = Said(id=f"reply-{_time(now)}", external_id=review["reviewId"], text=comment)
    return ApiAnswer(body=reply, said=said)


def _name(account: Account, review_id: str) -> str:
    return f"{account.secret('business') or BUSINESS}/{LOCATION}/reviews/{review_id}"


def _rated(saying: Saying) -> tuple[int, str]:
    leading = STARS.match(saying.text)
    text = saying.text[leading.end() :] if leading else saying.text
    if saying.payload in {"1", "2", "3", "4", "5"}:
        return int(saying.payload), text
    return len(leading["full"]) if leading else len(RATINGS), text


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
