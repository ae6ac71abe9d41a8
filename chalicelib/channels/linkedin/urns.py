"""The names of LinkedIn's things, each written in one way.

https://learn.microsoft.com/linkedin/shared/api-guide/concepts/urns
"""

import re
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(\w+):(\d+),(\d+)\)")


def comment_urn(written: object) -> object:
    """Return a comment's name in full: notifications leave out the post's own `urn:li:`."""
    match = _COMMENT.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError("not the URN of a comment")
    kind, post, comment = match.groups()
    return f"urn:li:comment:(urn:li:{kind}:{post},{comment})"


CommentUrn = Annotated[str, BeforeValidator(comment_urn), StringConstraints(max_length=256)]


def is_comment(urn: str) -> bool:
    return _COMMENT.fullmatch(urn) is not None


def post_of(urn: str) -> str:
    """Return the post that a thread is under: the thread itself, where it is no comment."""
    match = _COMMENT.fullmatch(urn)
    return f"urn:li:{match[1]}:{match[2]}" if match else urn


def number_of(urn: str) -> str:
    """Return what tells a comment from all others, `<post>:<comment>`, or a post."""
    match = _COMMENT.fullmatch(urn)
    return f"{match[2]}:{match[3]}" if match else urn.rpartition(":")[2]
