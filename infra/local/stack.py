"""`.local/stack.json`: what the local cloud tells everybody about itself."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from infra.local.accounts import Account, SecretBook

Stack = dict[str, Any]


def described(
    *,
    api_url: str,
    emulator_url: str,
    platforms_url: str,
    pace_file: str,
    outputs: Mapping[str, str],
) -> Stack:
    """Return the addresses; the token, the desk and the accounts come when they exist."""
    return {
        "api_url": api_url,
        "emulator_url": emulator_url,
        "platforms_url": platforms_url,
        "mail_url": f"{platforms_url}/mails",
        "token": "",
        "desk": "",
        "mail_bucket": outputs["MailBucket"],
        "table": outputs["TableName"],
        "timer_queue": outputs["TimerQueueUrl"],
        "outbox_queue": outputs["OutboxQueueUrl"],
        "pace_file": pace_file,
        "accounts": [],
    }


def described_accounts(
    accounts: Iterable[Account], book: SecretBook, api_url: str, company_domain: str
) -> list[dict[str, Any]]:
    """Return each account with its webhook's address and its secrets."""
    found = []
    for account in accounts:
        channel, name = account["channel"], account["account"]
        secrets = book.secrets_of(account)
        if channel == "email":
            secrets.setdefault("address", f"{name}@{company_domain}")
        url = f"{api_url}/webhooks/{channel}/{name}"
        row = {"channel": channel, "account": name, "webhook_url": url, "secrets": secrets}
        found.append(row)
    return found


def read(file: Path) -> Stack:
    """Return what was written last; empty when nothing was."""
    try:
        stack: Stack = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return stack


def write(file: Path, stack: Stack) -> None:
    """Write it in one step, since the simulator reads it whenever it changes."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(stack, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.chmod(0o600)
    unfinished.replace(file)
