"""What the Cloud API takes for a message, and how it refuses one."""

from typing import Any

from infra.simulator.platforms.base import ApiAnswer
from infra.simulator.platforms.graph import failure

Payload = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = BUTTONS_TEXT_LIMIT = 1024
BUTTONS, BUTTON_TITLE = 3, 20
ROWS, ROW_TITLE, ROW_ID = 10, 24, 200
MEDIA = ("image", "audio", "video", "document", "sticker")


def refusal(code: int, title: str, details: str, status: int = 400) -> ApiAnswer:
    """Return a Graph error with the details that WhatsApp adds."""
    answer = failure(code, f"(#{code}) {title}", status=status)
    answer.body["error"]["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return answer


def problem(parameters: Payload) -> ApiAnswer | None:
    """Return why a message is refused at once, None for a good one."""
    if parameters.get("messaging_product") != "whatsapp":
        return failure(100, "(#100) The parameter messaging_product is required.")
    if not parameters.get("to") and not parameters.get("recipient"):
        return failure(100, "(#100) The parameter to is required.")
    kind = str(parameters.get("type") or "text")
    return _content_problem(kind, child(parameters, kind))


def text_of(parameters: Payload) -> str:
    """Return what the customer reads."""
    kind = str(parameters.get("type") or "text")
    content = child(parameters, kind)
    if kind == "template":
        components = [each for each in content.get("components") or [] if isinstance(each, dict)]
        values = [str(p.get("text")) for each in components for p in each.get("parameters", [])]
        return " ".join((f"[{content.get('name')}]", *values))
    body = content.get("body")
    words = child(content, "body").get("text") if isinstance(body, dict) else body
    return str(words or content.get("caption") or "")


def attachments_of(parameters: Payload) -> tuple[Payload, ...]:
    kind = str(parameters.get("type"))
    if kind not in MEDIA:
        return ()
    media = child(parameters, kind)
    url = str(media.get("link") or media.get("id"))
    return ({"type": kind, "url": url, "name": str(media.get("filename", ""))},)


def buttons_of(parameters: Payload) -> tuple[dict[str, str], ...]:
    action = child(child(parameters, "interactive"), "action")
    replies = [child(each, "reply") for each in action.get("buttons") or []]
    rows = [row for each in action.get("sections") or [] for row in each.get("rows", [])]
    return tuple(
        {"title": str(each.get("title", "")), "payload": str(each.get("id", ""))}
        for each in (*replies, *rows)
    )


def child(parent: Payload, name: str) -> Payload:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _content_problem(kind: str, content: Payload) -> ApiAnswer | None:
    if kind == "text":
        return _text_problem(str(content.get("body") or ""))
    if kind in MEDIA:
        return _media_problem(kind, content)
    if kind == "interactive":
        return _interactive_problem(content)
    if kind == "template":
        is_named = content.get("name") and child(content, "language").get("code")
        return None if is_named else _required("template")
    return _invalid("type", f"{kind} is not a message type")


def _text_problem(body: str) -> ApiAnswer | None:
    if not body.strip():
        return _required("text['body']")
    if len(body) > TEXT_LIMIT:
        return failure(100, f"(#100) Param text['body'] must be at most {TEXT_LIMIT} characters")
    return None


def _media_problem(kind: str, content: Payload) -> ApiAnswer | None:
    if not content.get("link") and not content.get("id"):
        return _required(f"{kind}['link']")
    if len(str(content.get("caption") or "")) > CAPTION_LIMIT:
        return _invalid(f"{kind}['caption']", "too long")
    return None


def _interactive_problem(content: Payload) -> ApiAnswer | None:
    kind, choices = content.get("type"), buttons_of({"interactive": content})
    at_most, title, text_limit = {
        "button": (BUTTONS, BUTTON_TITLE, BUTTONS_TEXT_LIMIT),
        "list": (ROWS, ROW_TITLE, TEXT_LIMIT),
    }.get(str(kind), (0, 0, 0))
    text = str(child(content, "body").get("text") or "")
    if not 1 <= len(text) <= text_limit:
        return _invalid("interactive['body']", "of a wrong length")
    if not 1 <= len(choices) <= at_most:
        return _invalid("interactive['action']", f"between 1 and {at_most} are taken")
    if any(not 1 <= len(each["title"]) <= title for each in choices):
        return _invalid("interactive['action']", f"a title of more than {title} characters")
    if len({each["payload"] for each in choices}) < len(choices):
        return _invalid("interactive['action']", "ids must differ")
    return None


def _required(name: str) -> ApiAnswer:
    return refusal(131008, "Required parameter is missing", f"{name} is required")


def _invalid(name: str, details: str) -> ApiAnswer:
    return refusal(131009, "Parameter value is not valid", f"{name}: {details}")
