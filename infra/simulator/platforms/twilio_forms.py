"""Twilio's webhooks: forms, each signed over the address it goes to."""

import base64
import hashlib
import hmac
import uuid
from urllib.parse import urlencode

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import NotOnThisPlatformError, Saying, Webhook
from infra.simulator.stack import Account

API_VERSION = "2010-04-01"
STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
STARTS = frozenset({"START", "YES", "UNSTOP"})
HELPS = frozenset({"HELP", "INFO"})

_TYPES = {"image": "image/jpeg", "gif": "image/gif", "video": "video/mp4", "audio": "audio/amr"}

Form = dict[str, str]


def our_number(account: Account) -> str:
    """Return the number customers write to; a messaging service has some of its own."""
    sender = account.secret("sender")
    return sender if sender.startswith("+") else f"+1202555{ids.derived_digits(sender, length=4)}"


def service_of(account: Account) -> Form:
    sender = account.secret("sender")
    return {"MessagingServiceSid": sender} if sender.startswith("MG") else {}


def word_of(text: str) -> str:
    return text.strip().upper()


def incoming(account: Account, saying: Saying, memory: Memory) -> Webhook:
    """Return the webhook of one message with all its media, which stay with Twilio."""
    sid = f"{'MM' if saying.attachments else 'SM'}{ids.hexadecimal(32)}"
    account_sid = account.secret("account_sid")
    media: Form = {}
    for place, attachment in enumerate(saying.attachments):
        if attachment.type not in _TYPES and attachment.type != "file":
            raise NotOnThisPlatformError(f"a text message carries no {attachment.type}")
        media_sid = f"ME{ids.hexadecimal(32)}"
        memory.files[media_sid] = attachment.content or attachment.url.encode()
        path = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{sid}/Media/{media_sid}"
        media[f"MediaContentType{place}"] = _TYPES.get(attachment.type, "application/pdf")
        media[f"MediaUrl{place}"] = f"https://api.twilio.com{path}"
    form = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": str(len(saying.attachments)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": saying.text,
        "FromCountry": "VN",
        "To": our_number(account),
        **service_of(account),
        **_opt_out_type(account, saying.text),
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": account_sid,
        "From": saying.external_id,
        **media,
        "ApiVersion": API_VERSION,
    }
    return signed(account, sid, f"received:{sid}", form, account.webhook_url)


def status(account: Account, sid: str, to: str, state: str, url: str) -> Webhook:
    """Return the webhook of one more step that a message of ours made."""
    form = {
        "SmsSid": sid,
        "SmsStatus": state,
        "MessageStatus": state,
        "To": to,
        **service_of(account),
        "MessageSid": sid,
        "AccountSid": account.secret("account_sid"),
        "From": our_number(account),
        "ApiVersion": API_VERSION,
    }
    return signed(account, sid, f"{state}:{sid}", form, url)


def signed(account: Account, sid: str, event_id: str, form: Form, url: str) -> Webhook:
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.digest(account.secret("auth_token").encode(), text.encode(), hashlib.sha1)
    return Webhook(
        event_id=event_id,
        message_id=sid,
        body=urlencode(form).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
        },
        url=url,
    )


def _opt_out_type(account: Account, text: str) -> Form:
    """Advanced Opt-Out, which only messaging services have, says what it made of a word."""
    words = {"STOP": STOPS, "START": STARTS, "HELP": HELPS}
    kinds = [kind for kind, known in words.items() if word_of(text) in known]
    return {"OptOutType": kinds[0]} if kinds and service_of(account) else {}
