"""Tripadvisor's Content API: the newest reviews of a location. Nothing is told, all is asked for.

A customer is a review; its stars are `payload`, a digit, or those the text begins with.
"""

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
    Saying,
    Webhook,
)
from infra.simulator.stack import Account

REVIEWS = re.compile(r"/api/v1/location/(?P<location>[^/]+)/reviews")
STARS = re.compile(r"\s*(?P<full>★{1,5})☆{0,4}\s*")
SHOWN = 5
FORBIDDEN = ApiAnswer(
    status=403,
    body={"Message": "User is not authorized to access this resource with an explicit deny"},
)
MAX_REVIEWS = 500
Payload = dict[str, Any]


class TripAdvisor(Platform):
    channel: ClassVar = "tripadvisor"
    hosts: ClassVar = frozenset({"api.content.tripadvisor.com"})
    retries: ClassVar = Retries(patience=timedelta(seconds=1), waits=())
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "api_key": lambda: ids.hexadecimal(32).upper(),
        "location_id": lambda: ids.digits(7),
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: ApiAnswer(status=429, body={"message": "Limit Exceeded"}),
        "server_error": lambda: ApiAnswer(status=500, body={"message": "Internal server error"}),
        "blocked": lambda: FORBIDDEN,
        "expired_token": lambda: FORBIDDEN,
    }

    def __init__(self) -> None:
        self._reviews: Bounded[tuple[str, str], Payload] = Bounded(MAX_REVIEWS)

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        key = request.query.get("key", "")
        return next((a for a in accounts if key in a.all_secrets("api_key")), None)

    def is_send(self, request: ApiRequest) -> bool:
        """Nothing can be sent; a fault is for the poll."""
        return REVIEWS.fullmatch(request.path) is not None

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is None:
            return FORBIDDEN
        match = REVIEWS.fullmatch(request.path)
        if match is None or match["location"] != account.secret("location_id"):
            return ApiAnswer(status=404, body={"message": "Not Found"})
        language = request.query.get("language", "en")
        found = [
            review
            for (location, _), review in self._reviews.items()
            if location == match["location"] and review["lang"] == language
        ]
        newest = sorted(found, key=lambda review: str(review["published_date"]), reverse=True)
        paging = {"next": "", "previous": "", "results": len(newest[:SHOWN])}
        counted = {**paging, "total_results": len(newest), "skipped": 0}
        return ApiAnswer(body={"data": newest[:SHOWN], "paging": counted})

    def external_id(self, wanted: str) -> str:
        return wanted if wanted.isdigit() else ids.derived_digits(wanted, length=9)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        location = account.secret("location_id")
        review_id = saying.external_id
        rating, text = _rated(saying)
        link = f"https://www.tripadvisor.com/ShowUserReviews-g1-d{location}-r{review_id}"
        self._reviews[location, review_id] = {
            "id": int(review_id),
            "lang": account.secret("language") or "vi",
            "location_id": location,
            "published_date": _time(saying.at),
            "rating": rating,
            "helpful_votes": 0,
            "rating_image_url": f"https://www.tripadvisor.com/img/s{rating}.0.svg",
            "url": f"{link}-Reviews.html",
            "text": text,
            "title": text[:30],
            "trip_type": "Couples",
            "travel_date": saying.at.date().isoformat(),
            "user": {"username": saying.name or "khach", "avatar": {}},
            "subratings": {},
            "is_machine_translated": False,
        }
        return ()

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        """Answer on Tripadvisor's page for owners."""
        review = self._reviews.get((account.secret("location_id"), saying.external_id))
        if review is None:
            return super().agent_says(account, saying)
        review["owner_response"] = {
            "id": int(ids.digits(9)),
            "lang": review["lang"],
            "title": "",
            "text": saying.text,
            "author": "Hoa Mai",
            "published_date": _time(saying.at),
        }
        return ()


def _rated(saying: Saying) -> tuple[int, str]:
    leading = STARS.match(saying.text)
    text = saying.text[leading.end() :] if leading else saying.text
    if saying.payload in {"1", "2", "3", "4", "5"}:
        return int(saying.payload), text
    return len(leading["full"]) if leading else SHOWN, text


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
