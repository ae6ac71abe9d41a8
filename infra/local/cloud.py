"""The running emulator as an AWS account: the stack, its secrets, and the addresses of both."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from infra import artifacts, signing_keys
from infra.cloudformation import Stacks
from infra.local.accounts import SecretBook
from infra.local.changes import localized
from infra.packaging import Package

HOST = "127.0.0.1"
REGION = "us-east-1"
STAGE = "local"
STACK = "frontline-local"
BUCKET = "frontline-packages"
# The emulator's root; no account of anybody's.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}
LOOK = 0.2


@dataclass(frozen=True)
class Cloud:
    """The emulator at a port."""

    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def health_url(self) -> str:
        return f"{self.url}/_ministack/health"

    def api_url(self, outputs: Mapping[str, str]) -> str:
        return f"{self.url}/restapis/{outputs['RestAPIId']}/api/_user_request_"

    def deploy(self, package: Package, architecture: str, mail_domain: str) -> dict[str, str]:
        """Deploy a package and return the stack's outputs."""
        s3 = self.client("s3")
        artifacts.ensure_bucket(s3, BUCKET, REGION)
        key = artifacts.publish(
            s3, BUCKET, package, lambda template: localized(template, architecture)
        )
        template_url = f"{self.url}/{BUCKET}/{key}"
        stacks = Stacks(self.client("cloudformation"), pause=lambda: time.sleep(LOOK))
        parameters = {
            "Stage": STAGE,
            "MailDomain": mail_domain,
            "MailFrom": f"frontline@{mail_domain}",
        }
        # The API's address is known only once there is an API.
        known = stacks.outputs(STACK) or stacks.deploy(STACK, template_url, parameters)
        address = {"PublicUrl": self.api_url(known)}
        return stacks.deploy(STACK, template_url, parameters | address)

    def put_secrets(self, book: SecretBook, outputs: Mapping[str, str]) -> None:
        """Write the accounts' secrets and the signing keys."""
        ssm = self.client("ssm")
        book.write(ssm, self.client("secretsmanager"), STAGE)
        signing_keys.ensure(ssm, outputs["SigningKeysParameter"])

    def may_send_from(self, domains: set[str]) -> None:
        """Let SES send from these domains."""
        ses = self.client("sesv2")
        for domain in sorted(domains):
            try:
                ses.create_email_identity(EmailIdentity=domain)
            except ses.exceptions.AlreadyExistsException:
                continue

    def client(self, service: str) -> Any:
        return self._session.client(
            service, endpoint_url=self.url, config=Config(s3={"addressing_style": "path"})
        )

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
