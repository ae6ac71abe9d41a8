"""Mails that other projects published, kept outside this project: how many are read exactly."""

import base64
import hashlib
import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.email.automatic import automatic_kind
from chalicelib.channels.email.bounces import read_bounce
from chalicelib.channels.email.html import html_to_text
from chalicelib.channels.email.mail import Mail
from chalicelib.channels.email.mime import read_mail
from chalicelib.channels.email.quotes import reply_text, without_quotes
from chalicelib.channels.email.verdicts import read_verdicts
from chalicelib.errors import MalformedPayloadError

CORPUS = Path(__file__).parents[4] / "shared" / "payloads"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

# One file of the corpus is a fragment: the body of a mail without its headers.
FRAGMENTS = {"example13.eml"}

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def corpus(*patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in sorted(CORPUS.rglob(pattern))]


@pytest.mark.parametrize("path", corpus("*.eml", "*.box", "s3_email*.txt"), ids=lambda p: p.name)
def test_every_published_mail_is_read(path: Path) -> None:
    if path.name in FRAGMENTS:
        with pytest.raises(MalformedPayloadError):
            read_mail(path.read_bytes())
        return
    mail = read_mail(path.read_bytes())
    assert mail.message_id
    assert automatic_kind(mail) is not None or read_bounce(mail) is None


def test_ses_s_own_findings_are_told_from_forged_ones() -> None:
    forged, real = (
        read_verdicts(read_mail((CORPUS / "ses" / f"agent_{name}.eml").read_bytes()))
        for name in ("reply_forged_verdict_headers", "out_of_office")
    )
    assert (forged.spam, forged.dmarc, forged.is_harmful) == ("FAIL", "fail", True)
    assert (real.spam, real.dmarc, real.dkim_domains) == ("PASS", "pass", ("gmail.com",))


def test_replies_are_cut_as_a_person_would() -> None:
    pairs = json.loads((CORPUS / "email" / "reply_corpus.json").read_text())
    exact = [pair for pair in pairs if _words(_cut(pair)) == _words(pair["expected"])]
    assert len(exact) / len(pairs) >= 0.95


def test_no_word_of_any_writer_is_lost() -> None:
    pairs = json.loads((CORPUS / "email" / "reply_corpus.json").read_text())
    lost = {
        pair["id"]: missing
        for pair in pairs
        if (missing := Counter(_words(pair["expected"])) - Counter(_words(_cut(pair))))
        # Two expectations keep a drawn line, which is no word.
        and any(word.strip("-") for word in missing)
    }
    assert lost == {}


# How many of the 84 mails are read exactly as another product reads them, nothing set right.
EXACT = {"sender": 81, "name": 80, "subject": 83, "text": 74, "attachments": 81}

# What that product reads wrongly, and what stands there instead.
MISREAD = {
    ("subject", "mail018"): "Benachrichtung zum Übermittlungsstatus (Fehlgeschlagen)",
    ("text", "mail018"): "über",
    ("text", "mail021"): "Это сообщение свободно от вирусов",
    ("text", "mail025"): "",
    ("text", "mail054"): "some text",
    ("text", "mail060"): "差出人",
    ("text", "mail072"): "à ma commande du 14 août 2018",
    ("text", "mail105"): "äöüß ad asd",
    ("attachments", "mail025"): "rulesets-report.csv",
}

# Where both may be right, or nobody can know. No words and no files are lost by it.
DIFFERS = {
    ("sender", "mail053"): "MAILER-DAEMON is no address",
    ("sender", "mail071"): "three words before the @: the last one is taken",
    ("sender", "mail076"): "a name in quotes where an address should be",
    ("name", "mail046"): "bytes without a charset: unreadable to both",
    ("name", "mail053"): "MAILER-DAEMON is no address, so it has no name",
    ("name", "mail076"): "a name in quotes where an address should be",
    ("name", "mail092"): "a comment in brackets, shown along",
    ("text", "mail023"): "one line of GB 2312 without a charset in 120 000 letters of ASCII",
    ("text", "mail062"): "HTML parts behind the text are shown, not attached",
    ("text", "mail085"): "HTML parts behind the text are shown, not attached",
    ("attachments", "mail062"): "HTML parts behind the text are shown, not attached",
    ("attachments", "mail085"): "HTML parts behind the text are shown, not attached",
}


