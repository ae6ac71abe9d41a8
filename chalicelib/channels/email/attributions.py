"""The lines by which mail programs of many languages announce what they quote.

A person may write "… đã viết:" or "Từ: …" as well, so no wording alone is enough. Every form
asks for facts only a program writes so: an address in brackets, a date with a time of day.
"""

import re

LONGEST = 4
MAX_LENGTH = 400

_WROTE = (
    r"wrote|writes|đã viết|viết|a écrit|écrit|escribió|escreveu|ha scritto|schrieb|geschrieben"
    r"|schreef|geschreven|napisał\(a\)|napisała?|napsala?|написав|написала?|пише|пишет|skrev"
    r"|kirjoitti|írta|a scris|yazdı|menulis|写道|寫道|のメッセージ|작성|เขียนว่า|έγραψε"
)
_WRITER = re.compile(rf"(?:^|[\s>)\"”»,])(?:{_WROTE})(?=\W|$)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"]+@[^\s<>()\[\]\"]+")
_NAMED_ADDRESS = re.compile(r"[<(\[]\s*(?:mailto:\s*)?[^\s<>()\[\]]+@[^\s<>()\[\]]+")
_TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}|\d{1,2}\s?(?:AM|PM|am|pm|SA|CH)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_END = re.compile(r"(?:[:：]|\bwrote|(?:wrote|viết)\s*-{2,})[\s*_]*$", re.IGNORECASE)

# "On …", "Vào …", or a weekday or nothing, then a date; or a name with its address.
_DATE_OPENER = re.compile(
    r"""^[\s>*_-]*(?:
        (?:On|At|Vào|Lúc|Ngày|Le|El|Il|In\ data|Am|Op|Dnia|W\ dniu|Den|På|Dne|În|在|Pada)\b
      # Vietnamese writers begin with "Em" as well, so Portuguese needs its date at once.
      | Em\ (?:\d|(?:seg|ter|qua|qui|sex|sáb|dom)\b)
      | (?:[^\W\d_]{1,14}[.,]{0,2}\s+){0,2}\d{1,4}(?:[./\s年-]|\b)
      )""",
    re.VERBOSE,
)
_NAME_OPENER = re.compile(r"^[\s>*_-]*[^<>@\n]{1,80}[<(]\s*(?:mailto:)?[^\s<>]+@")
_BARE_GMAIL = re.compile(r"^\s*\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d \S[^\n]{0,80}$")

_ORIGINAL = (
    r"original message|mensaje original|message d['’]origine|message original"
    r"|ursprüngliche nachricht|original ?nachricht|oprindelig (?:besked|meddelelse)"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande"
    r"|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|исходное сообщение"
    r"|původní zpráva|eredeti üzenet|mesaj original|özgün ileti|orijinal mesaj|pesan asli"
    r"|tin nhắn gốc|thư gốc|nguyên bản|原始邮件|原始郵件|元のメッセージ|원본 메시지"
)
_FORWARDED = (
    r"forwarded message|begin forwarded message|weitergeleitete nachricht|mensaje reenviado"
    r"|message transféré|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht"
    r"|пересылаемое сообщение|tin nhắn được chuyển tiếp|tin nhắn đã chuyển tiếp"
    r"|thư được chuyển tiếp|thư đã chuyển tiếp|thư chuyển tiếp|转发邮件|轉寄郵件"
)
_SEPARATOR = re.compile(
    rf"^[\s>*]*(?:[-_=]{{2,}}\s*(?:{_ORIGINAL}|{_FORWARDED})\s*[-_=]{{2,}}[\s*]*"
    r"|begin forwarded message:\s*)$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:[-_=*]{4,}|\*\s*\*\s*\*)\s*$")

