"""Whether something built is still what its inputs would make."""

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

MARK = "inputs.sha256"
TOOLS = ("chalice", "botocore")


def fingerprint(inputs: Iterable[Path], root: Path, extra: Iterable[str] = ()) -> str:
    """Return one hash over the files' names and contents and the tools that read them."""
    total = sha256()
    tools = (f"{name} {version(name)}" for name in TOOLS)
    for text in (*extra, sys.version, *tools):
        total.update(text.encode() + b"\0")
    for path in sorted(_files(inputs)):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_fresh(folder: Path, now: str, built: Iterable[Path]) -> bool:
    mark = folder / MARK
    return mark.is_file() and mark.read_text() == now and all(path.is_file() for path in built)


def mark_fresh(folder: Path, now: str) -> None:
    (folder / MARK).write_text(now)


def _files(inputs: Iterable[Path]) -> Iterator[Path]:
    for path in inputs:
        if path.is_dir():
            yield from (one for one in path.rglob("*") if one.is_file() and one.suffix != ".pyc")
        else:
            yield path