@pytest.mark.parametrize("field", EXACT)
def test_fields_are_read_as_another_product_reads_them(field: str) -> None:
    expected = json.loads((CORPUS / "email" / "zammad_expected.json").read_text())
    differing = {
        name: mail
        for name, want in expected.items()
        if not _agrees(field, mail := _mail(name), want)
    }
    known = {name for of, name in (*MISREAD, *DIFFERS) if of == field}
    assert differing.keys() == known
    assert len(expected) - len(differing) == EXACT[field]
    for name, mail in differing.items():
        assert MISREAD.get((field, name), "") in _everything(mail)
    set_right = sum((field, name) in MISREAD for name in differing)
    assert (EXACT[field] + set_right) / len(expected) >= 0.95


def _mail(name: str) -> Mail:
    return read_mail((CORPUS / "email" / "zammad" / f"{name}.box").read_bytes())


def _everything(mail: Mail) -> str:
    files = (file.name for file in mail.attachments)
    return "\n".join((mail.subject, mail.text, html_to_text(mail.html or ""), *files))


def _cut(pair: dict[str, str]) -> str:
    keeps_signature = pair["expected_kind"] == "quotes-only"
    return (without_quotes if keeps_signature else reply_text)(pair["text"])


def _agrees(field: str, mail: Mail, want: dict[str, Any]) -> bool:
    match field:
        case "sender":
            # The same address may stand in quotes, or with the root's dot at its end.
            written = (want["from_email"] or "").lower()
            return mail.sender.spec == written.strip('"').rstrip(".")
        case "name":
            return _words(mail.sender.name) == _words(want["from_display_name"])
        case "subject":
            return _words(mail.subject) == _words(want["subject"])
        case "text":
            return _letters(_shown(mail, want)) == _letters(_expected_text(want)).removeprefix(
                _letters(_title(mail))
            )
        case _:
            return _files(mail, want) == sorted(
                (file["mime"].lower(), file["sha256"] * _is_file(file["mime"]))
                for file in want["attachments"]
                if not file["alternative"]
            )


def _title(mail: Mail) -> str:
    """Return the title of a mail's page, which no mail program shows and that product does."""
    found = _TITLE.search(mail.html or "")
    return html.unescape(found[1]) if found else ""


def _shown(mail: Mail, want: dict[str, Any]) -> str:
    return html_to_text(mail.html) if mail.html and _is_html(want) else mail.text


def _expected_text(want: dict[str, Any]) -> str:
    if "no visible content" in want["body"]:
        return ""
    return html_to_text(want["body"]) if _is_html(want) else str(want["body"])


def _files(mail: Mail, want: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the files by type and hash; the corpus hashed some as base64, some with Unix lines."""
    hashes = {file["sha256"] for file in want["attachments"]}
    found = []
    for file in mail.attachments:
        unix = file.content.replace(b"\r\n", b"\n")
        forms = [*map(_hash, (file.content, base64.b64encode(file.content), unix))]
        agreed = next((form for form in forms if form in hashes), forms[0])
        found.append((file.mime_type, agreed * _is_file(file.mime_type)))
    return sorted(found)


def _is_file(mime_type: str) -> bool:
    """Tell whether the bytes must agree: an enclosed mail may be folded in another way."""
    return not mime_type.startswith("message/")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _is_html(want: dict[str, Any]) -> bool:
    return bool(want["content_type"] == "text/html")


def _words(text: str | None) -> list[str]:
    return (text or "").split()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
