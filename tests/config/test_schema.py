import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.schema import desk_schema, examples_at, keys_at

DOCS = Path(__file__).parents[2] / "docs"

# The chapter of docs/desk.md in which each part of the desk is explained.
CHAPTERS = {
    "Desk": "Top level",
    "Account": "Accounts",
    "AccountTemplate": "Accounts",
    "Calendar": "Calendars",
    "Agent": "Agents",
    "Team": "Teams",
    "RequestType": "Request types",
    "Policy": "Policies",
    "Match": "Policies",
    "Escalation": "Policies",
    "Routing": "Routing",
    "Texts": "Texts",
    "VietnameseTexts": "Texts",
    "EnglishTexts": "Texts",
}


def models() -> Mapping[str, Any]:
    schema = desk_schema()
    parts = {**schema["$defs"], "Desk": schema}
    return {name: part["properties"] for name, part in parts.items() if "properties" in part}


def test_the_schema_in_docs_is_the_current_one() -> None:
    written = json.loads((DOCS / "desk.schema.json").read_text(encoding="utf-8"))
    assert written == desk_schema(), "run: deskctl desk schema > docs/desk.schema.json"


def test_every_part_of_the_desk_has_its_chapter() -> None:
    assert CHAPTERS.keys() == models().keys()


@pytest.mark.parametrize("model", CHAPTERS)
def test_every_key_is_explained(model: str) -> None:
    text = (DOCS / "desk.md").read_text(encoding="utf-8")
    chapters = {part.partition("\n")[0]: part for part in re.split(r"^## ", text, flags=re.M)}
    chapter = next(body for title, body in chapters.items() if title.endswith(CHAPTERS[model]))
    missing = [key for key in models()[model] if f"`{key}`" not in chapter]
    assert missing == []


def test_no_key_is_explained_that_is_not_there() -> None:
    text = (DOCS / "desk.md").read_text(encoding="utf-8")
    explained = {key for row in re.findall(r"^\| `(\w+)` \|", text, flags=re.M) for key in [row]}
    assert (
        explained - ADAPTERS.keys() - {key for keys in models().values() for key in keys} == set()
    )


def test_the_schema_says_which_keys_may_stand_where() -> None:
    assert "reopen_within" in keys_at(("routing",))
    assert "request_type" in keys_at(("policies", 3, "match"))
    assert "capacity" in keys_at(("agents", "anybody"))
    assert keys_at(("agents",)) == []
    assert keys_at(("nowhere", 1, "x")) == []


def test_the_schema_gives_examples() -> None:
    assert "08:00-12:00" in examples_at(("calendars", "shop", "week", "mon", 0))
    assert examples_at(("policies", 0, "reminders", 0)) == ["50%", "15m"]


def test_durations_have_defaults_as_they_are_written_in_a_desk() -> None:
    assert "PT" not in json.dumps([part.get("default") for part in models()["Escalation"].values()])
