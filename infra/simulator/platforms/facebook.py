"""A Facebook page's comments, visitors' posts and reviews, at the Graph API's host.

A customer comments on the page's one post, or under `reply_to_id`. `payload` makes it something
else: a `post` on the page, a `review`, or `edited` and `remove` for what `reply_to_id` names.
Who has no name is not told in the webhook, nor is a sticker: both have to be looked up.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from infra.simulator.memory import Entry, Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    Attachment,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.platforms.facebook_feed import (
    author_of,
    changed,
    comment,
    fresh_comment_id,
    fresh_post_id,
    page_of,
    post_of,
    shown,
    standing_post_id,
)
from infra.simulator.platforms.graph import (
    Payload,
    child,
    edge_of,
    failure,
    no_such_object,
    node_of,
    outside_window,
    proof_holds,
    subscribed_app,
    subscription,
    token_of,
)
from infra.simulator.platforms.messenger import Messenger
from infra.simulator.platforms.messenger_events import app_id_of, fresh_mid, signed, to_customer
from infra.simulator.stack import Account

TEXT_LIMIT = 8000
PRIVATE_LIMIT = 2000
PRIVATE_WINDOW = timedelta(days=7)


class Facebook(Platform):
    channel: ClassVar = "facebook"
    hosts: ClassVar = frozenset({"graph.facebook.com"})
    retries: ClassVar[Retries] = Messenger.retries
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = Messenger.faults
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = Messenger.made_up

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        token, node = token_of(request), node_of(request)
        by_token = [a for a in accounts if token and token in a.all_secrets("page_access_token")]
        by_node = [a for a in accounts if node in {a.secret("page_id"), a.secret("app_id")}]
        return next(iter(by_token + by_node), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.method == "POST" and edge_of(request) in {"/comments", "/messages"}

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        edge = edge_of(request)
        if account is not None and edge == "/subscriptions":
            return subscribed_app(request, account)
        if account is None or token_of(request) not in account.all_secrets("page_access_token"):
            return failure(190, "Invalid OAuth access token - Cannot parse access token")
        if not proof_holds(request, account):
            return failure(100, "Invalid appsecret_proof provided in the API argument")
        if edge == "/subscribed_apps":
            return subscription(request, account, self._fields)
        return _EDGES.get(edge, _node)(request, account, memory, now)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        if saying.payload in _CHANGES:
            return (_CHANGES[saying.payload](account, saying),)
        under = saying.reply_to_id or standing_post_id(account)
        firsts = [(saying.text, next(iter(saying.attachments), None))]
        rest = [("", attachment) for attachment in saying.attachments[1:]]
        return tuple(_comment(account, saying, under, *each) for each in firsts + rest)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        under = saying.reply_to_id or standing_post_id(account)
        said_id = fresh_comment_id(post_of(account, under))
        told = {"comment_id": said_id, "message": saying.text}
        value = comment(account, page_of(account), under, **told)
        return (changed(account, value, said_id, saying.at),)


def _comment(
    account: Account, saying: Saying, under: str, text: str, attachment: Attachment | None
) -> Webhook:
    said_id = fresh_comment_id(post_of(account, under))
    words = {"message": text} if text else {}
    told = {"comment_id": said_id, **words, **shown(attachment)}
    value = comment(account, author_of(saying), under, **told)
    return changed(account, value, said_id, saying.at)


def _post(account: Account, saying: Saying) -> Webhook:
    post_id = fresh_post_id(account)
    author = author_of(saying)
    pictures = [each.url for each in saying.attachments if each.type == "image"]
    value = {
        **({"from": author} if author else {}),
        **({"photos": pictures} if pictures else {}),
        "message": saying.text,
        "post_id": post_id,
        "item": "status",
        "published": 1,
        "verb": "add",
    }
    return changed(account, value, post_id, saying.at)


def _review(account: Account, saying: Saying) -> Webhook:
    story_id = ids.digits(16)
    value = {
        "item": "rating",
        "verb": "add",
        "reviewer_id": saying.external_id,
        "reviewer_name": saying.name,
        "recommendation_type": "NEGATIVE",
        "review_text": saying.text,
        "open_graph_story_id": story_id,
    }
    return changed(account, value, story_id, saying.at, "ratings")


def _edited(account: Account, saying: Saying) -> Webhook:
    return _change(account, saying, "edited", {"message": saying.text})


def _removed(account: Account, saying: Saying) -> Webhook:
    return _change(account, saying, "remove", {})


def _change(account: Account, saying: Saying, verb: str, told: Payload) -> Webhook:
    said_id, author = saying.reply_to_id, author_of(saying)
    told = {"comment_id": said_id, "verb": verb, **told}
    value = comment(account, author, post_of(account, said_id), **told)
    return changed(account, value, said_id, saying.at)


_CHANGES: Mapping[str, Callable[[Account, Saying], Webhook]] = {
    "post": _post,
    "review": _review,
    "edited": _edited,
    "remove": _removed,
}


def _public_answer(
    request: ApiRequest, account: Account, memory: Memory, now: datetime
) -> ApiAnswer:
    under, parameters = node_of(request), request.parameters()
    text, picture = str(parameters.get("message") or ""), parameters.get("attachment_url")
    if not text and not picture:
        return failure(100, "(#100) You need to provide a message or an attachment")
    if len(text) > TEXT_LIMIT:
        return failure(100, "(#100) The comment is too long")
    author, _ = memory.said(account.channel, account.account, under)
    said_id = fresh_comment_id(post_of(account, under))
    told = {"comment_id": said_id, **({"message": text} if text else {})}
    value = comment(
        account, page_of(account), under, **told, **({"photo": picture} if picture else {})
    )
    return ApiAnswer(
        body={"id": said_id},
        said=Said(
            id=said_id,
            external_id=author,
            text=text,
            attachments=({"type": "image", "url": str(picture)},) if picture else (),
        ),
        webhooks=(changed(account, value, said_id, now),),
    )


def _private_answer(
    request: ApiRequest, account: Account, memory: Memory, now: datetime
) -> ApiAnswer:
    """Send the one message that a comment may get; the customer gets his id of Messenger."""
    parameters = request.parameters()
    recipient, message = child(parameters, "recipient"), child(parameters, "message")
    under = str(recipient.get("comment_id") or recipient.get("post_id") or "")
    text = str(message.get("text") or "")
    if not under:
        return failure(100, "(#100) The parameter recipient is required")
    if not text or len(text) > PRIVATE_LIMIT:
        return failure(100, "(#100) Invalid parameter message")
    author, entry = memory.said(account.channel, account.account, under)
    if entry is not None and now - entry.at > PRIVATE_WINDOW:
        return outside_window()
    mark = f"private answer to {under}"
    chat = memory.chat((account.channel, account.account, author))
    if any(each.subject == mark for each in chat.entries):
        return failure(10900, "(#10900) Activity already replied to")
    psid = ids.derived_digits("psid", account.secret("page_id"), author, length=17)
    sent = Entry(id=fresh_mid(), by="company", at=now, text=text, subject=mark)
    chat.entries.append(sent)
    talk = memory.chat(("messenger", account.account, psid))
    talk.name = talk.name or chat.name
    talk.entries.append(Entry(id=sent.id, by="company", at=now, text=text))
    echo = {"mid": sent.id, "text": text, "app_id": app_id_of(account), "is_echo": True}
    event = to_customer(account, Saying(external_id=psid, at=now), message=echo)
    return ApiAnswer(
        body={"recipient_id": psid, "message_id": sent.id},
        webhooks=(signed(account, event, sent.id),),
    )


def _node(request: ApiRequest, account: Account, memory: Memory, now: datetime) -> ApiAnswer:
    said_id = node_of(request)
    author, entry = memory.said(account.channel, account.account, said_id)
    if entry is None:
        return no_such_object(said_id)
    if request.method == "POST":
        verb = "hide" if request.parameters().get("is_hidden") is True else "unhide"
        told = {"comment_id": said_id, "message": entry.text, "verb": verb}
        value = comment(account, page_of(account), post_of(account, said_id), **told)
        hidden = changed(account, value, said_id, now)
        return ApiAnswer(body={"success": True}, webhooks=(hidden,))
    chat = memory.chat((account.channel, account.account, author))
    named = {"name": chat.name} if chat.name else {}
    is_page = entry.by != "customer"
    everything = {
        "from": page_of(account) if is_page else {"id": author, **named},
        "message": entry.text,
        "created_time": f"{entry.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000",
        "permalink_url": f"https://www.facebook.com/{said_id}",
        **({"attachment": _hanging(entry.attachments[0])} if entry.attachments else {}),
    }
    wanted = request.query.get("fields", "").split(",")
    return ApiAnswer(body={**{k: v for k, v in everything.items() if k in wanted}, "id": said_id})


_EDGES: Mapping[str, Callable[[ApiRequest, Account, Memory, datetime], ApiAnswer]] = {
    "/comments": _public_answer,
    "/messages": _private_answer,
}


def _hanging(attachment: Payload) -> Payload:
    url = attachment["url"]
    kind = {"image": "photo", "gif": "animated_image_share", "video": "video_inline"}
    media = {"image": {"height": 80, "width": 80, "src": url}, "source": url}
    return {"type": kind.get(attachment["type"], attachment["type"]), "url": url, "media": media}
