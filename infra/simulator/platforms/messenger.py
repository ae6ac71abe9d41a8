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
MOST_QUICK_REPLIES = 13
TITLE_LIMIT = 20
AS_INSTALLED = (
    *("messages", "messaging_postbacks", "message_deliveries", "message_reads"),
    *("message_echoes", "message_reactions", "message_edits", "messaging_handovers", "standby"),
)
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

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        if is_in_public(
            request
        ):  # The page's comments have the same token, but aren't played here.
            return None
        token, node = token_of(request), node_of(request)
        by_token = [a for a in accounts if token and token in a.all_secrets("page_access_token")]
        by_node = [a for a in accounts if node and node in (a.secret("page_id"), _app_of(a))]
        return next(iter(by_token + by_node), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.method == "POST" and _edge_of(request) == "/messages"

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is not None and _edge_of(request) == "/subscriptions":
            return _subscribe_app(request, account)
        if account is None or token_of(request) not in account.all_secrets("page_access_token"):
            return failure(190, "Invalid OAuth access token - Cannot parse access token")
        if not proof_holds(request, account):
            return failure(100, "Invalid appsecret_proof provided in the API argument")
        if self.is_send(request):
            return self._send(request, account, memory, now)
        if _edge_of(request) == "/subscribed_apps":
            return self._page_subscription(request, account)
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
        chat = memory.chats.get((self.channel, account.account, saying.external_id), Chat())
        offered = {b["payload"]: b["title"] for entry in chat.entries for b in entry.buttons}
        if saying.payload in offered:
            # A quick reply is said; only buttons of templates and menus are postbacks.
            mid, reply = fresh_mid(), {"payload": saying.payload}
            message = {"mid": mid, "text": offered[saying.payload], "quick_reply": reply}
            return (signed(account, from_customer(account, saying, message=message), mid),)
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

    def _page_subscription(self, request: ApiRequest, account: Account) -> ApiAnswer:
        page_id = account.secret("page_id")
        if node_of(request) not in {"me", page_id}:
            return no_such_object(node_of(request))
        if request.method == "POST":
            given = {**request.query, **request.parameters()}.get("subscribed_fields")
            fields = given if isinstance(given, list) else str(given or "").split(",")
            self._fields[page_id] = [field for field in fields if field]
            return ApiAnswer(body={"success": True})
        app = {
            "id": account.secret("app_id"),
            "name": account.account,
            "subscribed_fields": self._fields.get(page_id, list(AS_INSTALLED)),
        }
        return ApiAnswer(body={"data": [app]})

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
    wrong = _wrong(message)
    if wrong:
        return failure(100, f"(#100) {wrong}")
    # Somebody the simulator never heard of may have written by hand: benefit of the doubt.
    if chat.last_message_at and now - chat.last_message_at > _window(parameters):
        return failure(
            10,
            "(#10) This message is sent outside of allowed window. Learn more about the new policy "
            "here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
            2018278,
        )
    return None


def _wrong(message: Payload) -> str | None:
    """Return what Meta does not take about a message."""
    if message.get("text") and message.get("attachment"):
        return "Cannot send message with both text and attachment"
    if not _takes(message.get("quick_replies") or []):
        return "Invalid quick_replies"
    if len(str(message.get("text") or "")) > TEXT_LIMIT:
        return f"Length of param message[text] must be less than or equal to {TEXT_LIMIT}"
    return None


def _takes(quick_replies: Sequence[Payload]) -> bool:
    lengths = [len(str(reply.get("title", ""))) for reply in quick_replies]
    return len(lengths) <= MOST_QUICK_REPLIES and all(0 < n <= TITLE_LIMIT for n in lengths)


def _subscribe_app(request: ApiRequest, account: Account) -> ApiAnswer:
    """Answer to an app that names its webhook; its token is its id and its secret."""
    tokens = [f"{account.secret('app_id')}|{each}" for each in account.all_secrets("app_secret")]
    if token_of(request) not in tokens:
        return failure(190, "Invalid OAuth access token - Cannot parse access token")
    given = request.parameters()
    if not all(given.get(name) for name in ("object", "callback_url", "verify_token", "fields")):
        return failure(100, "(#100) Missing parameter")
    if given["verify_token"] not in account.all_secrets("verify_token"):
        return failure(2200, "(#2200) Callback verification failed")
    return ApiAnswer(body={"success": True})


def _app_of(account: Account) -> str:
    return account.secret("app_id")


def _edge_of(request: ApiRequest) -> str:
    match = NODE.fullmatch(request.path)
    return (match["edge"] or "") if match else ""


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
