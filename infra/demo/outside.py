"""The world outside the stack, as the simulator plays it: customers, platforms, the mailbox."""

from typing import Any

import httpx

from infra.demo.api import Json

# The simulator waits for the first attempt of a webhook before it answers.
PATIENCE = 70


class Outside:
    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)

    def customer_writes(self, channel: str, account: str, words: Json) -> Json:
        """Return the ids and the attempts of the webhook that tells the stack."""
        found: Json = self._do(f"/customers/{channel}/{account}", words)
        return found

    def webhooks(self, channel: str, message_id: str) -> list[Json]:
        """Return the webhooks sent for a message, each with its very bytes."""
        return self._ask("/webhooks", channel=channel, message_id=message_id)

    def calls(self, channel: str) -> list[Json]:
        """Return what the stack asked of a platform, oldest first."""
        return self._ask("/calls", channel=channel)

    def mails(self, to: str = "") -> list[Json]:
        """Return the mails that the stack sent, oldest first."""
        return self._ask("/mails", to=to)

    def text_messages(self) -> list[Json]:
        return self._ask("/sms")

    def answer_mail(self, mail_id: str, text: str) -> None:
        """Answer a mail as its addressee, from his own mail program."""
        self._do(f"/mails/{mail_id}/reply", {"text": text})

    def _ask(self, path: str, **query: str) -> list[Json]:
        answer = self._client.get(path, params=query)
        answer.raise_for_status()
        return list(answer.json())

    def _do(self, path: str, body: Json) -> Any:
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()
