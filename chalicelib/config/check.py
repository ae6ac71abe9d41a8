"""Turns plain data into a desk, or says everything that is wrong with it at once."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from chalicelib.config.problems import DeskError, Problem, problem_of
from chalicelib.config.soundness import unsound
from chalicelib.desk.model import Desk
from chalicelib.desk.references import Location, broken_references, child

# Put by pydantic behind a place whose very key is wrong.
KEY_LABEL = "[key]"

Locate = Callable[[Location], tuple[int, Location]]


def anywhere(place: Location) -> tuple[int, Location]:
    """Stand in for the lines of a document that has none."""
    return 0, place


def check(data: Any, file: str, locate: Locate = anywhere) -> Desk:
    """Return the desk that `data` describes. Raises `DeskError` with all problems.

    `locate` returns the line of a place, and the place as far as the document has it.
    """
    try:
        desk = Desk.model_validate(data)
    except ValidationError as error:
        errors = _details(error)
        raise DeskError(_problems(errors, data, file, locate)) from error
    if errors := _made(unsound(data)):
        raise DeskError(_problems(errors, data, file, locate))
    return desk


def _problems(
    errors: list[ErrorDetails], data: Any, file: str, locate: Locate
) -> Iterator[Problem]:
    # The desk looks at its references only when each part is well formed; a person wants it all.
    more = _made([*broken_references(data), *unsound(data)])
    for error in _without_echoes([*errors, *more]):
        place = _as_written(data, error["loc"])
        line, known = locate(_standing(data, place))
        # A key that is missing isn't in the document; any other tail is a label of pydantic's,
        # or the name of what stands there in short.
        yield problem_of(error, file, line, place if error["type"] == "missing" else known)


def _as_written(data: Any, place: Location) -> Location:
    """Return a place of the desk as that of the document.

    Where one thing may stand in place of a list, the desk counts it and the document doesn't.
    """
    written: list[str | int] = []
    for step in place:
        is_counted = isinstance(step, int) and isinstance(data, Mapping)
        if step != KEY_LABEL and not is_counted:
            written.append(step)
            data = child(data, step)
    return tuple(written)


def _standing(data: Any, place: Location) -> Location:
    """Return a place as far as it leads somewhere in `data`."""
    for depth, step in enumerate(place):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return place[:depth]
    return place


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out a list that only seems too short because something in it is wrong."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short" or not any(_inside(place, error["loc"]) for place in places)
    ]


def _inside(place: Location, outer: Location) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _made(errors: list[InitErrorDetails]) -> list[ErrorDetails]:
    return _details(ValidationError.from_exception_data("Desk", errors)) if errors else []


def _details(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False)
