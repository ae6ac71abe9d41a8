"""What to write instead of what is wrong."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from chalicelib.config.schema import examples_at, keys_at
from chalicelib.config.words import REMEDIES
from chalicelib.desk.model import ID_PATTERNS
from chalicelib.desk.references import Location
from chalicelib.routing.speech import fold_accents
from chalicelib.sla.ladder import ROLES

MANY = 12

# How the validators of other modules begin what they advise.
ADVICE = ": write "

EXAMPLES: Mapping[str, str] = {
    "email": "lan@example.vn",
    "phone": "+84901234567",
    "time_zone": "Asia/Ho_Chi_Minh",
    "holidays": "VN",
    "never_open": "week: {mon: [08:00-12:00, 13:30-17:30]}",
    "closed_for_years": "week: {mon: [08:00-12:00, 13:30-17:30]}",
    "secret_reference": "ssm:zalo/hoa-mai/oa_secret_key",
    "not_a_domain": "hoamai.example",
    "not_a_web_address": "ssm:slack/canh-bao, https://hooks.slack.com/services/…",
    "match": "{channel: [email]}",
    "targets": "{first_response: 15m, resolution: 4h}",
    "escalation": "[{after: 15m, to: [backup, lead]}]",
    "repeat": "{every: 15m, times: 3}",
    "channel_capacity": "{zalo: 3}",
    "first": "{tiers: [vip], escalated: 2}",
}


def suggestion(error: ErrorDetails, path: Location) -> str:
    """Return what to write instead, or nothing when that can't be known."""
    return next(filter(None, (advice(error, path) for advice in ADVISERS)), "")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return what could be meant by `word`, of all that is `known`."""
    choices = list(known)
    if close := get_close_matches(word.lower(), choices, n=1):
        return f"ý bạn là “{close[0]}”? · did you mean “{close[0]}”?"
    if 0 < len(choices) <= MANY:
        listed = ", ".join(choices)
        return f"có thể dùng: {listed} · one of: {listed}"
    return ""


def _a_known_key(error: ErrorDetails, path: Location) -> str:
    if error["type"] != "extra_forbidden":
        return ""
    return nearest(str(path[-1]), keys_at(path[:-1]))


def _a_known_name(error: ErrorDetails, _path: Location) -> str:
    context = error.get("ctx", {})
    if "known" not in context:
        return ""
    return nearest(str(context.get("place") or context["name"]), context["known"])


def _a_recipient(error: ErrorDetails, _path: Location) -> str:
    if error.get("ctx", {}).get("kind") != "recipient":
        return ""
    roles = ", ".join(ROLES)
    return f"{roles}, hoặc mã một nhân viên · or an agent's id"


def _a_choice(error: ErrorDetails, _path: Location) -> str:
    expected = error.get("ctx", {}).get("expected")
    # Pydantic lists choices as one text: "'a', 'b' or 'c'".
    return nearest(str(error["input"]), str(expected).split("'")[1::2]) if expected else ""


def _quotes(error: ErrorDetails, _path: Location) -> str:
    is_number = isinstance(error["input"], int | float)
    if is_number and error["type"] in ("string_type", "secret"):
        return "đặt trong ngoặc kép · put it in quotes"
    return ""


def _a_list(error: ErrorDetails, _path: Location) -> str:
    if error["type"] == "tuple_type" and isinstance(error["input"], str | int):
        return f"viết thành danh sách · write a list: [{error['input']}]"
    return ""


def _one_of_it(error: ErrorDetails, _path: Location) -> str:
    if error["type"] == "string_type" and isinstance(error["input"], list) and error["input"]:
        return f"viết một tên · write one name: {error['input'][0]}"
    return ""


def _a_remedy(error: ErrorDetails, _path: Location) -> str:
    return REMEDIES.get(error["type"], "")


def _what_the_validator_says(error: ErrorDetails, _path: Location) -> str:
    advice = error["msg"].partition(ADVICE)[2]
    return f"viết · write {advice}" if advice else ""


def _an_id(error: ErrorDetails, _path: Location) -> str:
    if error.get("ctx", {}).get("pattern") not in ID_PATTERNS:
        return ""
    folded = fold_accents(str(error["input"]))
    slug = "-".join("".join(c if c.isalnum() else " " for c in folded).split())[:40]
    return f"thử · try: {slug}" if slug else ""


def _an_example(error: ErrorDetails, path: Location) -> str:
    if error["type"] == "missing":
        return ""
    names = (error["type"], *map(str, path[-1:]))
    known = [EXAMPLES[name] for name in names if name in EXAMPLES][:1]
    examples = ", ".join(known or map(str, examples_at(path)))
    return f"ví dụ · e.g. {examples}" if examples else ""


# The first of them that has something to say is heard.
ADVISERS: tuple[Callable[[ErrorDetails, Location], str], ...] = (
    _a_known_key,
    _a_known_name,
    _a_recipient,
    _a_choice,
    _quotes,
    _a_list,
    _one_of_it,
    _a_remedy,
    _what_the_validator_says,
    _an_id,
    _an_example,
)