# Labels of a header block by language, as (from, sent, to, subject, others).
_LABELS = (
    ("From", "Sent|Date", "To", "Subject", "Cc|Bcc|Reply-To|Importance"),
    (
        "Từ|Người gửi",
        "Đã gửi|Ngày gửi|Gửi lúc|Thời gian|Ngày|Date",
        "Tới|Đến|Người nhận|To",
        "Chủ đề|Tiêu đề|Subject",
        "Cc|CC|Bcc|Trả lời tới",
    ),
    ("De", "Envoyé(?: le)?|Date|Message du", "À|A|Pour", "Objet|Sujet", "Cc|Copie à|Répondre à"),
    ("De", "Enviado(?: el| em)?|Fecha|Data", "Para", "Asunto|Assunto", "Cc|CC"),
    ("Von", "Gesendet|Datum", "An", "Betreff", "Cc|Kopie|Antwort an"),
    ("Da", "Inviato|Data", "A", "Oggetto", "Cc|Risposta"),
    ("Van", "Verzonden|Datum", "Aan", "Onderwerp", "Cc|CC"),
    ("Från|Fra", "Skickat|Sendt|Dato|Datum", "Till|Til", "Ämne|Emne", "Kopia|Kopi|Cc"),
    ("Od", "Wysłano|Data|Odesláno|Datum", "Do|Komu", "Temat|Předmět", "DW|Cc"),
    ("От|Від", "Отправлено|Дата|Надіслано", "Кому", "Тема", "Копия"),
    ("发件人|寄件者", "发送时间|日期|寄件日期", "收件人|收件者", "主题|主旨", "抄送|副本"),
    ("Lähettäjä", "Lähetetty|Päivämäärä", "Vastaanottaja", "Aihe", "Kopio"),
)
_KINDS = ("from", "sent", "to", "subject", "other")
_BLOCKS = tuple(
    re.compile(
        r"^[\s>*]*(?:"
        + "|".join(f"(?P<{kind}>{words})" for kind, words in zip(_KINDS, row, strict=True))
        + r")\s?\*?\s?[:：]"
    )
    for row in _LABELS
)
_SECOND_LABELS = tuple(re.compile(rf"\s(?:{row[3]})\s?[:：]") for row in _LABELS)
_MAX_BLOCK = 12
_ENOUGH_KINDS = 3


def is_separator(line: str) -> bool:
    """Tell whether `line` says "original message" or "forwarded message", fenced by dashes."""
    return len(line) < MAX_LENGTH and bool(_SEPARATOR.match(line))


def is_rule(line: str) -> bool:
    """Tell whether `line` is nothing but a drawn line."""
    return bool(_RULE.match(line))


def header_block(lines: list[str], at: int) -> int:
    """Return the line after the block of From/Sent/To/Subject lines at `at`, or `at`.

    Three kinds of one language's labels are asked for, From among them, and a subject or an
    address: "Từ: quận 1 / Đến: quận 7" is a customer's own words.
    """
    for language, labels in enumerate(_BLOCKS):
        end = _block_end(lines, at, language) if labels.match(lines[at]) else at
        if end > at:
            return end
    return at


def attribution(lines: list[str], at: int) -> tuple[int, bool]:
    """Return the line after the announcement that begins at `at`, or `at` where there is none.

    The second value says whether it is sure even when no `>` follows.
    """
    if _BARE_GMAIL.match(lines[at]):
        return at + 1, True
    first = lines[at][:MAX_LENGTH]
    if not (_DATE_OPENER.match(first) or _NAME_OPENER.match(first)):
        return at, False
    for end in range(at + 1, min(at + LONGEST, len(lines)) + 1):
        if not lines[end - 1].strip():
            break
        joined = " ".join(each.strip(" >") for each in lines[at:end])
        if len(joined) > MAX_LENGTH:
            break
        if _END.search(joined) and (verdict := _verdict(joined)) is not None:
            return (end, verdict) if _begins_at(lines, at, end) else (at, False)
    return at, False


def _begins_at(lines: list[str], at: int, end: int) -> bool:
    """Tell whether an announcement up to `end` begins at `at`, not at a line of its own below.

    What a program broke into lines has its date or its address on the first: a writer's sentence
    right above would otherwise be taken for its beginning.
    """
    if end - at == 1:
        return True
    if not (_is_dated(lines[at]) or _NAMED_ADDRESS.search(lines[at])):
        return False
    return not any(
        _is_dated(lines[below]) and attribution(lines, below)[0] == end
        for below in range(at + 1, end)
    )


def _is_dated(text: str) -> bool:
    return bool(_TIME.search(text) or _YEAR.search(text))


def _verdict(joined: str) -> bool | None:
    """Return None for no announcement, else whether the words alone prove it."""
    if _WRITER.search(joined):
        if _NAMED_ADDRESS.search(joined) or (_ADDRESS.search(joined) and _is_dated(joined)):
            return True
        return False if any(each.isdigit() for each in joined) else None
    return True if _NAMED_ADDRESS.search(joined) and _TIME.search(joined) else None


def _block_end(lines: list[str], at: int, language: int) -> int:
    kinds: set[str] = set()
    strays = 0
    end = at
    for end in range(at, min(at + _MAX_BLOCK, len(lines))):
        found = _BLOCKS[language].match(lines[end])
        strays += not found
        if not lines[end].strip(" >*\t") or strays > len(kinds):
            break
        kinds |= {found.lastgroup or ""} if found else set()
        kinds |= {"subject"} if found and _SECOND_LABELS[language].search(lines[end]) else set()
    else:
        end += 1
    proof = "subject" in kinds or any(_ADDRESS.search(line) for line in lines[at:end])
    return end if len(kinds) >= _ENOUGH_KINDS and "from" in kinds and proof else at
