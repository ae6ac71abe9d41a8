"""What Instagram's webhooks only name, asked of the Graph API and put where it was left out.

https://developers.facebook.com/docs/instagram-platform/reference/instagram-user/mentioned_comment
https://developers.facebook.com/docs/instagram-platform/conversations-api
"""

import json
from typing import Any

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.meta import Entry, graph_answer
from chalicelib.errors import PermanentSendError

_MESSAGE = "id,from,to,message,attachments,shares"
_COMMENT = "from,text,parent_id,media{id,permalink}"
_IN_COMMENT = "from,username,text,media{id,permalink}"
_IN_CAPTION = "owner,username,caption,permalink"


def lookup_path(reference: str, account_id: str) -> str:
    """Return path and query of what `reference`, an entry that lacks the words, leaves out."""
    item, change = _named(json.loads(reference))
    if item:
        return f"{item['message']['mid']}?fields={_MESSAGE}"
    value = change["value"]
    if change["field"] == "comments":
        return f"{value['id']}?fields={_COMMENT}"
    if comment_id := value.get("comment_id"):
        return f"{account_id}?fields=mentioned_comment.comment_id({comment_id}){{{_IN_COMMENT}}}"
    return f"{account_id}?fields=mentioned_media.media_id({value['media_id']}){{{_IN_CAPTION}}}"


def completed(reference: str, response: HttpResponse, account_id: str) -> Entry:
    """Return the entry as a webhook would have brought it. Raises `SendError`."""
    told = graph_answer(response)
    entry: Entry = {"id": account_id, **json.loads(reference)}
    item, change = _named(entry)
    if item:
        item["message"].update(_message(told))
    elif change["field"] == "comments":
        change["value"].update(_told(told, "from", "text", "parent_id", "media"))
    else:
        change["value"].update(_mention(told))
    return entry


def _named(entry: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    return entry.get("messaging", [{}])[0], entry.get("changes", [{}])[0]


def _told(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: answer[name] for name in names if answer.get(name) is not None}


def _mention(answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("mentioned_comment") or answer.get("mentioned_media")
    if not isinstance(found, dict):
        raise PermanentSendError("Instagram doesn't show a mention")
    media = found.get("media")
    permalink = media.get("permalink") if isinstance(media, dict) else None
    told = _told(found, "from", "owner", "username", "permalink")
    text = found.get("text") or found.get("caption") or ""
    return {**({"permalink": permalink} if permalink else {}), **told, "text": text}


def _message(answer: dict[str, Any]) -> dict[str, Any]:
    attachments = [*map(_attachment, _data(answer, "attachments"))]
    shares = [
        {"type": "share", "payload": {"url": share.get("link")}}
        for share in _data(answer, "shares")
    ]
    return {"text": answer.get("message"), "attachments": attachments + shares}


def _attachment(told: dict[str, Any]) -> dict[str, Any]:
    for kind, place in (("image", "image_data"), ("video", "video_data")):
        data = told.get(place)
        if isinstance(data, dict):
            return {"type": kind, "payload": {"url": data.get("url")}}
    is_audio = str(told.get("mime_type", "")).startswith("audio/")
    payload = {"url": told.get("file_url"), "title": told.get("name")}
    return {"type": "audio" if is_audio else "file", "payload": payload}


def _data(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = answer.get(name)
    listed = found.get("data") if isinstance(found, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
