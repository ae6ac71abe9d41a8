"""The command `python -m infra.deploy`: a stage on AWS, made, changed or taken down."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra import artifacts, packaging, signing_keys
from infra.cloudformation import StackError, Stacks

SETTINGS = Path(__file__).parents[1] / "stages"
REQUIRED = ("MailDomain", "MailFrom")
OPTIONAL = ("CustomerAddresses", "AlarmEmail", "PublicUrl", "LogLevel", "LogRetentionDays")


class SettingsError(Exception):
    """A stage's settings are missing or not what they must be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; return the code for the shell."""
    args = _parser().parse_args(arguments)
    session = boto3.Session()
    if session.region_name is None:
        print("chưa chọn vùng AWS · no AWS region: set AWS_DEFAULT_REGION", file=sys.stderr)
        return 2
    try:
        args.action(session, args)
    except (StackError, SettingsError, packaging.PackagingError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def settings(stage: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the stack's parameters: `stages/<stage>.yaml`, then the environment over it.

    `MAIL_DOMAIN` in the environment is the parameter `MailDomain`, and so on. Raises
    `SettingsError` that names all that is missing.
    """
    file = SETTINGS / f"{stage}.yaml"
    stored = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    found = {name: str(value) for name, value in (stored or {}).items()}
    for name in (*REQUIRED, *OPTIONAL):
        variable = "".join(f"_{char}" if char.isupper() else char for char in name)[1:].upper()
        if environment.get(variable):
            found[name] = environment[variable]
    if missing := [name for name in REQUIRED if not found.get(name)]:
        raise SettingsError(f"{file.name}: thiếu · missing {', '.join(missing)} (docs/deploy.md)")
    protection = {"DeletionProtection": "true"} if stage == "prod" else {}
    return {"Stage": stage, **protection, **found}


def deploy(session: Any, args: argparse.Namespace) -> None:
    """Package and deploy a stage, and do what CloudFormation can't."""
    parameters = settings(args.stage, os.environ)
    _say("đóng gói · packaging")
    package = packaging.build(args.stage)
    bucket = _bucket(session)
    s3 = session.client("s3")
    artifacts.ensure_bucket(s3, bucket, session.region_name)
    key = artifacts.publish(s3, bucket, package)
    signing_keys.ensure(session.client("ssm"), f"/frontline/{args.stage}/signing-keys")
    _say(f"triển khai · deploying frontline-{args.stage}")
    url = f"https://{bucket}.s3.{session.region_name}.{_suffix(session)}/{key}"
    outputs = Stacks(session.client("cloudformation")).deploy(_name(args.stage), url, parameters)
    _receive_mail(session.client("ses"), outputs["ReceiptRuleSet"])
    for name, value in sorted(outputs.items()):
        print(f"{name:24} {value}")


def destroy(session: Any, args: argparse.Namespace) -> None:
    """Delete a stage's stack; the table and the mail bucket stay, and are named."""
    if args.confirm != args.stage:
        raise SettingsError(f"xác nhận bằng · confirm with CONFIRM={args.stage}")
    stacks = Stacks(session.client("cloudformation"))
    outputs = stacks.outputs(_name(args.stage))
    stacks.delete(_name(args.stage))
    for name in ("TableName", "MailBucket"):
        if name in outputs:
            print(f"còn giữ lại · kept: {outputs[name]}")


def rotate_keys(session: Any, args: argparse.Namespace) -> None:
    """Add a signing key to a stage."""
    signing_keys.rotate(session.client("ssm"), f"/frontline/{args.stage}/signing-keys")


def _receive_mail(ses: Any, rule_set: str) -> None:
    """Put our receipt rules in force, unless somebody else's are: there is one set an account."""
    active = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    if active is None:
        ses.set_active_receipt_rule_set(RuleSetName=rule_set)
    elif active != rule_set:
        _say(
            f"bộ quy tắc nhận thư {active} đang hoạt động, {rule_set} thì chưa · "
            f"receipt rule set {active} is active, {rule_set} is not (docs/deploy.md)"
        )


def _bucket(session: Any) -> str:
    account = session.client("sts").get_caller_identity()["Account"]
    return f"frontline-packages-{account}-{session.region_name}"


def _suffix(session: Any) -> str:
    return "amazonaws.com.cn" if session.region_name.startswith("cn-") else "amazonaws.com"


def _name(stage: str) -> str:
    return f"frontline-{stage}"


def _say(text: str) -> None:
    print(f"→ {text}", flush=True)


ACTIONS = {
    "deploy": (deploy, "đóng gói và triển khai · package and deploy a stage"),
    "destroy": (
        destroy,
        "gỡ xuống, giữ lại bảng và thư · take a stage down but for its table and mails",
    ),
    "rotate-keys": (rotate_keys, "thêm một khóa ký · add a signing key"),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy",
        description="Dựng, thay đổi hay gỡ một môi trường trên AWS · "
        "A stage on AWS, made, changed or taken down.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (action, meaning) in ACTIONS.items():
        command = commands.add_parser(name, help=meaning, description=meaning)
        command.add_argument(
            "--stage", required=True, help="tên môi trường · the stage's name: dev, prod…"
        )
        command.add_argument(
            "--confirm", default="", help="lặp lại tên để gỡ · the stage's name, to destroy it"
        )
        command.set_defaults(action=action)
    return parser


if __name__ == "__main__":
    sys.exit(main())
