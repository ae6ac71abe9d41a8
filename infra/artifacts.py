"""Where CloudFormation finds a package: the zip and the template, in a bucket by their hashes."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

from infra.packaging import Package
from infra.packaging.template import Template, dump, functions, load

Change = Callable[[Template], Template]


def publish(s3: Any, bucket: str, package: Package, change: Change = lambda same: same) -> str:
    """Upload a package and return the key of its template.

    `change` alters the template on its way. What is there already is not sent again.
    """
    code = package.zip.read_bytes()
    code_key = f"{sha256(code).hexdigest()}.zip"
    template = change(load(package.template.read_text(encoding="utf-8")))
    for function in functions(template).values():
        function["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code_key}
    text = dump(template).encode()
    template_key = f"{sha256(text).hexdigest()}.yaml"
    _upload(s3, bucket, code_key, code)
    _upload(s3, bucket, template_key, text)
    return template_key


def ensure_bucket(s3: Any, bucket: str, region: str) -> None:
    """Make the bucket unless it is there: private, encrypted by S3, old packages deleted."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        place = {} if region == "us-east-1" else {"LocationConstraint": region}
        options = {"CreateBucketConfiguration": place} if place else {}
        s3.create_bucket(Bucket=bucket, **options)
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )


def _upload(s3: Any, bucket: str, key: str, content: bytes) -> None:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=content)
