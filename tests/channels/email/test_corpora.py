"""Mails that other projects published, kept outside this project: how many are read exactly."""

import base64
import hashlib
import json
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


# What differs is known: page titles and parts another product shows as files, its own decoding
# mistakes, and bodies it doesn't show; of the senders, those that are no addresses.
LEVELS = {"sender": 0.94, "name": 0.95, "subject": 0.97, "text": 0.80, "attachments": 0.94}


@pytest.mark.parametrize(("field", "level"), LEVELS.items(), ids=LEVELS)
def test_fields_are_read_as_another_product_reads_them(field: str, level: float) -> None:
    expected = json.loads((CORPUS / "email" / "zammad_expected.json").read_text())
    mails = {name: (CORPUS / "email" / "zammad" / f"{name}.box").read_bytes() for name in expected}
    same = [_agrees(field, read_mail(mails[name]), want) for name, want in expected.items()]
    assert sum(same) / len(same) >= level


def _cut(pair: dict[str, str]) -> str:
    keeps_signature = pair["expected_kind"] == "quotes-only"
    return (without_quotes if keeps_signature else reply_text)(pair["text"])


def _agrees(field: str, mail: Mail, want: dict[str, Any]) -> bool:
    match field:
        case "sender":
            return mail.sender.spec == (want["from_email"] or "").lower()
        case "name":
            return _words(mail.sender.name) == _words(want["from_display_name"])
        case "subject":
            return _words(mail.subject) == _words(want["subject"])
        case "text":
            return _letters(_shown(mail, want)) == _letters(_expected_text(want))
        case _:
            return _files(mail, want) == sorted(
                (file["mime"].lower(), file["sha256"] * _is_file(file["mime"]))
                for file in want["attachments"]
                if not file["alternative"]
            )


def _shown(mail: Mail, want: dict[str, Any]) -> str:
    return html_to_text(mail.html) if mail.html and _is_html(want) else mail.text


def _expected_text(want: dict[str, Any]) -> str:
    if "no visible content" in want["body"]:
        return ""
    return html_to_text(want["body"]) if _is_html(want) else str(want["body"])


def _files(mail: Mail, want: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the files by type and hash; the corpus hashed some of them as base64."""
    hashes = {file["sha256"] for file in want["attachments"]}
    found = []
    for file in mail.attachments:
        plain, encoded = map(_hash, (file.content, base64.b64encode(file.content)))
        found.append(
            (file.mime_type, (plain if plain in hashes else encoded) * _is_file(file.mime_type))
        )
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
