"""How pytest's workers share a run: one cloud, one worker; what takes long begins first."""

from collections import Counter

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ONE_CLOUD = "tests/e2e/"
"""The files of this folder tell their stories on the same cloud."""

LONG = ("e2e", "chaos")
"""The marks of tests that drive a cloud: they wait more than they compute."""


class OneCloudEach(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """Deals out files, in their order; those that share a cloud go to one worker together."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_CLOUD if nodeid.startswith(ONE_CLOUD) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneCloudEach:
    config.option.loadscopereorder = False
    return OneCloudEach(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(map(item.get_closest_marker, LONG)))
    names = Counter(item.nodeid for item in items)
    if twice := [name for name, count in names.items() if count > 1]:
        raise pytest.UsageError(f"workers would run only the first of each: {twice}")
