"""Tripadvisor: the newest reviews of one location, in one language, asked for again and again.

There is no webhook and no way to answer but on Tripadvisor's own pages, and nothing that people
wrote may be stored. Set-up and limits: docs/channels/tripadvisor.md.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.tripadvisor.events import events_of, reduced
from chalicelib.errors import (
    InvalidSignatureError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

_LOCATIONS = "https://api.content.tripadvisor.com/api/v1/location"
_LANGUAGE = "vi"


class TripAdvisorAdapter(ChannelAdapter):
    channel: ClassVar[str] = "tripadvisor"
    has_webhook: ClassVar[bool] = False
    label: ClassVar[Mapping[str, str]] = {"vi": "Tripadvisor", "en": "Tripadvisor"}
    capabilities: ClassVar[Capabilities] = Capabilities(text_limit=10_000, answers_elsewhere=True)
    required_secrets: ClassVar[tuple[str, ...]] = ("api_key", "location_id")
    optional_secrets: ClassVar[tuple[str, ...]] = ("language",)
    is_polled: ClassVar[bool] = True

    def verify(self, request: WebhookRequest) -> None:
        raise InvalidSignatureError("tripadvisor has no webhook")

    def parse(self, request: WebhookRequest) -> Parsed:
        """Read again what was kept of one review."""
        return self._read(read_object(request.body))

    def poll_request(self) -> HttpRequest:
        language = str(self.secrets.get("language") or _LANGUAGE)
        query = urlencode({"language": language, "key": self.secret("api_key")})
        location = quote(self.secret("location_id"), safe="")
        return HttpRequest(
            method="GET",
            url=f"{_LOCATIONS}/{location}/reviews?{query}",
            headers={"accept": "application/json"},
        )

    def read_poll(self, response: HttpResponse) -> Parsed:
        answer = _answer_of(response)
        reviews = answer.get("data")
        if not isinstance(reviews, list):
            raise TransientSendError("Tripadvisor's answer is of no shape we know")
        return join(self._read(review) for review in reviews)

    def reply(self, message: OutboundMessage) -> HttpRequest:
        raise PermanentSendError(
            "Tripadvisor takes answers on its own pages only: open the review by its link"
        )

    def read_reply(self, response: HttpResponse) -> str:
        raise PermanentSendError("nothing was sent: Tripadvisor is answered on its own pages")

    def _read(self, review: object) -> Parsed:
        kept: dict[str, Any] = reduced(review) if isinstance(review, dict) else {}
        return read_part(self, write_text(kept), lambda: events_of(self, kept))


def _answer_of(response: HttpResponse) -> dict[str, Any]:
    if response.status in _ACCOUNT:
        words = f"Tripadvisor refused with {response.status}: {_ACCOUNT[response.status]}"
        raise PermanentSendError(words, SendFailure.ACCOUNT)
    if response.is_throttling:
        raise TransientSendError("Tripadvisor's daily budget is spent", retry_after(response))
    answer = read_answer(response)
    if response.is_refusal or "error" in answer:
        raise PermanentSendError(f"Tripadvisor refused with {response.status}")
    return answer


_ACCOUNT = {
    401: "the key is wrong",
    403: "the key is wrong, or this address is not on its list",
    404: "there is no such location",
}
