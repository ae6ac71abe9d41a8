"""What a notification left out: asked for, and read as if it had been told in full."""

from typing import Any

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.linkedin.payloads import FetchedComment, FetchedPost
from chalicelib.channels.linkedin.sending import API, comments_of, quoted, read
from chalicelib.channels.linkedin.urns import is_comment, number_of, post_of
from chalicelib.channels.wire import milliseconds

# What was looked up and has no words must not be looked up again.
_WORDLESS = "[comment]"


def lookup_url(reference: str) -> str:
    """Return where the comment or post of `reference` lies."""
    _, urn = reference.split(" ", 1)
    if is_comment(urn):
        comment = number_of(urn).rpartition(":")[2]
        return f"{comments_of(post_of(urn))}/{comment}"
    return f"{API}/posts/{quoted(urn)}"


def full_notification(reference: str, organisation: str, response: HttpResponse) -> dict[str, Any]:
    """Return a notification that says what LinkedIn answered. Raises `SendError`."""
    action, urn = reference.split(" ", 1)
    decorated, at = _comment(urn, action, response) if is_comment(urn) else _post(urn, response)
    return {
        "notificationId": f"{action} {urn}",
        "organizationalEntity": organisation,
        "action": action,
        "lastModifiedAt": at,
        "sourcePost": post_of(urn),
        "generatedActivity": urn,
        "decoratedGeneratedActivity": decorated,
    }


def _comment(urn: str, action: str, response: HttpResponse) -> tuple[dict[str, Any], int]:
    found = read(FetchedComment, response)
    changed = found.modified if action == "COMMENT_EDIT" else None
    has_files = any(each.url for each in found.content or ())
    comment = {
        "owner": found.actor,
        "text": found.message.text.strip() or ("" if has_files else _WORDLESS),
        "entity": urn,
        "content": [each.model_dump() for each in found.content or ()],
    }
    if found.parent:
        comment["parentComment"] = found.parent
    return {"comment": comment}, milliseconds((changed or found.created).time)


def _post(urn: str, response: HttpResponse) -> tuple[dict[str, Any], int]:
    found = read(FetchedPost, response)
    text = found.commentary.strip() or "[post]"
    share = {"owner": found.author, "text": text, "entity": urn}
    return {"share": share}, milliseconds(found.created_at)
