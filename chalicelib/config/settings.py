"""The settings of a function, read once from its environment."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Self

from chalicelib.errors import ConfigurationError


def _required(meaning: str) -> Any:
    return field(metadata={"meaning": meaning})


def _optional(meaning: str) -> Any:
    return field(default="", metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is the environment variable of the same name in capitals.

    A setting that the function doesn't need, and that isn't set, is empty.
    """

    stage: str = _required("name of the stage: `local`, `dev`, `prod`…")
    table_name: str = _required("the DynamoDB table")
    timer_queue_url: str = _required("SQS queue of the moments that are near")
    outbox_queue_url: str = _required("SQS queue of the sends to try again")
    recompute_queue_url: str = _required(
        "SQS queue of the tickets to compute again under a new desk"
    )
    mail_bucket: str = _required("S3 bucket of incoming mail and its attachments")
    notification_topic_arn: str = _required("SNS topic on which every notification is published")
    mail_domain: str = _required("domain of the addresses `reply+<token>@` and `note+<token>@`")
    mail_from: str = _required("sender of the mails to agents")
    signing_keys_parameter: str = _required(
        "SSM parameter with the keys that sign links and addresses"
    )
    public_url: str = _optional("base of the links in mails; API requests know their own")
    platforms_url: str = _optional("local only: base that stands in for every platform")
    pace_file: str = _optional("local only: file that tells how fast the desk's time passes")

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], needed: Collection[str] | None = None
    ) -> Self:
        """Return the settings; `needed` are the fields this function can't do without.

        Without `needed` that is every field that isn't optional. Raises `ConfigurationError`
        that names all the missing ones.
        """
        required = needed if needed is not None else REQUIRED
        values = {one.name: environment.get(one.name.upper(), "") for one in fields(cls)}
        if missing := [name.upper() for name in values if name in required and not values[name]]:
            raise ConfigurationError(f"missing settings: {', '.join(missing)}")
        return cls(**values)


def settings_table() -> str:
    """Return the settings as the Markdown table that stands in README."""
    rows = [_row(one) for one in fields(Settings)]
    return "\n".join(("| setting | required | meaning |", "|---|---|---|", *rows))


def _row(setting: Field[Any]) -> str:
    need = "yes" if setting.name in REQUIRED else "no"
    return f"| `{setting.name.upper()}` | {need} | {setting.metadata['meaning']} |"


REQUIRED = tuple(one.name for one in fields(Settings) if one.default is MISSING)
