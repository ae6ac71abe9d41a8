"""The webhook function as Lambda starts it: a fresh process on the unzipped, read-only package."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from infra import packaging
from infra.packaging.wheels import this_architecture

RUNTIME = Path(__file__).parents[2] / ".local" / "runtime"
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "STAGE": "bench",
    "TABLE_NAME": "bench",
    "POWERTOOLS_SERVICE_NAME": "frontline",
    "POWERTOOLS_METRICS_NAMESPACE": "Frontline",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    # As in a function, where the folder of the code can't be written.
    "PYTHONDONTWRITEBYTECODE": "1",
}


class BenchError(Exception):
    """Something can't be measured; the words say why."""


@dataclass(frozen=True, slots=True)
class Function:
    """`folder` holds the package's content, `python` has boto3 and nothing else."""

    python: Path
    folder: Path

    def run(self, program: str, given: object = None) -> Any:
        """Run a program in a fresh process; return the JSON on the last line that it prints.

        `given` stands as JSON on its standard input. Raises `BenchError`.
        """
        environment = {**ENVIRONMENT, "PYTHONPATH": str(self.folder), "PATH": os.environ["PATH"]}
        told = _output([str(self.python), "-c", program], environment, json.dumps(given))
        return json.loads(told.splitlines()[-1])


@contextmanager
def packaged() -> Iterator[Function]:
    """Yield the function, from the package as built for this machine."""
    package = packaging.build("local", this_architecture())
    with TemporaryDirectory(prefix="frontline-bench-") as folder:
        content = Path(folder)
        with ZipFile(package.zip) as archive:
            archive.extractall(content)
        _allow_writing(content, 0o555)
        try:
            yield Function(_runtime_python(), content)
        finally:
            _allow_writing(content, 0o755)


def _runtime_python() -> Path:
    """Return a Python with the boto3 that the package's data were cut from."""
    folder = RUNTIME / f"boto3-{version('boto3')}"
    python = folder / "bin" / "python"
    if not python.is_file():
        _output([sys.executable, "-m", "venv", str(folder)], os.environ)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _output([*install, f"boto3=={version('boto3')}", f"botocore=={version('botocore')}"])
    return python


def _output(
    command: list[str], environment: Mapping[str, str] | None = None, given: str = ""
) -> str:
    done = subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        raise BenchError(f"{Path(command[0]).name}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _allow_writing(folder: Path, mode: int) -> None:
    for path in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        path.chmod(mode)
