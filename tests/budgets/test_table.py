"""The tests' table is the one that is deployed."""

from typing import Any

import pytest

from infra.bench.table import deployed_table
from tests.aws import STREAM, TABLE, create_table

PARTS = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "StreamSpecification")


@pytest.fixture
def both(aws: Any) -> tuple[Any, Any]:
    create_table(aws("dynamodb"), StreamSpecification=STREAM)
    here = aws("dynamodb").describe_table(TableName=TABLE)["Table"]
    return here, deployed_table()


def test_keys_and_indexes_are_the_same(both: tuple[Any, Any]) -> None:
    here, deployed = both
    assert here["KeySchema"] == deployed["KeySchema"]
    assert _by(here["AttributeDefinitions"], "AttributeName") == _by(
        deployed["AttributeDefinitions"], "AttributeName"
    )
    assert _indexes(here) == _indexes(deployed)


def test_the_stream_tells_the_same(both: tuple[Any, Any]) -> None:
    here, deployed = both
    view = here["StreamSpecification"]["StreamViewType"]
    assert view == deployed["StreamSpecification"]["StreamViewType"]


def _indexes(table: Any) -> dict[str, Any]:
    wanted = ("KeySchema", "Projection")
    return {
        one["IndexName"]: {part: one[part] for part in wanted}
        for one in table["GlobalSecondaryIndexes"]
    }


def _by(found: list[Any], name: str) -> dict[str, Any]:
    return {one[name]: one for one in found}
