"""Reads desk.yaml, keeping the line of every place.

Only `true` and `false` are booleans and only plain digits are numbers, as in YAML 1.2, so that
`no`, `08:00` and `0901234567` mean what they look like.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from chalicelib.config.check import check
from chalicelib.config.problems import DeskError, Problem, spelled
from chalicelib.config.syntax import syntax_problems
from chalicelib.desk.model import Desk
from chalicelib.desk.references import Location

# The file and its desk as JSON must fit in one DynamoDB item of 400 kB.
MAX_BYTES = 128 * 1024
MAX_DEPTH = 20
MAX_NODES = 20_000

TAGS = "tag:yaml.org,2002:"
MERGE = TAGS + "merge"
KINDS: Mapping[str, Callable[[str], Any]] = {
    TAGS + "map": str,
    TAGS + "seq": str,
    TAGS + "str": str,
    TAGS + "int": int,
    TAGS + "float": float,
    TAGS + "bool": lambda text: text.lower() == "true",
    TAGS + "null": lambda _text: None,
}


def load(text: str, file: str) -> Desk:
    """Return the desk that `text` describes. Raises `DeskError` with all problems."""
    document = _Reader(file).read(text)
    try:
        desk = check(document.data, file, document.locate)
    except DeskError as error:
        raise DeskError([*document.problems, *error.problems]) from error
    if document.problems:
        raise DeskError(document.problems)
    return desk


def decode(data: bytes, file: str) -> str:
    """Return the text of a file. Raises `DeskError` unless it is UTF-8 of a sane size."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024
        raise _error(file, 0, f"tệp quá lớn (tối đa {limit} kB) · the file is over {limit} kB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = "tệp không phải UTF-8 · the file is not UTF-8"
        raise _error(file, line, words, "lưu lại dạng UTF-8 · save it as UTF-8") from error


@dataclass(frozen=True, slots=True)
class _Document:
    data: Any
    lines: Mapping[Location, int]
    problems: list[Problem]

    def locate(self, place: Location) -> tuple[int, Location]:
        """Return the line of `place` and that place, or of the nearest one around it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place], place


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML brings no types
    """Composes nodes; what a plain word means is decided by YAML 1.2's few rules."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML's own name for it

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "nested too deep", mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]{0,17})$", "-0123456789"),
    ("float", r"^-?[0-9]{1,18}\.[0-9]{1,18}$", "-0123456789"),
    ("merge", r"^<<$", "<"),
):
    _Loader.add_implicit_resolver(TAGS + _tag, re.compile(_pattern), list(_first))


@dataclass(slots=True)
class _Reader:
    """Builds plain data out of one document's nodes, noting lines and problems on its way."""

    file: str
    lines: dict[Location, int] = field(default_factory=lambda: {(): 1})
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def read(self, text: str) -> _Document:
        try:
            root = _Loader(text).get_single_node()
        except yaml.YAMLError as error:
            raise DeskError(syntax_problems(text, self.file, error)) from error
        if root is None:
            raise _error(self.file, 1, "tệp trống · the file is empty")
        return _Document(self._value(root, ()), self.lines, self.problems)

    def _value(self, node: Any, place: Location) -> Any:
        self.nodes += 1
        # Anchors can make a short text as large as they like, or even endless.
        if self.nodes > MAX_NODES or len(place) > MAX_DEPTH:
            words = "các neo & * lặp lại quá nhiều · the anchors & * repeat too much"
            raise _error(self.file, _line(node), words)
        if node.tag not in KINDS:
            self._note(node, place, f"không dùng nhãn {node.tag} · no tag {node.tag} here")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _item(self, node: Any, place: Location) -> Any:
        self.lines[place] = _line(node)
        return self._value(node, place)

    def _mapping(self, node: Any, place: Location) -> dict[str, Any]:
        merged = [value for key, value in node.value if key.tag == MERGE]
        result = {k: v for value in merged for k, v in self._merged(value, place).items()}
        first_lines: dict[str, int] = {}
        for key, value in node.value:
            if key.tag == MERGE:
                continue
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if name in first_lines:
                line = first_lines[name]
                words = (
                    f"khóa “{name}” đã có ở dòng {line} · “{name}” already stands on line {line}"
                )
                self._note(key, (*place, name), words)
            first_lines.setdefault(name, _line(key))
            self.lines[(*place, name)] = _line(key)
            result[name] = self._value(value, (*place, name))
        return result

    def _merged(self, node: Any, place: Location) -> dict[str, Any]:
        """Return what `<<: *anchor` brings in; of several, the first to name a key wins."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        maps = [self._value(part, place) for part in reversed(parts)]
        return {k: v for part in maps if isinstance(part, dict) for k, v in part.items()}

    def _scalar(self, node: Any, place: Location) -> Any:
        try:
            return KINDS[node.tag](node.value)
        except ValueError:
            self._note(node, place, f"“{node.value}” không phải {node.tag} · is not {node.tag}")
            return None

    def _note(self, node: Any, place: Location, words: str) -> None:
        self.problems.append(Problem(self.file, _line(node), spelled(place), words))


def _line(node: Any) -> int:
    line: int = node.start_mark.line + 1
    return line


def _error(file: str, line: int, words: str, suggestion: str = "") -> DeskError:
    return DeskError([Problem(file, line, "", words, suggestion)])
