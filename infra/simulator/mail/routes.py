"""Customers and agents who write e-mail, and the mailbox where the stack's own mails arrive."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.simulator.mail.bucket import MailBucket, region
from infra.simulator.mail.compose import File, Letter, compose, domain_of
from infra.simulator.mail.outbox import Outbox
from infra.simulator.mail.quoting import html_reply, plain_reply, reply_subject
from infra.simulator.mail.receiving import Envelope, Verdicts, receive
from infra.simulator.memory import Entry, Memory
from infra.simulator.stack import StackFile

CHANNEL = "email"
ADDRESS = r"^[^@\s<>]+@[^@\s<>]+$"


class FileIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    content_base64: Base64Bytes = b""
    text: str = ""

    def file(self) -> File:
        return File(name=self.name, content=self.content_base64 or self.text.encode())


class LetterIn(BaseModel):
    """A mail to one of the stack's accounts; `to` when not to the account's own address."""

    model_config = ConfigDict(extra="forbid")

    external_id: str = Field(pattern=ADDRESS)
    name: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: list[FileIn] = []
    in_reply_to: str = ""
    references: list[str] = []
    to: str = ""
    headers: dict[str, str] = {}
    verdicts: Verdicts = Verdicts()
    occurred_at: AwareDatetime | None = None


class ReplyIn(BaseModel):
    """An answer to a mail of the stack; from its addressee unless `from` says otherwise."""

    model_config = ConfigDict(extra="forbid")

    text: str
    sender: str = Field("", alias="from")
    name: str = ""
    to: str = ""
    subject: str | None = None
    attachments: list[FileIn] = []
    headers: dict[str, str] = {}
    verdicts: Verdicts = Verdicts()


class Mail:
    """The HTTP face of e-mail."""

    def __init__(
        self, stack: StackFile, memory: Memory, bucket: MailBucket, outbox: Outbox
    ) -> None:
        self._stack = stack
        self._memory = memory
        self._bucket = bucket
        self._outbox = outbox

    async def customer(self, request: Request) -> Response:
        """Play a customer who writes to an account's address."""
        account = self._stack.read().account(CHANNEL, request.path_params["account"])
        letter_in = LetterIn.model_validate_json(await request.body())
        letter = _letter(letter_in, letter_in.to or account.secret("address"))
        answer = await self._post(letter, letter_in.verdicts)
        entry = Entry(
            id=answer["message_ids"][0],
            by="customer",
            at=letter.at,
            text=letter.text,
            subject=letter.subject,
            attachments=[{"type": "file", "url": "", "name": f.name} for f in letter.files],
        )
        key = (CHANNEL, account.account, letter.sender)
        self._memory.customer_wrote(key, letter.name, entry)
        return JSONResponse({"external_id": letter.sender, **answer}, status_code=202)

    async def reply(self, request: Request) -> Response:
        """Answer a mail of the stack as its addressee would from a mail program."""
        mail = await self._outbox.mail(request.path_params["id"])
        reply = ReplyIn.model_validate_json(await request.body())
        answer = await self._post(_reply(mail, reply), reply.verdicts)
        return JSONResponse(answer, status_code=202)

    async def mails(self, request: Request) -> Response:
        """List the mails sent by the stack, newest last."""
        return JSONResponse(await self._outbox.mails(request.query_params.get("to", "")))

    async def mail(self, request: Request) -> Response:
        return JSONResponse(await self._outbox.mail(request.path_params["id"]))

    async def text_messages(self, request: Request) -> Response:
        """List the SMS sent by the stack."""
        return JSONResponse(await self._outbox.text_messages())

    async def _post(self, letter: Letter, verdicts: Verdicts) -> dict[str, Any]:
        message = compose(letter)
        envelope = Envelope(
            sender=_return_path(message, letter),
            recipient=letter.to,
            author_domain=domain_of(parseaddr(str(message["From"]))[1]),
        )
        received = receive(
            message.as_bytes(),
            envelope,
            verdicts,
            datetime.now(UTC),
            region(),
        )
        status = await self._bucket.put(self._stack.read().mail_bucket, received)
        return {
            "event_ids": [received.id],
            "message_ids": [str(message["Message-ID"])],
            "key": received.key,
            "attempts": [{"status": status, "at": datetime.now(UTC).isoformat()}],
        }


def _letter(letter: LetterIn, to: str) -> Letter:
    return Letter(
        sender=letter.external_id,
        name=letter.name,
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        at=letter.occurred_at or datetime.now(UTC),
        files=tuple(item.file() for item in letter.attachments),
        in_reply_to=letter.in_reply_to,
        references=tuple(letter.references or filter(None, [letter.in_reply_to])),
        headers=letter.headers,
    )


def _reply(mail: dict[str, Any], reply: ReplyIn) -> Letter:
    answer_to = next(iter(mail["reply_to"]), mail["from"])
    return Letter(
        sender=reply.sender or parseaddr(mail["to"][0])[1],
        name=reply.name,
        to=reply.to or parseaddr(answer_to)[1],
        subject=reply_subject(mail["subject"]) if reply.subject is None else reply.subject,
        text=plain_reply(reply.text, mail),
        html=html_reply(reply.text, mail),
        at=datetime.now(UTC),
        files=tuple(item.file() for item in reply.attachments),
        in_reply_to=mail["message_id"],
        references=(*_earlier(mail), mail["message_id"]),
        headers=reply.headers,
    )


def _earlier(mail: dict[str, Any]) -> list[str]:
    headers = {name.lower(): value for name, value in mail["headers"].items()}
    return str(headers.get("references", "")).split()


def _return_path(message: EmailMessage, letter: Letter) -> str:
    """Return the envelope sender; a test may say `Return-Path: <>` to play a bounce."""
    given = message["Return-Path"]
    if given is None:
        return letter.sender
    del message["Return-Path"]
    return parseaddr(str(given))[1]
