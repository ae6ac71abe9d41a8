import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.check import check
from chalicelib.config.schema import desk_schema, examples_at, keys_at
from chalicelib.domain.tickets import Metric
from tests.desks import shop

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS.parent / "examples"
PAGE = (DOCS / "desk.md").read_text(encoding="utf-8")

# The chapter of docs/desk.md in which each part of the desk is explained.
CHAPTERS = {
    "Desk": "Top level",
    "Account": "Accounts",
    "AccountTemplate": "Accounts",
    "Calendar": "Calendars",
    "Agent": "Agents",
    "Team": "Teams",
    "RequestType": "Request types",
    "Rule": "Rules",
    "When": "Rules",
    "Then": "Rules",
    "Policy": "Policies",
    "Match": "Policies",
    "Target": "Policies",
    "Reminder": "Reminders and escalation",
    "EscalationStep": "Reminders and escalation",
    "Repeat": "Reminders and escalation",
    "Routing": "Routing",
    "First": "Routing",
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


class _Plain(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML brings no types
    """Leaves a date a text, as JSON has it."""

    yaml_implicit_resolvers = {  # noqa: RUF012  PyYAML's own name for it
        first: [(tag, pattern) for tag, pattern in known if not tag.endswith("timestamp")]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.desk.yaml")), ids=lambda path: path.stem)
def test_an_editor_finds_nothing_wrong_with_an_example(path: Path) -> None:
    document = yaml.load(path.read_text(encoding="utf-8"), _Plain)  # noqa: S506  a SafeLoader
    assert [
        one.json_path for one in Draft202012Validator(desk_schema()).iter_errors(document)
    ] == []


@pytest.mark.parametrize(
    "policy",
    [
        {"escalation": {"to": ["lead"], "reassign": "nxt"}},
        {"escalation": [{"until": "later"}]},
        {"reminders": [{"at": "50%", "by": ["pigeon"]}]},
        {"targets": {"accept": {"within": "5m", "time": "wal"}}},
        {"match": {"hours": ["night"]}},
    ],
)
def test_an_editor_sees_what_is_wrong_with_a_policy(policy: dict[str, Any]) -> None:
    desk = shop().model_dump(mode="json")
    whole = {**desk, "policies": [{"name": "p", "targets": {"accept": "5m"}, **policy}]}
    assert not Draft202012Validator(desk_schema()).is_valid(whole)
    assert Draft202012Validator(desk_schema()).is_valid(desk)


def test_every_part_of_the_desk_has_its_chapter() -> None:
    assert CHAPTERS.keys() == models().keys()


@pytest.mark.parametrize("model", CHAPTERS)
def test_every_key_is_explained(model: str) -> None:
    chapters = {part.partition("\n")[0]: part for part in re.split(r"^## ", PAGE, flags=re.M)}
    chapter = next(body for title, body in chapters.items() if title.endswith(CHAPTERS[model]))
    missing = [key for key in models()[model] if f"`{key}`" not in chapter]
    assert missing == []


def test_no_key_is_explained_that_is_not_there() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.M))
    there = {*ADAPTERS, *Metric, *(key for keys in models().values() for key in keys)}
    assert explained - there == set()


FRAGMENTS = re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.M | re.S)


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_what_the_page_shows_can_be_pasted_into_the_shop(fragment: str) -> None:
    shop = yaml.safe_load((EXAMPLES / "shop.desk.yaml").read_text(encoding="utf-8"))
    check(_put_into(shop, yaml.safe_load(fragment) or {}), "desk.md")


def test_every_chapter_about_a_part_of_the_desk_shows_it() -> None:
    chapters = re.split(r"^## .* · ", PAGE, flags=re.M)[1:]
    bare = [one.partition("\n")[0] for one in chapters if "```yaml" not in one]
    assert bare == ["How it is written", "Top level"]


def _put_into(shop: dict[str, Any], fragment: dict[str, Any]) -> dict[str, Any]:
    """Return the shop with a part of it replaced, or with one more agent, team, calendar…"""
    whole = dict(shop)
    for key, part in fragment.items():
        whole[key] = {**whole.get(key, {}), **part} if isinstance(part, dict) else part
    return whole


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
    assert "PT" not in json.dumps(
        [part.get("default") for part in models()["EscalationStep"].values()]
    )
