"""Zalo Official Account: one account of one app, through the consultation API.

Signed with plain SHA-256 over app id, raw body, its timestamp and the OA secret key.
Set-up and limits: docs/channels/zalo.md.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

from chalicelib.channels.base import (
    FILES,
    Capabilities,
    ChannelAdapter,
    Checkup,
    Granted,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    Passage,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object
from chalicelib.channels.parts import read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.channels.signatures import candidates, require_sha256, require_token
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.zalo.composing import consultation, is_picture
from chalicelib.channels.zalo.events import events_of
from chalicelib.channels.zalo.sending import OPEN_API, checkup, message_id, profile
from chalicelib.channels.zalo.tokens import read_tokens, refresh_request
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.messages import Attachment, Surface
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError

_SIGNATURE = "x-zevent-signature"


class ZaloAdapter(ChannelAdapter):
    channel: ClassVar[str] = "zalo"
    label: ClassVar[Mapping[str, str]] = {"vi": "Zalo", "en": "Zalo"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=2000,
        measure=utf16_units,
        reply_window=timedelta(days=7),
        open_window=timedelta(hours=48),
        late_passage=Passage.PAID,
        has_receipts=True,
        names_customer=False,
        takes_files=FILES,
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "app_id",
        "oa_id",
        "oa_secret_key",
        "access_token",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = ("app_secret", "refresh_token")
    keeps_grants: ClassVar[tuple[str, ...]] = ("refresh_token", "access_token")

    def verify(self, request: WebhookRequest) -> None:
        if _is_registration_probe(request):
            return
        signature = request.headers.get(_SIGNATURE, "").removeprefix("mac=")
        app_id, timestamp = self._signed_fields(request.body)
        # One source says the app secret signs; the others, and the console, the OA secret key.
        secrets = candidates(self.secrets, "oa_secret_key", "app_secret")
        require_sha256(secrets, app_id.encode() + request.body + timestamp.encode(), signature)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        if not payload:
            return Parsed()
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return post_json(
            f"{OPEN_API}/v3.0/oa/message/cs",
            consultation(message),
            self._authorization(),
        )

    def takes_file(self, file: Attachment, surface: Surface) -> bool:
        return is_picture(file)

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def profile_request(self, external_id: str) -> HttpRequest:
        data = quote(json.dumps({"user_id": external_id}, separators=(",", ":")))
        return HttpRequest(
            method="GET",
            url=f"{OPEN_API}/v3.0/oa/user/detail?data={data}",
            headers=self._authorization(),
        )

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        name, phone = profile(response)
        return contact_told(self, external_id, now, name=name, phone=phone)

    def exchange_request(self, now: datetime) -> HttpRequest | None:
        """Return the call that uses up the refresh token: one worker at a time may make it."""
        if not self.secrets.get("app_secret") or not self.secrets.get("refresh_token"):
            return None
        return refresh_request(
            self.secret("app_id"), self.secret("app_secret"), self.secret("refresh_token")
        )

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        return read_tokens(response, now)

    def check_request(self, webhook_url: str) -> HttpRequest:
        return HttpRequest(
            method="GET", url=f"{OPEN_API}/v2.0/oa/getoa", headers=self._authorization()
        )

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return checkup(response, self.secret("oa_id"))

    def _signed_fields(self, body: bytes) -> tuple[str, str]:
        """Return app id and timestamp as printed in `body`, which must be of our own app."""
        try:
            payload = read_object(body)
        except MalformedPayloadError as error:
            raise InvalidSignatureError("nothing in the body can be proven") from error
        app_id, timestamp = payload.get("app_id"), payload.get("timestamp")
        if not isinstance(app_id, str) or not isinstance(timestamp, str | int):
            raise InvalidSignatureError("app_id or timestamp is missing")
        require_token(candidates(self.secrets, "app_id"), app_id)
        return app_id, str(timestamp)

    def _authorization(self) -> dict[str, str]:
        return {"access_token": self.secret("access_token")}


def _is_registration_probe(request: WebhookRequest) -> bool:
    """Tell whether this is the console's check of a new URL: `{}` without a signature.

    It claims nothing, so there is nothing to prove: `parse` finds no event in it.
    """
    return request.body.strip() == b"{}" and _SIGNATURE not in request.headers
