"""The registry of simulated platforms: one module and one line each."""

from infra.simulator.platforms.base import Platform
from infra.simulator.platforms.messenger import Messenger
from infra.simulator.platforms.telegram import Telegram
from infra.simulator.platforms.zalo import Zalo


def all_platforms() -> tuple[Platform, ...]:
    """Return one fresh instance of every platform; order decides who claims a shared host."""
    return (Zalo(), Messenger(), Telegram())
