"""A Discourse forum: its API, its errors, its web hook.

A customer's words begin a topic. With `reply_to_id` (`topic/post`) they go below one: whoever
began it asks on, anybody else answers as a peer. `payload` says what else may happen: "private"
writes to the desk's account, "edit" and "delete" change the post named by `reply_to_id`.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from infra.simulator.memory import Bounded, Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    NotOnThisPlatformError,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.platforms.discourse_posts import (
    DESK_USER,
    HOST,
    Payload,
    Topic,
    author,
    cooked,
    desk_user,
    hooked,
    markdown,
    message_id,
    new_post,
    printed,
    user_of,
    view,
)
from infra.simulator.stack import Account

TOPIC = re.compile(r"/t/(?P<topic>\d+)(?:/(?P<post>\d+))?\.json")
UPLOAD = re.compile(r"/uploads/default/original/1X/(?P<file_id>[^/]+)")
SHORTEST, LONGEST = 20, 32_000
MODERATOR = 43
MAX_TOPICS = 2000
# Ids must not repeat after a restart, or the stack takes news for repeats.
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Discourse(Platform):
    channel: ClassVar = "discourse"
    hosts: ClassVar = frozenset({HOST})
    # With the site setting retry_web_hook_events.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=20),
        waits=tuple(timedelta(minutes=5**step) for step in range(4)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "api_key": lambda: ids.hexadecimal(64),
        "base_url": lambda: f"https://{HOST}",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: failure(
            429,
            "You've performed this action too many times, please try again later.",
            "rate_limit",
            extras={"wait_seconds": 3, "time_left": "3 seconds"},
        ),
        "server_error": lambda: ApiAnswer(status=502, body=b"<html>502 Bad Gateway</html>"),
        "blocked": lambda: failure(
            422, "Perhaps this topic was closed or deleted while you were looking at it?"
        ),
        "expired_token": lambda: failure(
            403, "You are not permitted to view the requested resource.", "invalid_access"
        ),
    }

    def __init__(self) -> None:
        self._ids = count(int((datetime.now(UTC) - EPOCH).total_seconds()))
        self._topics: Bounded[int, Topic] = Bounded(MAX_TOPICS)

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        key = request.headers.get("api-key", "")
        return next((a for a in accounts if key in a.all_secrets("api_key")), None)

    def is_send(self, request: ApiRequest) -> bool:
        return (request.method, request.path) == ("POST", "/posts.json")

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        upload = UPLOAD.fullmatch(request.path)
        if upload and upload["file_id"] in memory.files:
            return ApiAnswer(body=memory.files[upload["file_id"]])
        name = request.headers.get("api-username", "").lower()
        if account is None or name != account.secret("username").lower():
            return self.faults["expired_token"]()
        if self.is_send(request):
            return self._post(request.parameters(), account, now)
        return self._read(request, account)

    def _read(self, request: ApiRequest, account: Account) -> ApiAnswer:
        if request.path == "/session/current.json":
            return ApiAnswer(body={"current_user": desk_user(account)})
        match = TOPIC.fullmatch(request.path)
        topic = self._topics.get(int(match["topic"])) if match else None
        if match is None or topic is None:
            return failure(404, "The requested URL or resource could not be found.", "not_found")
        if topic.is_private and desk_user(account) not in topic.readers:
            return self.faults["expired_token"]()
        return ApiAnswer(body=view(topic, int(match["post"] or 1)))

    def external_id(self, wanted: str) -> str:
        return wanted if wanted.isdigit() else ids.derived_digits(wanted, length=7)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        if saying.payload in ("edit", "delete"):
            return (self._changed(account, saying),)
        topic = self._topics.get(_number(saying.reply_to_id, 0))
        if saying.reply_to_id and topic is None:
            raise NotOnThisPlatformError(f"no topic of the post {saying.reply_to_id}")
        topic = topic or self._begin(account, saying)
        post = self._add(topic, user_of(saying), markdown(saying), saying, memory)
        return (hooked(account, "post_created", post),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        """Answer as a moderator, below the post named or else the customer's newest topic."""
        user = {"id": MODERATOR, "username": "thao_mod", "name": "Thảo"}
        topic = self._topics.get(_number(saying.reply_to_id, 0)) or self._newest(saying.external_id)
        post = self._add(topic, user, saying.text, saying, None, staff=True, moderator=True)
        return (hooked(account, "post_created", post),)

    def _post(self, parameters: Payload, account: Account, now: datetime) -> ApiAnswer:
        raw = str(parameters.get("raw") or "")
        topic = self._topics.get(_whole(parameters.get("topic_id")))
        if parameters.get("archetype") == "private_message":
            topic = self._private(account, parameters)
        if topic is None or topic.is_closed:
            return self.faults["blocked"]()
        if len(raw.strip()) < SHORTEST:
            return failure(422, f"Body is too short (minimum is {SHORTEST} characters)")
        if len(raw) > LONGEST:
            return failure(422, f"Body is limited to {LONGEST} characters")
        number = _whole(parameters.get("reply_to_post_number"))
        customer = next((r for r in topic.readers if r["id"] != DESK_USER), topic.user)
        saying = Saying(
            external_id=str(customer["id"]),
            at=now,
            text=raw,
            reply_to_id=f"{topic.id}/{number}" if number else "",
        )
        post = self._add(topic, desk_user(account), raw, saying, None)
        said = Said(id=message_id(post), external_id=saying.external_id, text=raw)
        # The API's own answer has no raw, and what happened is told to the web hook too.
        shown = {name: value for name, value in post.items() if name != "raw"}
        return ApiAnswer(body=shown, said=said, webhooks=(hooked(account, "post_created", post),))

    def _private(self, account: Account, parameters: Payload) -> Topic:
        name = str(parameters.get("target_recipients") or "")
        known = (post for topic in self._topics.values() for post in topic.posts)
        user = next((author(post) for post in known if post["username"] == name), None)
        desk = desk_user(account)
        readers = [desk, user] if user else [desk]
        title = str(parameters.get("title") or "")
        return self._keep(Topic(next(self._ids), title, desk, is_private=True, readers=readers))

    def _begin(self, account: Account, saying: Saying) -> Topic:
        user = user_of(saying)
        is_private = saying.payload == "private"
        readers = [user, desk_user(account)] if is_private else []
        title = saying.text.partition("\n")[0][:60] or "Ảnh"
        return self._keep(Topic(next(self._ids), title, user, is_private, readers=readers))

    def _keep(self, topic: Topic) -> Topic:
        self._topics[topic.id] = topic
        return topic

    def _newest(self, external_id: str) -> Topic:
        mine = [t for t in self._topics.values() if str(t.user["id"]) == external_id]
        if not mine:
            raise NotOnThisPlatformError("this customer began no topic")
        return mine[-1]

    def _add(
        self,
        topic: Topic,
        user: Payload,
        raw: str,
        saying: Saying,
        memory: Memory | None,
        **flags: bool,
    ) -> Payload:
        post = new_post(next(self._ids), topic, user, raw, saying)
        post["cooked"] += "".join(cooked(each, memory) for each in saying.attachments)
        number, answered = post["post_number"], _number(saying.reply_to_id, 1)
        post.update(flags, reply_to_post_number=answered if 0 < answered < number else None)
        topic.posts.append(post)
        post["topic_posts_count"] = post["topic_filtered_posts_count"] = number
        return post

    def _changed(self, account: Account, saying: Saying) -> Webhook:
        topic = self._topics.get(_number(saying.reply_to_id, 0))
        number = _number(saying.reply_to_id, 1)
        if topic is None or not 0 < number <= len(topic.posts):
            raise NotOnThisPlatformError(f"no post {saying.reply_to_id}")
        post = topic.posts[number - 1]
        post["updated_at"] = printed(saying.at)
        if saying.payload == "delete":
            post["deleted_at"] = printed(saying.at)
            return hooked(account, "post_destroyed", post)
        post.update(
            raw=saying.text,
            cooked=f"<p>{html.escape(saying.text)}</p>",
            version=post["version"] + 1,
        )
        return hooked(account, "post_edited", post)


def failure(status: int, error: str, kind: str = "", **more: Any) -> ApiAnswer:
    body: Payload = {"action": "create_post", "errors": [error]}
    if kind:
        body = {"errors": [error], "error_type": kind, **more}
    return ApiAnswer(status=status, body=body)


def _number(named: str, place: int) -> int:
    """Return the topic (0) or the post (1) in `topic/post`, 0 where there is none."""
    parts = named.split("/")
    return int(parts[place]) if len(parts) > place and parts[place].isdigit() else 0


def _whole(value: object) -> int:
    return int(str(value)) if str(value).isdigit() else 0
