"""An AWS with nothing deployed on it, for what an in-process one can't show: concurrency, size."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import botocore.session
from botocore.config import Config

from infra.local import tools
from infra.local.cloud import HOST, REGION, Cloud
from infra.local.emulator import __file__ as emulator_file
from infra.local.processes import Process
from infra.local.up import ROOT


@contextmanager
def emulator() -> Iterator[str]:
    """Start an emulator on a free port and yield its address; end it afterwards."""
    cloud = Cloud(free_port())
    (ROOT / ".local").mkdir(exist_ok=True)
    python = tools.emulator_python(ROOT / ".local" / "emulator")
    environment = {"BIND_HOST": HOST, "GATEWAY_PORT": str(cloud.port), "LOG_LEVEL": "WARNING"}
    with TemporaryDirectory(prefix="frontline-emulator-") as folder:
        process = Process("emulator", Path(folder))
        process.start([str(python), emulator_file], environment, ROOT)
        try:
            process.wait_until_ready(cloud.health_url)
            yield cloud.url
        finally:
            process.stop()


def client(url: str, service: str, **config: Any) -> Any:
    """Return a client that tries once: what goes wrong is for the caller to mend."""
    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, **config)
    return botocore.session.get_session().create_client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  what the emulator expects
        config=once,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
