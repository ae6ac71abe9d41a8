"""A post seen together with its topic: who began it, and whom it is between."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.discourse.payloads import TopicView
from chalicelib.channels.discourse.sending import refusal
from chalicelib.channels.platform_api import read_answer
from chalicelib.errors import PermanentSendError, TransientSendError

REFERENCE = re.compile(
    r"(?P<event>post_created|post_edited)/(?P<reach>public|private)"
    r"/(?P<topic>[0-9]{1,18})/(?P<post>[0-9]{1,18})"
)


def place_of(reference: str) -> re.Match[str]:
    """Return the parts of what `LookupNeeded` named. Raises `PermanentSendError`."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise PermanentSendError("no reference of ours")
    return match


def found_in(reference: str, response: HttpResponse) -> Mapping[str, Any] | None:
    """Return the post as a web hook would tell it, with its `topic`; None where it isn't for us.

    Raises `SendError`.
    """
    place = place_of(reference)
    answer = read_answer(response)
    is_hidden_from_us = response.status == 403 and place["reach"] == "private"  # noqa: PLR2004
    if is_hidden_from_us or response.status in _GONE:
        return None
    if response.is_refusal:
        raise refusal(response, answer)
    try:
        view = TopicView.model_validate(answer)
    except ValidationError as error:
        raise TransientSendError("Discourse's topic is of no shape we know") from error
    post = _post(answer, int(place["topic"]), int(place["post"]))
    if post is None:
        return None
    about = {
        "topic_archetype": view.archetype,
        "topic_title": view.title,
        "topic_slug": view.slug,
    }
    return {"event": place["event"], "post": {**post, **about}, "topic": _topic(view)}


def _topic(view: TopicView) -> dict[str, Any]:
    beginner = view.details.created_by
    users = {user.id: user.username for user in view.details.allowed_users}
    if beginner is not None:
        users.setdefault(beginner.id, beginner.username)
    return {
        "user_id": beginner.id if beginner else view.user_id,
        "users": [{"id": number, "username": name} for number, name in users.items()],
        "groups": [group.name for group in view.details.allowed_groups],
    }


def _post(answer: Mapping[str, Any], topic_id: int, number: int) -> dict[str, Any] | None:
    """Return that one of the posts around it; what we don't read of it is left out."""
    stream = answer.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else None
    for post in posts if isinstance(posts, list) else ():
        if isinstance(post, dict) and post.get("post_number") == number:
            kept = {name: post[name] for name in _KEPT if name in post}
            return {**kept, "topic_id": topic_id}
    return None


_GONE = frozenset({404, 410})
_KEPT = (
    "id",
    "username",
    "name",
    "created_at",
    "cooked",
    "raw",
    "post_number",
    "post_type",
    "updated_at",
    "reply_to_post_number",
    "version",
    "user_id",
    "moderator",
    "admin",
    "staff",
    "hidden",
)
