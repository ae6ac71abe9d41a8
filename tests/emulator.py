"""A local AWS of the tests' own, for what an in-process one can't show: streams and concurrency."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config

from infra.local import tools
from infra.local.emulator import __file__ as emulator_file
from infra.local.processes import Process

ROOT = Path(__file__).parents[1]
REGION = "us-east-1"


def running_emulator(folder: Path) -> Iterator[str]:
    """Start an emulator on a free port and yield its address; end it afterwards."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (ROOT / ".local").mkdir(exist_ok=True)
    python = tools.emulator_python(ROOT / ".local" / "emulator")
    process = Process("emulator", folder)
    environment = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LOG_LEVEL": "WARNING"}
    process.start([str(python), emulator_file], environment, ROOT)
    try:
        process.wait_until_ready(f"{url}/_ministack/health")
        yield url
    finally:
        process.stop()


def emulated_client(url: str, service: str, **config: Any) -> Any:
    """Return a client that tries once: what goes wrong is for the caller to mend."""
    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, **config)
    return botocore.session.get_session().create_client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=once,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
