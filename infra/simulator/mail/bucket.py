"""The mail bucket, where SES's S3 action puts what it received."""

import os
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from starlette.concurrency import run_in_threadpool

from infra.simulator.mail.receiving import ReceivedMail


def region() -> str:
    """Return the region the local cloud runs in."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


class MailBucket:
    """Puts mails where the emulator's S3 tells the stack of them."""

    def __init__(self, emulator_url: str) -> None:
        self._emulator_url = emulator_url

    @cached_property
    def _client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self._emulator_url,
            region_name=region(),
            # The emulator's root credentials; no real account is ever reached.
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}),
        )

    async def put(self, bucket: str, mail: ReceivedMail) -> int:
        """Write the mail and return the HTTP status; raises botocore's errors."""
        answer = await run_in_threadpool(
            self._client.put_object, Bucket=bucket, Key=mail.key, Body=mail.content
        )
        return int(answer["ResponseMetadata"]["HTTPStatusCode"])
