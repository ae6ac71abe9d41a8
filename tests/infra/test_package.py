"""The package as built: what is in it, what isn't, and how large it is."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.packaging import Package, archive, build
from infra.packaging.wheels import this_architecture

REQUIREMENTS = Path(__file__).parents[2] / "requirements.txt"
MODULES = {
    "aws-lambda-powertools": "aws_lambda_powertools",
    "google-re2": "re2",
    "PyJWT[crypto]": "jwt",
}
LARGEST = 30_000_000


@pytest.fixture(scope="module")
def package() -> Package:
    return build("local", this_architecture())


@pytest.fixture(scope="module")
def names(package: Package) -> list[str]:
    with ZipFile(package.zip) as built:
        return built.namelist()


def test_every_module_starts_from_byte_code(package: Package) -> None:
    archive.require_byte_code(package.zip)


def test_the_package_without_byte_code_is_small(package: Package) -> None:
    plain, _ = archive.sizes(package.zip)
    assert plain <= LARGEST


def test_every_requirement_is_in_it_but_what_the_runtime_has(names: list[str]) -> None:
    folders = {name.partition("/")[0].removesuffix(".pyc") for name in names}
    lines = (line.partition("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines())
    wanted = {re.split(r"[<>=]", line)[0] for line in lines if line} - {"boto3"}
    assert {MODULES.get(name, name.lower()) for name in wanted} <= folders
    assert not folders & {"boto3", "botocore", "s3transfer", "dateutil", "jmespath"}


def test_tools_and_tests_stay_out(names: list[str]) -> None:
    folders = {name.partition("/")[0] for name in names}
    assert not folders & {"infra", "tests", "docs", ".chalice", "yaml", "pytest", "moto"}
    assert [name for name in names if name.startswith("chalice/")] == [
        "chalice/__init__.pyc",
        "chalice/app.pyc",
    ]


def test_our_own_code_brings_its_source_for_tracebacks(names: list[str]) -> None:
    sources = {name.partition("/")[0] for name in names if name.endswith(".py")}
    assert sources == {"app.py", "chalicelib"}


def test_no_file_is_there_twice(names: list[str]) -> None:
    assert len(names) == len(set(names))


def test_building_again_changes_nothing(package: Package) -> None:
    before = package.zip.stat().st_mtime_ns
    assert build("local", this_architecture()).zip.stat().st_mtime_ns == before
