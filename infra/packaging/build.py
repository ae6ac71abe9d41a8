"""A package: the zip of the functions and the template that deploys it, built only when stale."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.lock import only_one
from infra.packaging import archive, awsdata, template, wheels
from infra.packaging.stale import fingerprint, is_fresh, mark_fresh

ROOT = Path(__file__).parents[2]
BUILD = ROOT / ".build"

SOURCES = ("app.py", "chalicelib")
TEMPLATE_INPUTS = ("infra/resources.yaml", ".chalice/config.json")
LIBRARY_INPUTS = ("requirements.txt", "infra/packaging")
NOT_CODE = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


@dataclass(frozen=True, slots=True)
class Package:
    """What a deployment needs; `template` names the zip as `./deployment.zip`."""

    zip: Path
    template: Path


def build(stage: str, architecture: str = "arm64") -> Package:
    """Return the package of a stage for `arm64` or `x86_64`, built again only when stale."""
    out = BUILD / f"{stage}-{architecture}"
    package = Package(out / "deployment.zip", out / "template.yaml")
    inputs = _inputs(*SOURCES, *TEMPLATE_INPUTS, *LIBRARY_INPUTS)
    with only_one(BUILD / "lock"):
        now = fingerprint(inputs, ROOT, extra=(stage, architecture))
        if not is_fresh(out, now, (package.zip, package.template)):
            out.mkdir(parents=True, exist_ok=True)
            build_zip(package.zip, architecture)
            build_template(package.template, stage)
            mark_fresh(out, now)
    return package


def build_zip(target: Path, architecture: str) -> None:
    """Write the zip: the libraries, and our code after them."""
    shutil.copyfile(_libraries(architecture), target)
    with TemporaryDirectory(prefix="frontline-") as folder:
        _copy(SOURCES, Path(folder))
        archive.add(Path(folder), target)
    archive.require_byte_code(target)


def _libraries(architecture: str) -> Path:
    """Return the zip of the libraries and the descriptions of AWS, built only when stale."""
    out = BUILD / f"libraries-{architecture}"
    target = out / "libraries.zip"
    now = fingerprint(_inputs(*LIBRARY_INPUTS), ROOT, extra=(architecture,))
    if not is_fresh(out, now, (target,)):
        out.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        with TemporaryDirectory(prefix="frontline-") as folder:
            content = Path(folder)
            wheels.install(ROOT / "requirements.txt", architecture, content)
            awsdata.write(content / awsdata.FOLDER)
            archive.replace_sources(content)
            archive.add(content, target)
        mark_fresh(out, now)
    return target


def build_template(target: Path, stage: str) -> None:
    """Write the template: Chalice's own with `infra/resources.yaml` merged in."""
    with TemporaryDirectory(prefix="frontline-") as folder:
        _copy((*SOURCES, *TEMPLATE_INPUTS), Path(folder))
        target.write_text(template.packaged(Path(folder), stage), encoding="utf-8")


def _inputs(*names: str) -> list[Path]:
    return [ROOT / name for name in names]


def _copy(names: Iterable[str], target: Path) -> None:
    for name in names:
        source = ROOT / name
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=NOT_CODE)
        else:
            shutil.copyfile(source, target / name)
