"""One emulator for all that is injured."""

from collections.abc import Iterator

import pytest

from infra.bench.emulator import emulator as running


@pytest.fixture(scope="package")
def emulator() -> Iterator[str]:
    with running() as url:
        yield url
