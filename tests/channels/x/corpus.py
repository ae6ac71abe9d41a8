"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import ChannelAdapter, Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import CORPUS, ECHO, MESSAGE, Events, Expected, Kept, Nothing

X: dict[str, Expected] = {
    "aaa_doc_direct_message_indicate_typing_events": Nothing("typing says nothing"),
    "aaa_doc_tweet_delete_events": Nothing("the account's own post"),
    "aaa_doc_user_event": Kept("the account took back the app's access: connect it again"),
    "xaa_broadcast.chat": Nothing("a broadcast is not one customer"),
    "xaa_broadcast.start": Nothing("a broadcast is not one customer"),
    "xaa_chat.received": Events(MESSAGE, "[encrypted]"),
    "xaa_chat.sent": Events(ECHO, "[encrypted]"),
    "xaa_dm.received": Events(MESSAGE, "hello!"),
    "xaa_dm.sent": Events(ECHO, "Thanks for the update!"),
    "xaa_follow.follow": Nothing("who follows may be answered as who does not"),
    "xaa_follow.unfollow": Nothing("who unfollows may be answered as before"),
    "xaa_news.new": Nothing("news"),
    "xaa_post.create": Nothing("the account's own post answers nobody"),
    "xaa_post.delete": Nothing("the account's own post"),
    "xaa_post.quote.create": Events(
        MESSAGE,
        "Adding some context to this. https://twitter.com/ExampleUser/status/2080761390344937796",
    ),
    "xaa_post.reply.create": Events(MESSAGE, "@ExampleUser Great post — thanks for sharing!"),
    "xaa_profile.update.banner_picture": Nothing("the account's own profile"),
    "xaa_profile.update.bio": Nothing("the account's own profile"),
    "xaa_profile.update.geo": Nothing("the account's own profile"),
    "xaa_spaces.end": Nothing("a space is not one customer"),
    "xaa_spaces.start": Nothing("a space is not one customer"),
}

TABLES = {"x": X}
# The vectors of the challenge are no proof of a body: test_x.py has them.
SCHEMES = ("x_signature",)
DECIDED: dict[str, bool] = {}


def adapter(secret: str, user_id: str) -> ChannelAdapter:
    return adapter_class("x")("corpus", {"user_id": user_id, "consumer_secret": secret})


def parsed(folder: str, name: str) -> Parsed:
    body = (CORPUS / folder / f"{name}.json").read_bytes()
    payload = json.loads(body)
    activity = payload.get("data", {}).get("filter", {}).get("user_id")
    user_id = activity or payload.get("for_user_id", "1")
    return adapter("k", user_id).parse(WebhookRequest({}, {}, body))


def verifies(vector: dict[str, Any]) -> bool:
    checked = adapter(vector["consumer_secret"], "1")
    body = (CORPUS / vector["body_file"]).read_bytes()
    return proves(checked, WebhookRequest({vector["header"]: vector["signature"]}, {}, body))
