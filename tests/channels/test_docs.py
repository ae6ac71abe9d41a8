"""The page of every chat channel names what its code knows."""

from pathlib import Path

import pytest

from chalicelib.channels.messenger import events as messenger
from chalicelib.channels.registry import adapter_class
from chalicelib.channels.telegram import events as telegram
from chalicelib.channels.zalo import events as zalo

PAGES = Path(__file__).parents[2] / "docs" / "channels"
EVENTS = {
    "messenger": {*messenger._READERS, *messenger._OF_NO_USE},
    "telegram": {*telegram._READERS},
    "zalo": {name for name in zalo._READERS if not name.startswith("oa_send_")},
}


def page(channel: str) -> str:
    return (PAGES / f"{channel}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("channel", EVENTS)
def test_every_event_is_on_the_page(channel: str) -> None:
    assert {name for name in EVENTS[channel] if f"`{name}`" not in page(channel)} == set()


@pytest.mark.parametrize("channel", EVENTS)
def test_every_secret_is_in_the_example(channel: str) -> None:
    adapter = adapter_class(channel)
    names = (*adapter.required_secrets, *adapter.optional_secrets)
    assert [name for name in names if f"      {name}: " not in page(channel)] == []


@pytest.mark.parametrize("channel", EVENTS)
def test_the_text_limit_is_the_one_on_the_page(channel: str) -> None:
    limit = f"{adapter_class(channel).capabilities.text_limit:,}".replace(",", " ")
    assert f"| text | {limit}" in page(channel)
