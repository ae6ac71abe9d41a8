"""Mail that no person wrote: bounces, vacation notes, lists, machines. It never gets an answer."""

import re
from enum import StrEnum

from chalicelib.channels.email.mail import Mail

# On every automatic mail of ours; RFC 3834 §5.1 wants loops noticed by both ends.
LOOP_HEADER = "X-Frontline-Loop"


class AutomaticKind(StrEnum):
    BOUNCE = "bounce"
    VACATION = "vacation"
    LIST = "list"
    MACHINE = "machine"


_BOUNCER = re.compile(r"\b(?:mailer[-_. ]?daemon|post[-_]?master)\b", re.IGNORECASE)
_VACATION_SUBJECT = re.compile(
    r"^\W*(?:"
    r"(?:thư )?trả lời tự động|thư tự động|tự động trả lời|ngoài văn phòng"
    r"|(?:đang )?vắng mặt(?=\W*(?::|$))|(?:nghỉ phép|đi công tác)(?=\W*(?::|$))"
    r"|auto(?:matic|mated)?[- ]?(?:reply|response|répl\w*)|out of (?:the )?office"
    r"|automatische antwort|abwesenheits\w*|réponse automatique|respuesta automática"
    r"|resposta automática|risposta automatica|automatisch antwoord|autosvar|automatiskt svar"
    r"|automaattinen vastaus|automatyczna odpowiedź|автоответ|自动回复|自動応答|자동 ?회신"
    r")",
    re.IGNORECASE,
)
_BULK = {"bulk", "list", "junk"}
_VACATION_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-ms-exchange-inbox-rules-loop",
    "vacation",
)
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list")


def automatic_kind(mail: Mail) -> AutomaticKind | None:
    """Return what machine wrote `mail`, or None for a person's.

    `X-Auto-Response-Suppress` alone says nothing: Exchange puts it on people's mail too. Nor does
    a `noreply@` sender: contact forms write so, with a customer's own words in them.
    """
    if is_bounce(mail):
        return AutomaticKind.BOUNCE
    if _is_vacation(mail):
        return AutomaticKind.VACATION
    if _precedence(mail) in _BULK or any(mail.header(name) for name in _LIST_HEADERS):
        return AutomaticKind.LIST
    machine = _auto_submitted(mail) not in ("", "no") or mail.header(LOOP_HEADER.lower())
    return AutomaticKind.MACHINE if machine else None


def is_bounce(mail: Mail) -> bool:
    """Tell whether `mail` is a report that another one wasn't delivered."""
    if mail.content_type.startswith("multipart/report"):
        return "disposition-notification" not in mail.content_type
    if mail.header("x-failed-recipients"):
        return True
    return bool(_BOUNCER.search(mail.header("from")))


def _is_vacation(mail: Mail) -> bool:
    return (
        _auto_submitted(mail) == "auto-replied"
        or _precedence(mail) == "auto_reply"
        or any(mail.header(name) for name in _VACATION_HEADERS)
        or "disposition-notification" in mail.content_type
        or bool(_VACATION_SUBJECT.match(mail.subject))
    )


def _auto_submitted(mail: Mail) -> str:
    """Return the header's keyword: comments and parameters may follow it."""
    words = re.split(r"[\s;(]", mail.header("auto-submitted").strip().lower(), maxsplit=1)
    return words[0]


def _precedence(mail: Mail) -> str:
    return (mail.header("precedence") or mail.header("x-precedence")).strip().lower()
