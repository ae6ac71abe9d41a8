"""Where a stage lives: the local cloud's own note, or the outputs of its stack on AWS."""

import json
import os
from pathlib import Path
from typing import Any

import boto3

from chalicelib.bootstrap import Frontline
from chalicelib.config.settings import Settings
from chalicelib.errors import ConfigurationError

LOCAL_STACK = Path(__file__).parents[2] / ".local" / "stack.json"
STACK_VARIABLE = "FRONTLINE_LOCAL_STACK"
"""Names the note of another local cloud than this checkout's own."""

LOCAL_REGION = "us-east-1"
NEEDED = ("stage", "table_name", "mail_bucket")


class StageError(ConfigurationError):
    """A stage that can't be reached: it isn't up, or isn't ours."""


def connect(stage: str) -> Frontline:
    """Return a stage, wired as its own functions are. Raises `StageError` when there is none."""
    if stage != "local":
        return deployed(stage, boto3.Session())
    return local(Path(os.environ.get(STACK_VARIABLE, LOCAL_STACK)))


def local(stack_file: Path) -> Frontline:
    """Return the local cloud that `stack_file` tells of."""
    try:
        stack = json.loads(stack_file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        words = "máy này chưa chạy Frontline · the local cloud isn't up"
        raise StageError(f"{words}: make up") from error
    session = boto3.Session(
        region_name=LOCAL_REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  what the emulator expects
    )
    places = {
        "TABLE_NAME": stack["table"],
        "MAIL_BUCKET": stack["mail_bucket"],
        "PUBLIC_URL": stack["api_url"],
        "PLATFORMS_URL": stack["platforms_url"],
        # A note that an earlier `make up` wrote has none of these.
        "TIMER_QUEUE_URL": stack.get("timer_queue", ""),
        "OUTBOX_QUEUE_URL": stack.get("outbox_queue", ""),
        "PACE_FILE": stack.get("pace_file", ""),
    }
    return _wired("local", places, session, {"endpoint_url": stack["emulator_url"]})


def deployed(stage: str, session: boto3.Session) -> Frontline:
    """Return a stage on AWS, found through its stack `frontline-<stage>`."""
    name = f"frontline-{stage}"
    found = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    if missing := {"TableName", "MailBucket"} - outputs.keys():
        words = f"stack {name} không phải của Frontline, thiếu · has no output"
        raise StageError(f"{words} {', '.join(sorted(missing))}")
    places = {
        "TABLE_NAME": outputs["TableName"],
        "MAIL_BUCKET": outputs["MailBucket"],
        "PUBLIC_URL": outputs.get("ApiUrl", ""),
    }
    return _wired(stage, places, session, {})


def _wired(
    stage: str, places: dict[str, str], session: boto3.Session, options: dict[str, Any]
) -> Frontline:
    settings = Settings.from_environment({"STAGE": stage, **places}, NEEDED)
    return Frontline(settings, client=lambda service: session.client(service, **options))
