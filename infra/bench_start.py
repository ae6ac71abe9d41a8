"""How fast the webhook function starts from the built zip, as a ratio to a bare boto3 client."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from infra import packaging
from infra.packaging.wheels import this_architecture

ROUNDS = 11
GOAL = 1.0
RUNTIME = Path(__file__).parents[1] / ".local" / "runtime"

BARE = "pass"
FLOOR = 'import boto3; boto3.client("dynamodb")'
IMPORTED = "import app"
READY = 'import app; from chalicelib.store.clients import client; client("dynamodb")'

# The time of the processor, which a busy machine doesn't stretch; the last line tells it.
TOLD = "{code}\nimport time; print(time.process_time())"
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


@dataclass(frozen=True, slots=True)
class Start:
    """Median milliseconds of CPU beyond those of bare Python."""

    floor: float
    imported: float
    ready: float

    @property
    def ratio(self) -> float:
        """Ready, with its client made, to the floor."""
        return self.ready / self.floor


def measure(rounds: int = ROUNDS) -> Start:
    """Start fresh processes in turn, so that a busy moment meets them all."""
    python = _runtime_python()
    with _unzipped() as folder:
        environment = {**ENVIRONMENT, "PYTHONPATH": str(folder), "PATH": os.environ["PATH"]}
        times: dict[str, list[float]] = {code: [] for code in (BARE, FLOOR, IMPORTED, READY)}
        for _ in range(rounds):
            for code, found in times.items():
                found.append(_milliseconds(python, code, environment))
    bare, *others = (statistics.median(found) for found in times.values())
    return Start(*(one - bare for one in others))


def main() -> int:
    """Print the measurement; return 1 when the goal is missed."""
    start = measure()
    print(f"floor, `{FLOOR}`: {start.floor:.0f} ms")
    print(f"`{IMPORTED}`: {start.imported:.0f} ms = {start.imported / start.floor:.2f} ×")
    print(f"`{IMPORTED}` and its client: {start.ready:.0f} ms = {start.ratio:.2f} ×")
    print(f"goal ≤ {GOAL:.1f} ×, median of {ROUNDS} fresh processes: CPU beyond bare Python")
    return int(start.ratio > GOAL)


def _milliseconds(python: Path, code: str, environment: Mapping[str, str]) -> float:
    command = [str(python), "-c", TOLD.format(code=code)]
    done = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, cwd="/"
    )
    return float(done.stdout.splitlines()[-1]) * 1000


@contextmanager
def _unzipped() -> Iterator[Path]:
    """Yield the package's content, read-only."""
    package = packaging.build("local", this_architecture())
    with TemporaryDirectory(prefix="frontline-bench-") as folder:
        content = Path(folder)
        with ZipFile(package.zip) as archive:
            archive.extractall(content)
        _allow_writing(content, 0o555)
        yield content
        _allow_writing(content, 0o755)


def _allow_writing(folder: Path, mode: int) -> None:
    for path in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        path.chmod(mode)


def _runtime_python() -> Path:
    """Return a Python that has boto3 and nothing else, as the runtime does."""
    python = RUNTIME / "bin" / "python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(RUNTIME)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "boto3"], check=True)
    return python


if __name__ == "__main__":
    sys.exit(main())
