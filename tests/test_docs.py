"""The documents say what the code does: settings, channels, commands, links, tests, decisions."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.channels.registry import ADAPTERS, adapter_class
from chalicelib.config.document import load
from chalicelib.config.settings import settings_table
from infra.deskctl.commands import parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|href)="([^"]+)\"""")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
DESKCTL = re.compile(r"^(?:\$ )?deskctl ([^()\n]*)$", re.MULTILINE)
TEST_NAME = re.compile(r"`(test_\w+)`")
OPTIONS_ONLY = {"PORT", "DESK", "STAGE", "CONFIRM", "ARGS", "PYTHON", "AUTH"}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """Return a page without its code."""
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", text_of(page)))


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(text: str) -> Iterator[str]:
    """Yield every `make …` of a text: in a code block, or between backticks."""
    for _, code in FENCED.findall(text):
        yield from re.findall(r"^(?:\$ )?(?:[A-Z]+=\S+ )?make(.*?)(?: #|$)", code, re.MULTILINE)
    yield from re.findall(r"`(?:[A-Z]+=\S+ )?make([^`]*)`", text)


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings get, as on GitHub."""
    words = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(text_of(page)))
    return {title.strip().replace(" ", "-") for title in words}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))


def row_of(channel: str) -> str:
    return next(line for line in README.splitlines() if f"](docs/channels/{channel}.md)" in line)


def test_the_settings_are_those_of_the_code() -> None:
    assert settings_table() in README


@pytest.mark.parametrize("channel", ADAPTERS)
def test_every_channel_has_its_page_and_its_row(channel: str) -> None:
    assert (ROOT / "docs" / "channels" / f"{channel}.md").is_file()
    assert f"`{channel}`" in row_of(channel)


@pytest.mark.parametrize("channel", ADAPTERS)
def test_a_channels_row_tells_its_limits(channel: str) -> None:
    can = adapter_class(channel).capabilities
    limits = row_of(channel).rsplit("|", 2)[1]
    assert f"{can.text_limit:,} ".replace(",", " ") in limits
    if can.reply_window:
        hours = int(can.reply_window.total_seconds() // 3600)
        assert f"{hours} hours" in limits or f"{hours // 24} days" in limits


def test_no_page_is_about_a_channel_that_is_gone() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "channels").glob("*.md")}
    assert pages - {"corpus"} == set(ADAPTERS)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_exists(page: Path) -> None:
    words = [word for command in commands(text_of(page)) for word in command.split()]
    options = {word.partition("=")[0] for word in words if "=" in word}
    wanted = {word for word in words if re.fullmatch(r"[a-z-]{3,}", word)}
    assert wanted <= targets()
    assert {option for option in options if option.isupper()} <= OPTIONS_ONLY


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_of_deskctl_is_understood(page: Path) -> None:
    for _, code in FENCED.findall(text_of(page)):
        for command in DESKCTL.findall(code):
            parser().parse_args(shlex.split(command, comments=True))


def test_make_tells_every_command_in_both_languages() -> None:
    meanings = re.findall(r"^[a-z-]+:.*## (.*)$", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert meanings
    assert [one for one in meanings if " · " not in one] == []


def test_the_readme_shows_the_commands_that_matter() -> None:
    shown = {command.split()[0] for command in commands(README) if command.split()}
    assert {"demo", "up", "down", "test", "check", "bench", "deploy", "destroy"} <= shown


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for inline, tag in LINK.findall(prose_of(page)):
        target, _, anchor = (inline or tag).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_test_that_is_named_exists(page: Path) -> None:
    known = "\n".join(text_of(file) for file in (ROOT / "tests").rglob("*.py"))
    missing = [name for name in TEST_NAME.findall(text_of(page)) if f"def {name}(" not in known]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_code_is_code(page: Path) -> None:
    for language, code in FENCED.findall(text_of(page)):
        if language == "python":
            compile(code, page.name, "exec")
        elif language == "sh":
            subprocess.run(["sh", "-n"], input=code, text=True, check=True)  # noqa: S607


def test_the_runbook_knows_every_alarm() -> None:
    template = text_of(ROOT / "infra" / "resources.yaml")
    alarms = re.findall(r"^  Frontline(\w+Alarm):", template, re.MULTILINE)
    runbook = text_of(ROOT / "docs" / "runbook.md")
    assert alarms
    assert [name for name in alarms if f"| `…{name}` |" not in runbook] == []


def test_the_small_desk_of_the_readme_is_valid() -> None:
    desks = [code for language, code in FENCED.findall(README) if language == "yaml"]
    assert [load(desk, "README.md").name for desk in desks] == ["Gốm Hoa Mai"]
    assert max(len(desk.splitlines()) for desk in desks) <= 20


def test_the_layout_shows_every_package() -> None:
    tree = next(code for _, code in FENCED.findall(README) if code.startswith("app.py"))
    packages = {init.parent.name for init in (ROOT / "chalicelib").glob("*/__init__.py")}
    assert {name for name in packages if f"  {name}/ " not in tree} == set()


def test_the_list_of_decisions_is_complete_and_in_order() -> None:
    index = text_of(ROOT / "docs" / "adr" / "README.md")
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", index, re.MULTILINE)
    titles = [(text_of(adr).splitlines()[0], adr.name) for adr in ADRS]
    assert titles == [(f"# {number}. {title}", file) for number, title, file in listed]
    assert [int(number) for number, _, _ in listed] == list(range(1, len(ADRS) + 1))


@pytest.mark.parametrize("adr", ADRS, ids=named)
def test_a_decision_is_short_and_says_what_follows(adr: Path) -> None:
    lines = text_of(adr).splitlines()
    assert 10 <= len(lines) <= 30
    assert {"## Decision", "## Consequences"} <= set(lines)
