"""How pytest's workers share a run: one cloud, one worker; what takes long begins first."""

from collections import Counter

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ONE_CLOUD = "tests/e2e/"
"""The files of this folder tell their stories on the same cloud."""

LONGEST_FIRST = (ONE_CLOUD, "tests/chaos/", "tests/clouds/")
"""What drives a cloud waits more than it computes: the rest is done meanwhile."""


class OneCloudEach(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """Deals out files, in their order; those that share a cloud go to one worker together."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_CLOUD if nodeid.startswith(ONE_CLOUD) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneCloudEach:
    config.option.loadscopereorder = False
    return OneCloudEach(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    names = Counter(item.nodeid for item in items)
    if twice := [name for name, count in names.items() if count > 1]:
        raise pytest.UsageError(f"workers would run only the first of each: {twice}")


def _turn(item: pytest.Item) -> int:
    """Return the place of a test's folder among the longest; everything else comes after them."""
    turns = (n for n, folder in enumerate(LONGEST_FIRST) if item.nodeid.startswith(folder))
    return next(turns, len(LONGEST_FIRST))
