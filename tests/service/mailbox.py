"""An SES that keeps what it sends, or refuses it as it is told."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.bootstrap import Frontline


@dataclass
class Mailbox:
    """`refusals` are the codes of errors by address, `sent` what went out, by address."""

    refusals: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, EmailMessage]] = field(default_factory=list)

    def send_email(self, **asked: Any) -> dict[str, str]:
        (address,) = asked["Destination"]["ToAddresses"]
        if code := self.refusals.get(address):
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "SendEmail")
        mail = message_from_bytes(asked["Content"]["Raw"]["Data"], policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.sent.append((address, mail))
        return {"MessageId": f"ses-{len(self.sent)}"}

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for known, mail in self.sent if known == address]

    def kinds_to(self, address: str) -> list[str]:
        return [str(mail["X-Frontline-Notification"]) for mail in self.to(address)]


def mailbox_of(frontline: Frontline) -> Mailbox:
    """Let `frontline` send its mails through a mailbox."""
    mailbox, client = Mailbox(), frontline.client
    frontline.client = lambda service: mailbox if service == "sesv2" else client(service)
    return mailbox
