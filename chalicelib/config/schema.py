"""The desk's JSON Schema, and what it says may stand at a place of the document."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from chalicelib.desk.model import Desk
from chalicelib.desk.references import Location
from chalicelib.domain.durations import format_duration

Shape = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def desk_schema() -> Shape:
    """Return the JSON Schema of desk.yaml, for editors."""
    return {"$schema": DIALECT, **Desk.model_json_schema(schema_generator=_Generator)}


def keys_at(path: Location) -> list[str]:
    """Return the keys that may stand at `path`; nothing when their names are free."""
    return [key for shape in _shapes_at(path) for key in shape.get("properties", ())]


def examples_at(path: Location) -> list[Any]:
    """Return examples of what may stand at `path`."""
    return [one for shape in _shapes_at(path) for one in shape.get("examples", ())]


class _Generator(GenerateJsonSchema):
    """Writes the default of a duration as the desk does, not as ISO 8601 does."""

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def _shapes_at(path: Location) -> list[Shape]:
    shapes = list(_alternatives(desk_schema()))
    for step in path:
        inner = [one for shape in shapes for one in _inside(shape, step)]
        shapes = [alternative for one in inner for alternative in _alternatives(one)]
    return shapes


def _alternatives(shape: Shape) -> Iterator[Shape]:
    """Yield `shape` itself, what it refers to, and each of its alternatives."""
    yield shape
    if "$ref" in shape:
        name = str(shape["$ref"]).rpartition("/")[2]
        yield from _alternatives(desk_schema()["$defs"][name])
    for one in (*shape.get("anyOf", ()), *shape.get("allOf", ())):
        yield from _alternatives(one)


def _inside(shape: Shape, step: str | int) -> Iterator[Shape]:
    named = shape.get("properties", {})
    free = (shape.get("additionalProperties"), *shape.get("patternProperties", {}).values())
    if isinstance(step, int):
        candidates = (shape.get("items"),)
    else:
        candidates = (named[step],) if step in named else free
    return (one for one in candidates if isinstance(one, Mapping))
