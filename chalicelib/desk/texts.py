"""What the desk says to customers by itself, per language, as templates with named places."""

from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

PLACEHOLDERS: Mapping[str, str] = {
    "name": "the customer's name, or `nameless` when it isn't known",
    "desk": "the name of the desk",
    "due": "by when an answer comes, in local time",
    "hours": "the opening hours of that day, or of the next open one",
    "number": "the ticket's number, as a person says it",
}


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return `template` with its places filled; `values` has a text for each place used."""
    return template.format_map(values)


@lru_cache
def places(template: str) -> tuple[str, ...]:
    """Return the places that `template` names. Raises `ValueError` when a brace is left open."""
    return tuple(_place(*part) for part in Formatter().parse(template) if part[1] is not None)


def _place(_text: str, name: str | None, spec: str | None, conversion: str | None) -> str:
    return f"{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}"


def _known_places_only(template: str) -> str:
    try:
        named = places(template)
    except ValueError as error:
        raise PydanticCustomError("template_braces", "a brace is left open") from error
    for place in named:
        if place not in PLACEHOLDERS:
            raise PydanticCustomError(
                "unknown_placeholder",
                "no placeholder {place}",
                {
                    "place": "{" + place + "}",
                    "known": ["{" + known + "}" for known in PLACEHOLDERS],
                },
            )
    return template


Template = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_known_places_only)]


class TextSet(BaseModel):
    """The texts of one language.

    `acknowledgement_undated` is said when no target applies, so that no time can be promised.
    `delayed` when the promised answer takes longer, `nobody` when nobody can come for now;
    `callback` offers a call then, under a button. `nameless` stands in for {name}.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    acknowledgement: Template
    acknowledgement_closed: Template
    acknowledgement_undated: Template
    delayed: Template
    nobody: Template
    callback: Template
    callback_button: Annotated[str, Field(min_length=1, max_length=20)]
    nameless: Annotated[str, Field(min_length=1, max_length=40)]


class VietnameseTexts(TextSet):
    acknowledgement: Template = (
        "Chào {name}, {desk} đã nhận được tin nhắn của mình rồi ạ. "
        "Bên em sẽ trả lời trước {due}. Mã yêu cầu: {number}."
    )
    acknowledgement_closed: Template = (
        "Chào {name}, {desk} đã nhận được tin nhắn nhưng hiện đang ngoài giờ làm việc ạ "
        "(giờ làm việc: {hours}). Bên em sẽ trả lời trước {due}. Mã yêu cầu: {number}."
    )
    acknowledgement_undated: Template = (
        "Chào {name}, {desk} đã nhận được tin nhắn của mình rồi ạ. "
        "Bên em sẽ trả lời sớm nhất có thể. Mã yêu cầu: {number}."
    )
    delayed: Template = (
        "{desk} xin lỗi {name}, yêu cầu {number} cần thêm thời gian hơn đã hẹn. "
        "Bên em đang xử lý và sẽ trả lời ngay khi có kết quả ạ."
    )
    nobody: Template = (
        "{desk} xin lỗi {name}, hiện chưa có nhân viên nào rảnh để trả lời yêu cầu {number}. "
        "Giờ làm việc: {hours}."
    )
    callback: Template = "Nếu cần gọi lại, mình nhắn “gọi lại” kèm số điện thoại giúp em nhé."
    callback_button: Annotated[str, Field(min_length=1, max_length=20)] = "Gọi lại cho tôi"
    nameless: Annotated[str, Field(min_length=1, max_length=40)] = "anh/chị"


class EnglishTexts(TextSet):
    acknowledgement: Template = (
        "Hi {name}, {desk} has your message. We'll answer by {due}. Your request number: {number}."
    )
    acknowledgement_closed: Template = (
        "Hi {name}, {desk} has your message. We're closed right now (open {hours}) and will "
        "answer by {due}. Your request number: {number}."
    )
    acknowledgement_undated: Template = (
        "Hi {name}, {desk} has your message. We'll answer as soon as we can. "
        "Your request number: {number}."
    )
    delayed: Template = (
        "Sorry, {name}: request {number} takes longer than we promised. "
        "We're on it and will answer as soon as we know more."
    )
    nobody: Template = (
        "Sorry, {name}: nobody is free to answer request {number} right now. We're open {hours}."
    )
    callback: Template = "If you'd like a call, just write “call me” with your number."
    callback_button: Annotated[str, Field(min_length=1, max_length=20)] = "Call me back"
    nameless: Annotated[str, Field(min_length=1, max_length=40)] = "there"


class Texts(BaseModel):
    """All the texts. `texts[language]` is the set of one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vi: VietnameseTexts = VietnameseTexts()
    en: EnglishTexts = EnglishTexts()

    def __getitem__(self, language: str) -> TextSet:
        return self.en if language == "en" else self.vi
