"""What the local cloud tells of itself in `stack.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One connected account; `revision` grows each time `stack.json` is written anew."""

    channel: str
    account: str
    webhook_url: str
    secrets: Mapping[str, Any] = field(repr=False)
    revision: int = 0

    def secret(self, name: str) -> str:
        """Return the newest value of a secret, empty when there is none."""
        return (self.all_secrets(name) or [""])[-1]

    def all_secrets(self, name: str) -> list[str]:
        """Return a secret's values, oldest first; several while it is being rotated."""
        value = self.secrets.get(name, [])
        values = value if isinstance(value, list) else [value]
        return [str(item) for item in values if item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One reading of `stack.json`."""

    accounts: tuple[Account, ...] = ()
    mail_bucket: str = ""
    api_url: str = ""

    def account(self, channel: str, account: str) -> Account:
        """Return one account; raises `KeyError` when the stack doesn't have it."""
        for candidate in self.accounts:
            if (candidate.channel, candidate.account) == (channel, account):
                return candidate
        raise KeyError(f"{channel}/{account}")

    def of_channel(self, channel: str) -> list[Account]:
        return [account for account in self.accounts if account.channel == channel]


class StackFile:
    """`stack.json`, read again whenever it changes; an absent file is a stack without accounts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._revision = 0
        self._stack = Stack()

    def read(self) -> Stack:
        stamp = self._current_stamp()
        if stamp != self._stamp:
            self._load(stamp)
        return self._stack

    def _load(self, stamp: tuple[int, int] | None) -> None:
        try:
            document = json.loads(self._path.read_text("utf-8")) if stamp else {}
        except (OSError, ValueError):
            # Being written this very moment: keep what we know, and read again next time.
            return
        self._stamp = stamp
        self._revision += 1
        self._stack = _stack(document, self._revision)

    def _current_stamp(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_size


def _stack(document: Mapping[str, Any], revision: int) -> Stack:
    return Stack(
        mail_bucket=document.get("mail_bucket", ""),
        api_url=document.get("api_url", ""),
        accounts=tuple(
            Account(
                channel=item["channel"],
                account=item["account"],
                webhook_url=item.get("webhook_url") or "",
                secrets=item.get("secrets") or {},
                revision=revision,
            )
            for item in document.get("accounts", [])
        ),
    )
