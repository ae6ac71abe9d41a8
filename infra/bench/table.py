"""The table that is deployed, on the local cloud: empty, or with very many items at once."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice
from typing import Any
from uuid import uuid4

import yaml

from chalicelib.store.items import Item
from infra.bench.function import BenchError
from infra.packaging.build import ROOT
from infra.packaging.template import MERGED

TEMPLATE = ROOT / MERGED
PARTS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
IN_A_FILE = 100_000
LOOK = timedelta(milliseconds=100)


def create_table(client: Any, name: str) -> None:
    """Create the table without an item, and without its stream."""
    client.create_table(**_wanted(name))


def load_table(dynamodb: Any, s3: Any, name: str, loaded: Iterable[Item]) -> None:
    """Create the table with items in it, by an import from S3: no other way takes so many.

    Raises `BenchError` when not all of them arrived.
    """
    with _uploaded(s3, loaded) as bucket:
        begun = dynamodb.import_table(
            S3BucketSource={"S3Bucket": bucket},
            InputFormat="DYNAMODB_JSON",
            TableCreationParameters=_wanted(name),
        )
        arn = begun["ImportTableDescription"]["ImportArn"]
        while (told := _import(dynamodb, arn))["ImportStatus"] == "IN_PROGRESS":
            time.sleep(LOOK.total_seconds())
    if told["ImportStatus"] != "COMPLETED":
        raise BenchError(
            f"the import ended as {told['ImportStatus']}: {told.get('FailureMessage')}"
        )


def deployed_table() -> dict[str, Any]:
    """Return the properties of the table, out of what is merged into the template."""
    resources = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)["Resources"]  # noqa: S506
    tables = (one for one in resources.values() if one.get("Type") == "AWS::DynamoDB::Table")
    found: dict[str, Any] = next(tables)["Properties"]
    return found


def _wanted(name: str) -> dict[str, Any]:
    deployed = deployed_table()
    return {"TableName": name, **{part: deployed[part] for part in PARTS}}


def _import(dynamodb: Any, arn: str) -> dict[str, Any]:
    told: dict[str, Any] = dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]
    return told


@contextmanager
def _uploaded(s3: Any, loaded: Iterable[Item]) -> Iterator[str]:
    """Yield a bucket that holds the items as files of an import, for as long as that takes."""
    bucket, names = f"bench-{uuid4().hex}", []
    s3.create_bucket(Bucket=bucket)
    lines = (json.dumps({"Item": item}) for item in loaded)
    try:
        for number in count():
            if not (body := "\n".join(islice(lines, IN_A_FILE))):
                break
            names.append(f"{number}.json")
            s3.put_object(Bucket=bucket, Key=names[-1], Body=body.encode())
        yield bucket
    finally:
        for name in names:
            s3.delete_object(Bucket=bucket, Key=name)
        s3.delete_bucket(Bucket=bucket)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML brings no types
    """Reads CloudFormation's YAML; what its own tags stand for is of no interest here."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: {suffix: None})
