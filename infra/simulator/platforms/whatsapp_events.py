"""WhatsApp's webhook: messages, statuses and echoes of the Business app, signed as Meta signs."""

from dataclasses import dataclass
from typing import Any

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Saying, Webhook
from infra.simulator.platforms.graph import escaped_json, signed_headers
from infra.simulator.stack import Account

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: everybody has a business-scoped id; the phone may be hidden."""

    user_id: str
    phone: str = ""
    name: str = ""

    def contact(self) -> Payload:
        shown = {"wa_id": self.phone} if self.phone else {}
        username = {} if self.phone else {"username": self.user_id.lower()}
        profile = {"name": self.name or "Khách", **username}
        return {"profile": profile, **shown, "user_id": self.user_id}

    def party(self, role: str) -> Payload:
        """Return the fields that name the person as `from`, `to` or `recipient`."""
        phone_field = "recipient_id" if role == "recipient" else role
        shown = {phone_field: self.phone} if self.phone else {}
        return {**shown, f"{role}_user_id": self.user_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a webhook tells, before it is wrapped and signed."""

    kind: str
    person: Person
    item: Payload
    webhook_field: str = "messages"


def fresh_wamid() -> str:
    return f"wamid.HBgL{ids.base64url(33)}"


def display_number(account: Account) -> str:
    return f"84{ids.derived_digits(account.secret('phone_number_id'), length=9)}"


def message(account: Account, saying: Saying, person: Person, **content: Any) -> Webhook:
    """Tell of a customer's message; `content` has its `type` and the field of that name."""
    answered = {}
    if saying.reply_to_id:
        answered = {"context": {"from": display_number(account), "id": saying.reply_to_id}}
    item = {
        **answered,
        **person.party("from"),
        "id": fresh_wamid(),
        "timestamp": _seconds(saying),
        **content,
    }
    return signed(account, Told(kind="messages", person=person, item=item))


def echo(account: Account, saying: Saying, person: Person) -> Webhook:
    """Tell of an answer that was written in the WhatsApp Business app."""
    item = {
        "from": display_number(account),
        **person.party("to"),
        "id": fresh_wamid(),
        "timestamp": _seconds(saying),
        "type": "text",
        "text": {"body": saying.text},
    }
    told = Told(kind="message_echoes", person=person, item=item, webhook_field="smb_message_echoes")
    return signed(account, told)


def status(
    account: Account, saying: Saying, person: Person, wamid: str, name: str, **more: Any
) -> Webhook:
    """Tell how far a message came; `more` is what else the status carries."""
    billed = {"billable": False, "pricing_model": "PMP", "category": "service"}
    priced = {} if name == "failed" else {"pricing": {**billed, "type": "free_customer_service"}}
    item = {
        "id": wamid,
        "status": name,
        "timestamp": _seconds(saying),
        **person.party("recipient"),
        **priced,
        **more,
    }
    return signed(account, Told(kind="statuses", person=person, item=item))


def signed(account: Account, told: Told) -> Webhook:
    """Wrap and sign one thing: HMAC under the app secret, over the escaped bytes."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": display_number(account),
            "phone_number_id": account.secret("phone_number_id"),
        },
        "contacts": [told.person.contact()],
        told.kind: [told.item],
    }
    change = {"value": value, "field": told.webhook_field}
    entry = {"id": account.secret("waba_id"), "changes": [change]}
    body = escaped_json({"object": "whatsapp_business_account", "entry": [entry]})
    what = told.item.get("status", told.kind)
    return Webhook(
        event_id=f"{what}:{told.item['id']}",
        message_id=told.item["id"],
        body=body,
        headers=signed_headers(account.secret("app_secret"), body),
    )


def _seconds(saying: Saying) -> str:
    return str(int(saying.at.timestamp()))
