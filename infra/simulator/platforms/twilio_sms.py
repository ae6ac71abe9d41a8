"""Twilio: its messages API, its errors, the media it keeps and the steps of a message."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from infra.simulator.memory import Memory
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
from infra.simulator.platforms.twilio_forms import (
    API_VERSION,
    STARTS,
    STOPS,
    incoming,
    our_number,
    service_of,
    status,
    word_of,
)
from infra.simulator.stack import Account

TEXT_LIMIT = 1600
MEDIA_HOST = "mms.twiliocdn.com"
ACCOUNT = re.compile(rf"/{API_VERSION}/Accounts/(?P<sid>AC[0-9a-f]+)(?P<rest>[/.].*)?")
MEDIA = re.compile(r"/Messages/[A-Z0-9a-f]+/Media/(?P<sid>ME[0-9a-f]+)")
SERVICE = re.compile(r"/v1/Services/(?P<sid>MG[0-9a-f]+)")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")

Payload = dict[str, Any]


class TwilioSms(Platform):
    channel: ClassVar = "twilio_sms"
    hosts: ClassVar = frozenset({"api.twilio.com", "messaging.twilio.com", MEDIA_HOST})
    # As the page of the channel has it set: `#rc=5&rp=all` behind the address.
    retries: ClassVar = Retries(patience=timedelta(seconds=15), waits=(timedelta(seconds=1),) * 5)
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "account_sid": lambda: f"AC{ids.hexadecimal(32)}",
        "sender": lambda: f"MG{ids.hexadecimal(32)}",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _failure(20429, "Too Many Requests", 429),
        "server_error": lambda: _failure(20500, "Internal Server Error", 500),
        "blocked": lambda: _failure(21610, "Attempt to send to unsubscribed recipient"),
        "expired_token": lambda: _failure(20003, "Authenticate", 401),
    }

    def __init__(self) -> None:
        self._stopped: set[tuple[str, str]] = set()
        self._services: dict[str, Payload] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        """Several accounts of ours may be numbers of one account of Twilio's."""
        form = _form(request)
        named = {form.get("From"), form.get("MessagingServiceSid"), _service_sid(request)}
        sid = _account_sid(request) or _user(request)[0]
        owned = [a for a in accounts if sid and sid == a.secret("account_sid")]
        return next((a for a in owned if a.secret("sender") in named), next(iter(owned), None))

    def is_send(self, request: ApiRequest) -> bool:
        return request.method == "POST" and request.path.endswith("/Messages.json")

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.host == MEDIA_HOST:
            return _download(request.path.rpartition("/")[2], memory)
        if account is None or not _is_authentic(request, account):
            return _failure(20003, "Authenticate", 401)
        if request.host == "messaging.twilio.com":
            return self._service(request, account)
        match = ACCOUNT.fullmatch(request.path)
        return self._of_account(request, account, (match["rest"] or "") if match else "", now)

    def _of_account(
        self, request: ApiRequest, account: Account, rest: str, now: datetime
    ) -> ApiAnswer:
        if media := MEDIA.fullmatch(rest):
            location = f"https://{MEDIA_HOST}/{account.secret('account_sid')}/{media['sid']}"
            return ApiAnswer(body=b"", status=307, headers={"location": location})
        if rest == "/Messages.json" and request.method == "POST":
            return self._send(request, account, now)
        if rest == "/IncomingPhoneNumbers.json":
            return _numbers(request, account)
        if rest == ".json":
            return ApiAnswer(body={"sid": account.secret("account_sid"), "status": "active"})
        return _failure(20404, "The requested resource was not found", 404)

    def external_id(self, wanted: str) -> str:
        if NUMBER.fullmatch(wanted):
            return wanted
        return f"+849{ids.derived_digits(wanted, length=8)}"

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        told = incoming(account, saying, memory)
        key = account.account, saying.external_id
        if word_of(saying.text) in STOPS:
            self._stopped.add(key)
        elif word_of(saying.text) in STARTS:
            self._stopped.discard(key)
        return (told,)

    def _send(self, request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        form, media = dict(pairs), [value for name, value in pairs if name == "MediaUrl"]
        to, text = form.get("To", ""), form.get("Body", "")
        if refused := self._refusal(account, form, media):
            return refused
        sid = f"{'MM' if media else 'SM'}{ids.hexadecimal(32)}"
        # A messaging service knows by itself whom to tell.
        told = form.get("StatusCallback") or (account.webhook_url if service_of(account) else "")
        steps = ("sent", "delivered") if told else ()
        return ApiAnswer(
            status=201,
            body=_message(account, sid, form, len(media), now),
            said=Said(
                id=sid,
                external_id=to,
                text=text,
                attachments=tuple({"type": "file", "url": url} for url in media),
            ),
            webhooks=tuple(status(account, sid, to, step, told) for step in steps),
        )

    def _refusal(
        self, account: Account, form: Mapping[str, str], media: Sequence[str]
    ) -> ApiAnswer | None:
        to, text = form.get("To", ""), form.get("Body", "")
        sender = form.get("MessagingServiceSid") or form.get("From", "")
        is_owned = sender == account.secret("sender")
        is_stopped = (account.account, to) in self._stopped
        checks = (
            (not to, 21604, "A 'To' phone number is required."),
            (not NUMBER.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to[:6]}XXXX"),
            (not sender, 21603, "A 'From' phone number is required."),
            (not is_owned, 21606, "The From phone number is not a valid, SMS-capable number"),
            (not text.strip() and not media, 21602, "Message body is required."),
            (len(text) > TEXT_LIMIT, 21617, "The message body exceeds the 1600 character limit"),
            (is_stopped, 21610, "Attempt to send to unsubscribed recipient"),
        )
        return next((_failure(code, words) for is_wrong, code, words in checks if is_wrong), None)

    def _service(self, request: ApiRequest, account: Account) -> ApiAnswer:
        sid = _service_sid(request)
        if sid is None or sid != account.secret("sender"):
            return _failure(20404, "The requested resource was not found", 404)
        as_installed = {
            "InboundRequestUrl": account.webhook_url,
            "StatusCallback": account.webhook_url,
            "UseInboundWebhookOnNumber": "false",
        }
        service = self._services.setdefault(sid, as_installed)
        if request.method == "POST":
            service.update(_form(request))
        body = {
            "sid": sid,
            "account_sid": account.secret("account_sid"),
            "inbound_request_url": service["InboundRequestUrl"],
            "status_callback": service["StatusCallback"],
            "use_inbound_webhook_on_number": service["UseInboundWebhookOnNumber"] == "true",
        }
        return ApiAnswer(body=body)


def _failure(code: int, message: str, http_status: int = 400) -> ApiAnswer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": http_status}
    return ApiAnswer(status=http_status, body=body)


def _form(request: ApiRequest) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _account_sid(request: ApiRequest) -> str | None:
    match = ACCOUNT.fullmatch(request.path)
    return match["sid"] if match else None


def _service_sid(request: ApiRequest) -> str | None:
    match = SERVICE.fullmatch(request.path)
    return match["sid"] if match else None


def _user(request: ApiRequest) -> tuple[str, str]:
    """Return user and password of basic authentication, empty when there are none."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(given).decode().partition(":")
    except ValueError:
        return "", ""
    return (user, password) if scheme.lower() == "basic" else ("", "")


def _is_authentic(request: ApiRequest, account: Account) -> bool:
    user, password = _user(request)
    is_known = password in account.all_secrets("auth_token")
    return user == account.secret("account_sid") and is_known


def _message(
    account: Account, sid: str, form: Mapping[str, str], media: int, now: datetime
) -> Payload:
    account_sid = account.secret("account_sid")
    path = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{sid}"
    is_of_service = "MessagingServiceSid" in form
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": form.get("Body", ""),
        "date_created": format_datetime(now),
        "date_sent": None,
        "date_updated": format_datetime(now),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None if is_of_service else form["From"],
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": str(media),
        "num_segments": "0" if is_of_service else "1",
        "price": None,
        "price_unit": None,
        "sid": sid,
        "status": "accepted" if is_of_service else "queued",
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": form["To"],
        "uri": f"{path}.json",
    }


def _numbers(request: ApiRequest, account: Account) -> ApiAnswer:
    number = {"phone_number": our_number(account), "sms_url": account.webhook_url}
    is_asked = request.query.get("PhoneNumber") == number["phone_number"]
    return ApiAnswer(body={"incoming_phone_numbers": [number] if is_asked else []})


def _download(sid: str, memory: Memory) -> ApiAnswer:
    content = memory.files.get(sid)
    if content is None:
        return ApiAnswer(status=404, body=b"")
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})
