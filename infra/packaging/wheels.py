"""The libraries of the zip: wheels for Lambda's platform, without what we never use of them."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import chalice

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}

# In the runtime already, boto3 with all that comes along.
FROM_RUNTIME = {"boto3"}
RUNTIME = (
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "dateutil",
    "python_dateutil",
    "six",
)

# What the libraries bring and nothing of ours imports.
UNUSED = (
    "bin",
    "*.dist-info/RECORD",
    "*.dist-info/direct_url.json",
    "*.dist-info/sboms",
    "phonenumbers/geodata",
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "phonenumbers/carrier.py",
    "phonenumbers/geocoder.py",
    "phonenumbers/timezone.py",
    "holidays/financial",
    "holidays/locale",
    "pydantic/v1",
    "pydantic/mypy.py",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/[!_jt]*",
    "**/*.pyi",
    "**/py.typed",
)
# `holidays` loads one country's module when asked for it, but this file would load all of them
# with it: a fifth of a second.
EMPTIED = ("holidays/countries/__init__.py",)


def this_architecture() -> str:
    """Return the architecture of this machine in Lambda's word."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def install(requirements: Path, architecture: str, target: Path) -> None:
    """Install what the functions need into a folder, Chalice's own part included."""
    _pip(_wanted(requirements), architecture, target)
    _add_chalice(target)
    _prune(target)


def _wanted(requirements: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in requirements.read_text().splitlines())
    return [line for line in lines if line and _name(line) not in FROM_RUNTIME]


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


def _pip(wanted: list[str], architecture: str, target: Path) -> None:
    machine = MACHINES[architecture]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    # The newest Lambda runtimes have glibc 2.34, the one before 2.26.
    platforms = [f"manylinux{glibc}_{machine}" for glibc in ("_2_26", "_2_17", "2014")]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--upgrade"]
    command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
    command += [f"--platform={one}" for one in platforms]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([*command, f"--target={target}", *wanted], check=True, env=environment)


def _add_chalice(target: Path) -> None:
    """Add the part of Chalice that runs in a function, as `chalice package` would."""
    source = Path(chalice.__file__).parent
    (target / "chalice").mkdir()
    for name in ("__init__.py", "app.py"):
        shutil.copyfile(source / name, target / "chalice" / name)


def _prune(folder: Path) -> None:
    runtime = (f"{name}{end}" for name in RUNTIME for end in ("", ".py", "-*.dist-info"))
    for pattern in (*runtime, *UNUSED):
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in EMPTIED:
        (folder / name).write_text("")
    for path in folder.glob("*.dist-info/METADATA"):
        path.write_text(_head(path.read_text(encoding="utf-8")), encoding="utf-8")


def _head(metadata: str) -> str:
    """Keep what a library reads about itself; the rest is its web page."""
    return metadata.partition("\n\n")[0] + "\n"
