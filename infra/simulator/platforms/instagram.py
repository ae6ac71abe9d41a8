"""Instagram: messages and comments of one account, by either of Meta's logins.

A customer writes a direct message, unless `reply_to_id` is a number: then he comments on the
picture of that id, or with the payload `reply` under the comment of that id.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from infra.simulator.memory import Chat, Entry, Memory
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
    Payload,
    child,
    edge_of,
    failure,
    no_such_object,
    node_of,
    proof_holds,
    subscription,
    token_of,
)
from infra.simulator.platforms.instagram_events import (
    comment,
    fresh_mid,
    from_customer,
    is_in_public,
    messages_of,
    to_customer,
    username,
)
from infra.simulator.platforms.messenger import Messenger
from infra.simulator.stack import Account

TEXT_BYTES = 1000
COMMENT_LIMIT = 300
MOST_QUICK_REPLIES = 13
TITLE_LIMIT = 20
STANDARD_WINDOW = timedelta(hours=24)
HUMAN_AGENT_WINDOW = timedelta(days=7)
PRIVATE_WINDOW = timedelta(days=7)
SIXTY_DAYS = 5184000


class Instagram(Platform):
    channel: ClassVar = "instagram"
    hosts: ClassVar = frozenset({"graph.instagram.com", "graph.facebook.com"})
    retries: ClassVar[Retries] = Messenger.retries
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = Messenger.faults
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "access_token": lambda: f"IGAA{ids.base64url(80)}",
        "account_id": lambda: f"1784{ids.digits(13)}",
        "app_id": lambda: ids.digits(15),
    }

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        token, node = token_of(request), node_of(request)
        by_token = [a for a in accounts if token and token in a.all_secrets("access_token")]
        by_node = [a for a in accounts if node and node == a.secret("account_id")]
        return next(iter(by_token + by_node), None)

    def is_send(self, request: ApiRequest) -> bool:
        return edge_of(request) in {"/messages", "/replies", "/mentions"}

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is None or token_of(request) not in account.all_secrets("access_token"):
            return failure(190, "Invalid OAuth access token - Cannot parse access token")
        if not proof_holds(request, account):
            return failure(100, "Invalid appsecret_proof provided in the API argument")
        if node_of(request) == "refresh_access_token":
            return _renewed(request, account)
        if edge_of(request) == "/subscribed_apps":
            return subscription(request, account, self._fields)
        return _EDGES.get(edge_of(request), _node)(request, account, memory, now)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        if is_in_public(saying.reply_to_id):
            author = {"id": saying.external_id, "username": username(saying.name)}
            is_reply = saying.payload == "reply"
            said = comment(
                account, author, saying.reply_to_id, saying.text, saying.at, is_reply=is_reply
            )
            return (said,)
        return tuple(
            from_customer(account, saying, message["mid"], message=message)
            for message in messages_of(saying)
        )

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        mid = fresh_mid()
        chat = memory.chats.get((self.channel, account.account, saying.external_id), Chat())
        offered = {b["payload"]: b["title"] for entry in chat.entries for b in entry.buttons}
        if saying.payload in offered:
            reply = {"payload": saying.payload}
            message = {"mid": mid, "text": offered[saying.payload], "quick_reply": reply}
            return (from_customer(account, saying, mid, message=message),)
        postback = {"mid": mid, "title": saying.text, "payload": saying.payload}
        return (from_customer(account, saying, mid, postback=postback),)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        """Name the last message of ours, as Instagram has no watermark."""
        ours = [entry.id for entry in chat.entries if entry.by != "customer"]
        seen = [mid for mid in ours if not is_in_public(mid)][-1:]
        return tuple(from_customer(account, saying, mid, read={"mid": mid}) for mid in seen)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        if is_in_public(saying.reply_to_id):
            return (_by_account(account, saying.reply_to_id, saying.text, saying.at),)
        mid = fresh_mid()
        message = {"mid": mid, "text": saying.text, "is_echo": True}
        return (to_customer(account, saying, mid, message=message),)


def _by_account(account: Account, under: str, text: str, at: datetime) -> Webhook:
    author = {"id": account.secret("account_id"), "username": username(account.account)}
    return comment(account, author, under, text, at, is_reply=True)


def _renewed(request: ApiRequest, account: Account) -> ApiAnswer:
    if request.query.get("grant_type") != "ig_refresh_token":
        return failure(100, "Unsupported grant type")
    token = account.secret("access_token")
    return ApiAnswer(body={"access_token": token, "token_type": "bearer", "expires_in": SIXTY_DAYS})


def _send(request: ApiRequest, account: Account, memory: Memory, now: datetime) -> ApiAnswer:
    parameters = request.parameters()
    recipient, message = child(parameters, "recipient"), child(parameters, "message")
    # By Facebook's login only the page has the edge, by Instagram's only the account itself.
    by_instagram = request.host == "graph.instagram.com"
    sender = account.secret("account_id" if by_instagram else "page_id")
    if node_of(request) not in {sender, "me"}:
        return failure(3, "(#3) Application does not have the capability to make this API call.")
    under = str(recipient.get("comment_id") or "")
    user_id, said = (
        memory.said(account.channel, account.account, under)
        if under
        else (str(recipient.get("id") or ""), None)
    )
    chat = memory.chat((account.channel, account.account, user_id)) if user_id else Chat()
    refusal = _wrong(user_id, message) or (
        _private_refusal(under, said, chat, now)
        if under
        else _window_refusal(parameters, chat, now)
    )
    if refusal:
        return refusal
    sent = _sent(message, now, _mark(under) if under else None)
    chat.entries.append(sent)
    return _delivered(account, Saying(external_id=user_id, at=now), message, sent.id)


def _wrong(user_id: str, message: Payload) -> ApiAnswer | None:
    text, replies = str(message.get("text") or ""), message.get("quick_replies") or []
    if not user_id:
        return failure(100, "(#100) The parameter recipient is required")
    if not text and not message.get("attachment"):
        return failure(100, "(#100) Empty text", 2534015)
    if len(text.encode()) > TEXT_BYTES:
        return failure(100, "(#100) Length of param message[text] must be at most 1000 bytes")
    titles = [len(str(reply.get("title", ""))) for reply in replies]
    if len(titles) > MOST_QUICK_REPLIES or any(not 0 < size <= TITLE_LIMIT for size in titles):
        return failure(100, "(#100) Invalid quick_replies")
    return None


def _window_refusal(parameters: Payload, chat: Chat, now: datetime) -> ApiAnswer | None:
    tagged = (parameters.get("messaging_type"), parameters.get("tag"))
    is_human = tagged == ("MESSAGE_TAG", "HUMAN_AGENT")
    window = HUMAN_AGENT_WINDOW if is_human else STANDARD_WINDOW
    # Somebody the simulator never heard of may have written by hand: benefit of the doubt.
    if chat.last_message_at and now - chat.last_message_at > window:
        return failure(10, "(#10) This message is sent outside of allowed window.", 2534022)
    return None


def _private_refusal(under: str, said: Entry | None, chat: Chat, now: datetime) -> ApiAnswer | None:
    if said is not None and now - said.at > PRIVATE_WINDOW:
        return failure(10, "(#10) This message is sent outside of allowed window.", 2534022)
    if any(entry.subject == _mark(under) for entry in chat.entries):
        return failure(10900, "(#10900) Activity already replied to")
    return None


def _sent(message: Payload, now: datetime, subject: str | None) -> Entry:
    attachment = child(message, "attachment")
    shown = {"type": attachment.get("type"), "url": child(attachment, "payload").get("url")}
    return Entry(
        id=fresh_mid(),
        by="company",
        at=now,
        text=str(message.get("text") or ""),
        attachments=[shown] if attachment else [],
        buttons=[
            {"title": str(each["title"]), "payload": str(each.get("payload", ""))}
            for each in message.get("quick_replies") or []
        ],
        subject=subject,
    )


def _delivered(account: Account, saying: Saying, message: Payload, mid: str) -> ApiAnswer:
    """Answer, and echo: as Meta documents it, with neither our app nor our metadata."""
    text, attachment = message.get("text"), message.get("attachment")
    words = {"text": text} if text else {"attachments": [attachment]}
    echo = {"mid": mid, **words, "is_echo": True}
    return ApiAnswer(
        body={"recipient_id": saying.external_id, "message_id": mid},
        webhooks=(to_customer(account, saying, mid, message=echo),),
    )


def _public_answer(
    request: ApiRequest, account: Account, memory: Memory, now: datetime
) -> ApiAnswer:
    parameters = request.parameters()
    text = str(parameters.get("message") or "")
    if not text or len(text) > COMMENT_LIMIT:
        return failure(100, "(#100) The comment is empty or too long")
    named = parameters.get("comment_id") or parameters.get("media_id")
    under = str(named or node_of(request))
    author, _ = memory.said(account.channel, account.account, under)
    written = _by_account(account, under, text, now)
    return ApiAnswer(
        body={"id": written.message_id},
        said=Said(id=written.message_id, external_id=author, text=text),
        webhooks=(written,),
    )


def _node(request: ApiRequest, account: Account, memory: Memory, _: datetime) -> ApiAnswer:
    """Answer to who somebody is, to what a comment says, and to hiding one."""
    node = node_of(request)
    author, entry = memory.said(account.channel, account.account, node)
    if entry is not None and request.method == "POST":
        return ApiAnswer(body={"success": True})
    key = (account.channel, account.account, author)
    chat = memory.chats.get(key)
    if request.method != "GET" or chat is None:
        return no_such_object(node)
    name = username(chat.name)
    if entry is None:
        everything: Payload = {"name": chat.name, "username": name}
    else:
        stamp = f"{entry.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        told = {"text": entry.text, "message": entry.text, "timestamp": stamp}
        everything = {"from": {"id": author, "username": name}, "username": name, **told}
    wanted = request.query.get("fields", "").split(",")
    return ApiAnswer(body={**{k: v for k, v in everything.items() if k in wanted}, "id": node})


_EDGES: Mapping[str, Callable[[ApiRequest, Account, Memory, datetime], ApiAnswer]] = {
    "/messages": _send,
    "/mentions": _public_answer,
    "/replies": _public_answer,
}


def _mark(under: str) -> str:
    return f"private answer to {under}"
