"""What importing a channel costs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.channels.registry import ADAPTERS

CHANNELS = Path(__file__).parents[2] / "chalicelib" / "channels"

HEAVY = {"boto3", "botocore", "chalice", "aws_lambda_powertools", "phonenumbers", "urllib3"}


def imported_by(program: str) -> set[str]:
    """Return the modules a fresh interpreter has after running `program`."""
    program = f"{program}\nimport sys; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_channels_with_a_webhook_import_nothing_heavy() -> None:
    channels = [channel for channel in ADAPTERS if channel != "email"]
    lines = (f"import chalicelib.channels.{channel}.adapter" for channel in channels)
    assert imported_by("\n".join(lines)) & HEAVY == set()


def test_the_registry_alone_imports_no_channel() -> None:
    modules = imported_by("import chalicelib.channels.registry")
    assert "pydantic" not in modules
    assert "chalicelib.channels.registry" in modules


@pytest.mark.parametrize("channel", ADAPTERS)
def test_no_channel_imports_another(channel: str) -> None:
    text = "\n".join(file.read_text() for file in (CHANNELS / channel).rglob("*.py"))
    imported = re.findall(r"chalicelib\.channels\.(\w+)", text)
    assert {name for name in imported if name in ADAPTERS} <= {channel}
