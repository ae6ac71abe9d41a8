"""How large the package is once Lambda has unzipped it."""

from collections.abc import Iterator

from infra import packaging
from infra.bench.report import Row
from infra.packaging import archive
from infra.packaging.wheels import this_architecture

GROUP = "gói · package, unzipped"
LARGEST = 26  # half of it is the library that checks RSA: docs/adr/0017
MEGABYTE = 1_000_000


def measure() -> Iterator[Row]:
    package = packaging.build("local", this_architecture())
    plain, byte_code = (size / MEGABYTE for size in archive.sizes(package.zip))
    zipped = package.zip.stat().st_size / MEGABYTE
    yield Row(group=GROUP, what="without byte code", value=plain, unit="MB", limit=LARGEST)
    yield Row(group=GROUP, what="byte code", value=byte_code, unit="MB")
    yield Row(group=GROUP, what="the zip", value=zipped, unit="MB")
