"""The mails and text messages that the stack sent, as its emulator and we remember them."""

from datetime import UTC, datetime
from typing import Any

import httpx

from infra.simulator.mail.ses import SentContent, Ses, mail_id

SES_DOMAIN = "email.amazonses.com"


class Outbox:
    """Everything sent by SES and SNS, oldest first."""

    def __init__(self, client: httpx.AsyncClient, emulator_url: str, ses: Ses) -> None:
        self._client = client
        self._emulator_url = emulator_url.rstrip("/")
        self._ses = ses

    async def mails(self, to: str = "") -> list[dict[str, Any]]:
        """Return the mails, or those to one address; raises httpx's errors."""
        document = await self._get("/_ministack/ses/messages")
        records = [record for account in document["messages"].values() for record in account]
        mails = [self._mail(record) for record in records]
        mails.sort(key=lambda mail: str(mail["at"]))
        return [mail for mail in mails if not to or _is_to(mail, to)]

    async def mail(self, wanted_id: str) -> dict[str, Any]:
        """Return one mail; raises `KeyError` when there is none."""
        for mail in await self.mails():
            if mail["id"] == mail_id(wanted_id):
                return mail
        raise KeyError(wanted_id)

    async def text_messages(self) -> list[dict[str, Any]]:
        """Return the SMS; raises httpx's errors. The emulator keeps no time of them."""
        document = await self._get("/_ministack/sns/sms-messages")
        return [
            {"id": record["MessageId"], "to": phone, "text": record["Message"]}
            for phone, records in document["sms_messages"].items()
            for record in records
        ]

    async def _get(self, path: str) -> dict[str, Any]:
        answer = await self._client.get(self._emulator_url + path, timeout=10)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def _mail(self, record: dict[str, Any]) -> dict[str, Any]:
        identifier = mail_id(record["MessageId"])
        sent = self._ses.sent.get(identifier, SentContent())
        return {
            "id": identifier,
            "message_id": f"<{identifier}@{SES_DOMAIN}>",
            "at": datetime.fromtimestamp(record["Timestamp"], tz=UTC).isoformat(),
            "from": record["Source"],
            "to": sent.to or record["To"],
            "cc": record["CC"],
            "reply_to": sent.reply_to,
            "subject": sent.subject or record["Subject"],
            "text": sent.text or record["BodyText"],
            "html": sent.html or record["BodyHtml"] or "",
            "headers": sent.headers,
            "attachments": sent.attachments,
        }


def _is_to(mail: dict[str, Any], wanted: str) -> bool:
    return any(wanted.lower() in address.lower() for address in [*mail["to"], *mail["cc"]])
