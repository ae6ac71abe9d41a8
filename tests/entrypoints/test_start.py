"""The webhook function starts fast: what it imports at start is what every webhook needs."""

import subprocess
import sys

HEAVY = (
    "pydantic",
    "jinja2",
    "phonenumbers",
    "holidays",
    "boto3",
    "botocore.client",
    "itsdangerous",
    "re2",
)


def test_starting_imports_nothing_heavy() -> None:
    program = f"import sys, app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
