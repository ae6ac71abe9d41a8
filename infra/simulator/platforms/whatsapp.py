"""WhatsApp: the Cloud API on the host it shares with Messenger, and what follows a send."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from infra.simulator.memory import Chat, Memory
from infra.simulator.platforms import ids, whatsapp_events
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.platforms.graph import (
    NODE,
    failure,
    no_such_object,
    node_of,
    proof_holds,
    token_of,
)
from infra.simulator.platforms.whatsapp_events import Person, fresh_wamid
from infra.simulator.platforms.whatsapp_media import CAPTIONED, LOOKASIDE, Media
from infra.simulator.platforms.whatsapp_messages import (
    attachments_of,
    buttons_of,
    problem,
    refusal,
    text_of,
)
from infra.simulator.platforms.whatsapp_numbers import Numbers
from infra.simulator.stack import Account

WINDOW = timedelta(hours=24)
BUTTONS = 3
SEEN = 20

Payload = dict[str, Any]


class WhatsApp(Platform):
    channel: ClassVar = "whatsapp"
    hosts: ClassVar = frozenset({"graph.facebook.com", LOOKASIDE})
    # Less and less often, for a week.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=20),
        waits=tuple(timedelta(seconds=min(2**step, 21_600)) for step in range(41)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "access_token": lambda: f"EAA{ids.base64url(80)}",
        "phone_number_id": lambda: ids.digits(15),
        "waba_id": lambda: ids.digits(15),
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: refusal(130429, "Rate limit hit", "Too many messages were sent."),
        "server_error": lambda: refusal(
            131016, "Service unavailable", "A service is temporarily unavailable.", 500
        ),
        # Whoever blocked the account can't be told from who never had WhatsApp.
        "blocked": lambda: refusal(131026, "Message undeliverable", "Unable to deliver message."),
        "expired_token": lambda: failure(
            190,
            "Error validating access token: Session has expired. "
            "The current time is later than its expiry.",
            463,
            status=401,
        ),
    }

    def __init__(self) -> None:
        self._media = Media()
        self._phones: dict[str, str] = {}
        self._numbers = Numbers()

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        token, node = token_of(request), node_of(request)
        by_token = [a for a in accounts if token and token in a.all_secrets("access_token")]
        by_number = [a for a in accounts if node and node == a.secret("phone_number_id")]
        return next(iter(by_token + by_number), None)

    def is_send(self, request: ApiRequest) -> bool:
        return _edge(request) == "/messages" and "status" not in request.parameters()

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is None or token_of(request) not in account.all_secrets("access_token"):
            return failure(
                190, "Invalid OAuth access token - Cannot parse access token", status=401
            )
        if not proof_holds(request, account):
            return failure(100, "Invalid appsecret_proof provided in the API argument")
        if request.host == LOOKASIDE:
            return self._media.download(request, memory)
        return self._node(request, account, memory, now)

    def external_id(self, wanted: str) -> str:
        """Return a business-scoped id; whoever is named by a phone shows that phone."""
        if re.fullmatch(r"[A-Z]{2}\.[0-9A-Za-z]+", wanted):
            return wanted
        user_id = f"VN.{ids.derived_digits(wanted, length=20)}"
        if wanted.isdigit():
            self._phones[user_id] = wanted
        return user_id

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        contents = [
            self._media.content_of(each, "" if number else saying.text, memory)
            for number, each in enumerate(saying.attachments)
        ]
        # A caption rides on the first file, if that can carry one.
        if saying.text and (not contents or contents[0]["type"] not in {*CAPTIONED, "text"}):
            contents.insert(0, {"type": "text", "text": {"body": saying.text}})
        person = self._person(saying)
        return tuple(
            whatsapp_events.message(account, saying, person, **content) for content in contents
        )

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        chat = memory.chats.get((self.channel, account.account, saying.external_id), Chat())
        offers = [each for each in chat.entries if each.buttons]
        offer = offers[-1] if offers else None
        is_list = offer is not None and len(offer.buttons) > BUTTONS
        kind = "list_reply" if is_list else "button_reply"
        reply = {"id": saying.payload, "title": saying.text or saying.payload}
        answering = replace(saying, reply_to_id=saying.reply_to_id or (offer.id if offer else ""))
        interactive = {"type": kind, kind: reply}
        person = self._person(saying)
        webhook = whatsapp_events.message(
            account, answering, person, type="interactive", interactive=interactive
        )
        return (webhook,)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        sent = [entry.id for entry in chat.entries if entry.by == "company"]
        person = self._person(saying)
        return tuple(
            whatsapp_events.status(account, saying, person, wamid, "read") for wamid in sent[-SEEN:]
        )

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        return (whatsapp_events.echo(account, saying, self._person(saying)),)

    def _person(self, saying: Saying) -> Person:
        phone = self._phones.get(saying.external_id, "")
        return Person(saying.external_id, phone, saying.name)

    def _node(
        self, request: ApiRequest, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        node, edge = node_of(request), _edge(request)
        number = account.secret("phone_number_id")
        acts: dict[tuple[str, str, str | None], Callable[[], ApiAnswer]] = {
            ("POST", number, "/messages"): lambda: self._messages(request, account, memory, now),
            ("POST", number, "/media"): lambda: self._media.upload(request, memory),
            ("GET", number, None): lambda: self._numbers.show(request, account),
            ("POST", number, None): lambda: self._numbers.configure(request, account),
            ("POST", account.secret("waba_id"), "/subscribed_apps"): lambda: ApiAnswer(
                body={"success": True}
            ),
        }
        act = acts.get((request.method, node, edge))
        if act:
            return act()
        if request.method == "GET" and edge is None:
            return self._media.place(node, memory)
        return no_such_object(node)

    def _messages(
        self, request: ApiRequest, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        parameters = request.parameters()
        if parameters.get("status") == "read":
            return ApiAnswer(body={"success": True})
        refused = problem(parameters)
        if refused:
            return refused
        # A phone takes precedence over a user id beside it.
        phone = str(parameters.get("to") or "").removeprefix("+")
        user_id = self.external_id(phone) if phone else str(parameters["recipient"])
        chat = memory.chats.get((self.channel, account.account, user_id), Chat())
        return self._taken(account, Person(user_id, phone, chat.name), chat, parameters, now)

    def _taken(
        self, account: Account, person: Person, chat: Chat, parameters: Payload, now: datetime
    ) -> ApiAnswer:
        """Answer that a message was taken: whether it arrives, only its statuses tell."""
        wamid = fresh_wamid()
        known = {"wa_id": person.phone} if person.phone else {"user_id": person.user_id}
        body = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": person.phone or person.user_id, **known}],
            "messages": [{"id": wamid}],
        }
        saying = Saying(external_id=person.user_id, at=now)
        tracker = parameters.get("biz_opaque_callback_data")
        more = {"biz_opaque_callback_data": tracker} if tracker else {}
        if parameters.get("type") != "template" and _is_late(chat, now):
            errors = {"errors": [_LATE]}
            failed = whatsapp_events.status(
                account, saying, person, wamid, "failed", **more, **errors
            )
            return ApiAnswer(body=body, webhooks=(failed,))
        said = Said(
            id=wamid,
            external_id=person.user_id,
            text=text_of(parameters),
            attachments=attachments_of(parameters),
            buttons=buttons_of(parameters),
        )
        webhooks = (
            whatsapp_events.status(account, saying, person, wamid, name, **more)
            for name in ("sent", "delivered")
        )
        return ApiAnswer(body=body, said=said, webhooks=tuple(webhooks))


def _edge(request: ApiRequest) -> str | None:
    match = NODE.fullmatch(request.path)
    return match["edge"] if match else None


def _is_late(chat: Chat, now: datetime) -> bool:
    # Somebody the simulator never heard of may have written by hand: benefit of the doubt.
    return chat.last_message_at is not None and now - chat.last_message_at > WINDOW


_LATE: Payload = {
    "code": 131047,
    "title": "Re-engagement message",
    "message": "Re-engagement message",
    "error_data": {
        "details": "Message failed to send because more than 24 hours have passed since the "
        "customer last replied to this number."
    },
    "href": "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/",
}
