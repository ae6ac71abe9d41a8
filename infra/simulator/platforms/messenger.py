"""Facebook Messenger: the Graph API's Send API, its errors and what follows a send."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from infra.simulator.memory import Chat, Memory
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
from infra.simulator.platforms.graph import (
    NODE,
    failure,
    is_in_public,
    no_such_object,
    node_of,
    proof_holds,
    token_of,
)
from infra.simulator.platforms.messenger_events import (
    PAGE_INBOX_APP_ID,
    Payload,
    app_id_of,
    fresh_mid,
    from_customer,
    messages_of,
    signed,
    to_customer,
)
from infra.simulator.stack import Account

TEXT_LIMIT = 2000
STANDARD_WINDOW = timedelta(hours=24)
HUMAN_AGENT_WINDOW = timedelta(days=7)


class Messenger(Platform):
    channel: ClassVar = "messenger"
    hosts: ClassVar = frozenset({"graph.facebook.com"})
    # At once a few times, then less and less often; after an hour Meta unsubscribes the page.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=20),
        waits=tuple(timedelta(seconds=wait) for wait in (1, 2, 5, 60, 300, 600, 900, 1700)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "page_access_token": lambda: f"EAA{ids.base64url(80)}"
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: failure(4, "(#4) Application request limit reached", transient=True),
        "server_error": lambda: failure(
            2,
            "An unexpected error has occurred. Please retry your request later.",
            transient=True,
            status=500,
        ),
        "blocked": lambda: failure(551, "(#551) This person isn't available right now.", 1545041),
        "expired_token": lambda: failure(
            190,
            "Error validating access token: Session has expired. "
            "The current time is later than its expiry.",
            463,
        ),
    }

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        if is_in_public(
            request
        ):  # The page's comments have the same token, but aren't played here.
            return None
        token, node = token_of(request), node_of(request)
        by_token = [a for a in accounts if token and token in a.all_secrets("page_access_token")]
        by_page = [a for a in accounts if node and node == a.secret("page_id")]
        return next(iter(by_token + by_page), None)

    def is_send(self, request: ApiRequest) -> bool:
        match = NODE.fullmatch(request.path)
        return request.method == "POST" and match is not None and match["edge"] == "/messages"

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is None or token_of(request) not in account.all_secrets("page_access_token"):
            return failure(190, "Invalid OAuth access token - Cannot parse access token")
        if not proof_holds(request, account):
            return failure(100, "Invalid appsecret_proof provided in the API argument")
        if self.is_send(request):
            return self._send(request, account, memory, now)
        return self._profile(request, account, memory)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return tuple(
            signed(account, from_customer(account, saying, message=message), message["mid"])
            for message in messages_of(saying)
        )

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        postback = {"mid": fresh_mid(), "title": saying.text, "payload": saying.payload}
        event = from_customer(account, saying, postback=postback)
        return (signed(account, event, postback["mid"]),)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        watermark = ids.milliseconds(saying.at.timestamp())
        event = from_customer(account, saying, read={"watermark": watermark})
        return (signed(account, event, str(watermark)),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        message = _echo(fresh_mid(), {"text": saying.text}, PAGE_INBOX_APP_ID)
        return (signed(account, to_customer(account, saying, message=message), message["mid"]),)

    def _send(
        self, request: ApiRequest, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if node_of(request) not in {"me", account.secret("page_id")}:
            return no_such_object(node_of(request))
        parameters = request.parameters()
        user_id = str(_child(parameters, "recipient").get("id") or "")
        if user_id and parameters.get("sender_action"):
            return ApiAnswer(body={"recipient_id": user_id})
        chat = memory.chats.get((self.channel, account.account, user_id), Chat())
        refusal = _refusal(user_id, parameters, chat, now)
        return refusal or _delivered(account, user_id, _child(parameters, "message"), now)

    def _profile(self, request: ApiRequest, account: Account, memory: Memory) -> ApiAnswer:
        user_id = node_of(request)
        chat = memory.chats.get((self.channel, account.account, user_id))
        if request.method != "GET" or chat is None or not chat.name:
            return no_such_object(user_id)
        # Vietnamese names put the family name first; Meta splits at the last word.
        last, _, first = chat.name.rpartition(" ")
        everything = {
            "first_name": first,
            "last_name": last,
            "name": chat.name,
            "profile_pic": f"https://platform-lookaside.fbsbx.com/platform/profilepic/?psid={user_id}",
            "id": user_id,
        }
        wanted = {*request.query.get("fields", "").split(","), "id"} - {""}
        known = wanted if len(wanted) > 1 else set(everything)
        return ApiAnswer(body={k: v for k, v in everything.items() if k in known})


def _refusal(user_id: str, parameters: Payload, chat: Chat, now: datetime) -> ApiAnswer | None:
    message = _child(parameters, "message")
    if not user_id:
        return failure(100, "(#100) The parameter recipient is required")
    if not message.get("text") and not message.get("attachment"):
        return failure(100, "(#100) Empty text")
    if len(str(message.get("text") or "")) > TEXT_LIMIT:
        return failure(
            100, f"(#100) Length of param message[text] must be less than or equal to {TEXT_LIMIT}"
        )
    # Somebody the simulator never heard of may have written by hand: benefit of the doubt.
    if chat.last_message_at and now - chat.last_message_at > _window(parameters):
        return failure(
            10,
            "(#10) This message is sent outside of allowed window. Learn more about the new policy "
            "here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
            2018278,
        )
    return None


def _window(parameters: Payload) -> timedelta:
    tagged = (parameters.get("messaging_type"), parameters.get("tag"))
    return HUMAN_AGENT_WINDOW if tagged == ("MESSAGE_TAG", "HUMAN_AGENT") else STANDARD_WINDOW


def _delivered(account: Account, user_id: str, message: Payload, now: datetime) -> ApiAnswer:
    mid = fresh_mid()
    saying = Saying(external_id=user_id, at=now)
    echo = _echo(mid, message, app_id_of(account))
    receipt = {"mids": [mid], "watermark": ids.milliseconds(now.timestamp())}
    return ApiAnswer(
        body={"recipient_id": user_id, "message_id": mid},
        said=Said(
            id=mid,
            external_id=user_id,
            text=str(message.get("text") or ""),
            attachments=tuple(_shown(message)),
            buttons=tuple(_buttons(message)),
        ),
        webhooks=(
            signed(account, to_customer(account, saying, message=echo), mid),
            signed(account, from_customer(account, saying, delivery=receipt), mid),
        ),
    )


def _echo(mid: str, message: Payload, app_id: int | str) -> Payload:
    echo: Payload = {"mid": mid}
    if message.get("text"):
        echo["text"] = message["text"]
    if message.get("attachment"):
        echo["attachments"] = [message["attachment"]]
    if message.get("metadata"):
        echo["metadata"] = message["metadata"]
    return {**echo, "app_id": app_id, "is_echo": True}


def _shown(message: Payload) -> list[Payload]:
    attachment = _child(message, "attachment")
    url = _child(attachment, "payload").get("url", "")
    return [{"type": str(attachment["type"]), "url": str(url)}] if attachment.get("type") else []


def _buttons(message: Payload) -> list[dict[str, str]]:
    replies = message.get("quick_replies") or []
    return [
        {"title": str(reply.get("title", "")), "payload": str(reply.get("payload", ""))}
        for reply in replies
        if isinstance(reply, dict)
    ]


def _child(parent: Payload, name: str) -> Payload:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}
