"""The simulated platforms: a channel's is the module of its name, and the class too."""

from importlib import import_module
from importlib.util import find_spec

from chalicelib.channels.registry import ADAPTERS
from infra.simulator.platforms.base import Platform


def all_platforms() -> tuple[Platform, ...]:
    """Return one fresh instance of every platform; order decides who claims a shared host."""
    return tuple(
        _platform(channel, name) for channel, name in ADAPTERS.items() if _is_played(channel)
    )


def _is_played(channel: str) -> bool:
    """Mail, for one, is played by a mail server instead."""
    return find_spec(f"{__name__}.{channel}") is not None


def _platform(channel: str, adapter: str) -> Platform:
    module = import_module(f"{__name__}.{channel}")
    platform: Platform = getattr(module, adapter.removesuffix("Adapter"))()
    return platform
