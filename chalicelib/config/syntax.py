"""What a YAML parser's complaint means to the one who wrote the line."""

import re
from typing import Any

from chalicelib.config.problems import Problem

QUOTE_IT = "đặt phần chữ đó trong ngoặc kép · put that text in quotes"
ONE_INDENT = "thụt dòng bằng dấu cách, cùng cấp thì thẳng hàng · line up what is on one level"

# A part of the parser's sentence; what it means; what to do.
MEANINGS = (
    (
        "mapping values are not allowed",
        "dấu “:” sai chỗ hoặc thụt dòng lệch · a colon out of place, or an indent that is off",
        QUOTE_IT,
    ),
    ("expected <block end>", "thụt dòng lệch · the indent is off", ONE_INDENT),
    (
        "could not find expected ':'",
        "thiếu dấu “:” · a colon is missing",
        "khóa: giá trị · key: value",
    ),
    ("unexpected end of stream", "dấu ngoặc kép chưa đóng · a quote is never closed", ""),
    ("expected ',' or", "ngoặc [ hoặc { chưa đóng · a bracket is never closed", ""),
    ("cannot start any token", "ký tự đặc biệt ở đầu · a special character in front", QUOTE_IT),
    ("undefined alias", "không có neo này · no such anchor", ""),
    (
        "another document",
        "mỗi tệp một tài liệu · only one document in a file",
        "bỏ dòng · leave out ---",
    ),
    ("nested too deep", "lồng nhau quá sâu · nested too deep", ""),
    ("not allowed", "có ký tự điều khiển · a control character stands here", ""),
)
OPENED_EARLIER = ("unexpected end of stream", "expected ',' or")

TAB_INDENT = re.compile(r"[ ]*\t\s*\S")


def syntax_problems(text: str, file: str, error: Any) -> list[Problem]:
    """Return what `error`, of PyYAML, is about. Lines indented by tabs are all named."""
    if tabs := _tabbed_lines(text, file):
        return tabs
    said = str(getattr(error, "problem", None) or getattr(error, "reason", error))
    for part, words, suggestion in MEANINGS:
        if part in said:
            return [Problem(file, _line(text, error, said), "", words, suggestion)]
    return [Problem(file, _line(text, error, said), "", f"sai cú pháp YAML · not YAML: {said}")]


def _tabbed_lines(text: str, file: str) -> list[Problem]:
    words = "thụt dòng bằng phím Tab · a tab indents this line"
    suggestion = "dùng dấu cách · use spaces"
    return [
        Problem(file, number, "", words, suggestion)
        for number, line in enumerate(text.splitlines(), start=1)
        if TAB_INDENT.match(line)
    ]


def _line(text: str, error: Any, said: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if any(part in said for part in OPENED_EARLIER):
        mark = getattr(error, "context_mark", None) or mark
    if mark is None:
        return text.count("\n", 0, getattr(error, "position", 0)) + 1
    line: int = mark.line + 1
    return line
