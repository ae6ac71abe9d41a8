"""The zip itself: the same bytes from the same files, with byte code that needs no checking.

A function's folder is read-only, so a start would compile every module again. Unchecked-hash byte
code is never compared with its source and holds no time of day (PEP 552).
"""

import compileall
import importlib.util
import py_compile
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.packaging.errors import ByteCodeError

# The oldest time a zip can hold: files have no age.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
UNCHECKED = 0b01  # PEP 552: hash-based, check_source unset
HEADER_SIZE = 8


def replace_sources(content: Path) -> None:
    """Leave only byte code of `content`: of libraries a traceback names files and lines anyway."""
    _compile(content, beside_source=True)
    for path in list(content.rglob("*.py")):
        path.unlink()


def add(content: Path, target: Path) -> None:
    """Compile `content` and add it to a zip, which need not exist. Raises `ByteCodeError`."""
    _compile(content, beside_source=False)
    with ZipFile(target, "a", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(one for one in content.rglob("*") if one.is_file()):
            archive.writestr(_entry(path.relative_to(content)), path.read_bytes(), ZIP_DEFLATED, 9)


def require_byte_code(target: Path) -> None:
    """Raises `ByteCodeError` unless every module of the zip has byte code ready for this Python."""
    with ZipFile(target) as archive:
        names = set(archive.namelist())
        for name in _byte_code_names(names):
            header = archive.read(name)[:HEADER_SIZE] if name in names else b""
            if header != importlib.util.MAGIC_NUMBER + UNCHECKED.to_bytes(4, "little"):
                raise ByteCodeError(f"not ready for this Python: {name}")


def sizes(target: Path) -> tuple[int, int]:
    """Return the unzipped bytes without byte code, and those of the byte code."""
    with ZipFile(target) as archive:
        entries = list(_sizes(archive))
    return sum(size for code, size in entries if not code), sum(
        size for code, size in entries if code
    )


def _compile(content: Path, *, beside_source: bool) -> None:
    """Compile all modules; `beside_source` puts byte code where it is imported without a source."""
    compiled = compileall.compile_dir(
        content,
        quiet=1,
        force=True,
        legacy=beside_source,
        stripdir=str(content),
        prependdir="/var/task",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise ByteCodeError("a module does not compile")


def _sizes(archive: ZipFile) -> Iterator[tuple[bool, int]]:
    for info in archive.infolist():
        yield info.filename.endswith(".pyc"), info.file_size


def _byte_code_names(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name.endswith(".py"):
            yield _cached(name)
        elif name.endswith(".pyc"):
            yield name


def _cached(name: str) -> str:
    return Path(importlib.util.cache_from_source(name)).as_posix()


def _entry(path: Path) -> ZipInfo:
    info = ZipInfo(path.as_posix(), LONG_AGO)
    info.external_attr = READABLE
    info.create_system = 3  # Unix, whatever machine packs it
    return info
