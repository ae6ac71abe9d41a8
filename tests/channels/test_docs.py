"""The page of every chat channel names what its code knows."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from chalicelib.channels.registry import ADAPTERS, adapter_class

PAGES = Path(__file__).parents[2] / "docs" / "channels"
EVENTS = {channel: f"chalicelib.channels.{channel}.events" for channel in ADAPTERS}
CHANNELS = [channel for channel, module in EVENTS.items() if find_spec(module)]


def page(channel: str) -> str:
    return (PAGES / f"{channel}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_event_is_on_the_page(channel: str) -> None:
    known = import_module(EVENTS[channel]).DOCUMENTED
    assert known
    assert {name for name in known if f"`{name}`" not in page(channel)} == set()


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_secret_is_in_the_example(channel: str) -> None:
    adapter = adapter_class(channel)
    names = (*adapter.required_secrets, *adapter.optional_secrets)
    assert [name for name in names if f"      {name}: " not in page(channel)] == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_text_limit_is_the_one_on_the_page(channel: str) -> None:
    adapter = adapter_class(channel)
    for can in filter(None, (adapter.capabilities, adapter.public)):
        limit = f"{can.text_limit:,}".replace(",", " ")
        assert f"| text | {limit} " in page(channel) or f" | {limit} " in page(channel)
