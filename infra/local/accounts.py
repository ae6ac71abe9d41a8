"""The accounts of a desk with made-up secrets, so that anyone can play their platform."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from chalicelib.channels.registry import adapter_class
from infra.simulator.platforms import all_platforms, ids

Account = dict[str, Any]
Secrets = dict[str, str | list[str]]
Made = dict[str, str]

ID_DIGITS = 16


def read_accounts(desk: Path) -> list[Account]:
    """Return the accounts of a desk.yaml as written: channel, account, name, secrets."""
    found: list[Account] = _read(desk).get("accounts", [])
    return found


def read_slack(desk: Path) -> str | list[str] | None:
    """Return the address of a desk's own Slack channel as written, None when it has none."""
    found: str | list[str] | None = _read(desk).get("slack")
    return found


class SecretBook:
    """Made-up values by reference, kept in a file so that they last from one start to the next."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._made: Made = json.loads(file.read_text()) if file.is_file() else {}

    def secrets_of(self, account: Account) -> Secrets:
        """Return all that the account's platform and the desk know of it."""
        place = f"{account['channel']}/{account['account']}"
        known = secret_names(account["channel"])
        references = {name: f"local:{place}/{name}" for name in known}
        found = self._values(account["channel"], {**references, **account.get("secrets", {})})
        self._save()
        return found

    def slack_address(self, reference: str | list[str]) -> str | list[str]:
        """Return the address at which the desk's own Slack channel takes its alerts."""
        found = self._values("slack", {"incoming_webhook": reference})
        self._save()
        return found["incoming_webhook"]

    def write(self, ssm: Any, secretsmanager: Any, stage: str) -> None:
        """Put every value where its reference says that it is."""
        documents: dict[str, dict[str, str]] = {}
        for reference, value in self._made.items():
            scheme, _, name = reference.partition(":")
            if scheme == "ssm":
                path = name if name.startswith("/") else f"/frontline/{stage}/{name}"
                ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)
            elif scheme == "secretsmanager":
                secret_id, _, key = name.partition("#")
                documents.setdefault(secret_id, {})[key] = value
        for secret_id, document in documents.items():
            text = document[""] if set(document) == {""} else json.dumps(document)
            _put_secret(secretsmanager, secret_id, text)

    def _save(self) -> None:
        self._file.write_text(json.dumps(self._made, indent=1))
        self._file.chmod(0o600)

    def _values(self, channel: str, references: Mapping[str, str | list[str]]) -> Secrets:
        return {
            name: [self._value(channel, name, one) for one in reference]
            if isinstance(reference, list)
            else self._value(channel, name, reference)
            for name, reference in references.items()
        }

    def _value(self, channel: str, name: str, reference: str) -> str:
        """Return what a reference stands for; anything else is the secret itself."""
        if reference.partition(":")[0] not in ("ssm", "secretsmanager", "local"):
            return reference
        return self._made.setdefault(reference, made_up(channel, name))


def secret_names(channel: str) -> tuple[str, ...]:
    """Return what a platform knows of an account, whether the desk needs it or not."""
    adapter = adapter_class(channel)
    return (*adapter.required_secrets, *adapter.optional_secrets)


def made_up(channel: str, name: str) -> str:
    """Return a value that looks like what the platform calls by this name."""
    platforms = {platform.channel: platform.made_up for platform in all_platforms()}
    maker = platforms.get(channel, {}).get(name)
    if maker:
        return maker()
    return ids.digits(ID_DIGITS) if name.endswith("_id") else secrets.token_hex(16)


def _read(desk: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(desk.read_text(encoding="utf-8"))
    return document


def _put_secret(client: Any, secret_id: str, text: str) -> None:
    try:
        client.create_secret(Name=secret_id, SecretString=text)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=secret_id, SecretString=text)
