"""What importing a channel costs."""

import subprocess
import sys

HEAVY = {"boto3", "botocore", "chalice", "aws_lambda_powertools", "phonenumbers", "urllib3"}


def imported_by(program: str) -> set[str]:
    """Return the modules a fresh interpreter has after running `program`."""
    program = f"{program}\nimport sys; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_chat_channels_import_nothing_heavy() -> None:
    channels = ("zalo", "messenger", "telegram")
    lines = (f"import chalicelib.channels.{channel}.adapter" for channel in channels)
    assert imported_by("\n".join(lines)) & HEAVY == set()


def test_the_registry_alone_imports_no_channel() -> None:
    modules = imported_by("import chalicelib.channels.registry")
    assert "pydantic" not in modules
    assert "chalicelib.channels.registry" in modules
