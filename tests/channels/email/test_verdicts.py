"""What counts of SES's findings, and what a forger can't do."""

import pytest

from chalicelib.channels.email.mail import Mail
from chalicelib.channels.email.mime import read_mail
from chalicelib.channels.email.verdicts import Verdicts, is_authentic, read_verdicts

from .letters import letter, ses_headers, taken_in

MINH = "minh@hoamai.example"
FORGED = (
    b"X-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\n"
    b"Authentication-Results: amazonses.com; spf=pass; dkim=pass header.i=@hoamai.example;"
    b" dmarc=pass header.from=hoamai.example;\r\nX-SES-RECEIPT: AAAA\r\n"
)
FAILED = "spf=fail; dkim=none; dmarc=fail header.from=hoamai.example;"


def from_minh(**findings: str) -> Mail:
    return read_mail(taken_in(letter(sender=f"Minh <{MINH}>"), **findings))


def test_reads_what_ses_put_on_top() -> None:
    assert read_verdicts(from_minh()) == Verdicts(
        spam="PASS",
        virus="PASS",
        spf="pass",
        dkim_domains=("hoamai.example",),
        dmarc="pass",
        dmarc_domain="hoamai.example",
    )
    assert is_authentic(from_minh(), MINH)
    assert is_authentic(from_minh(), MINH.upper())


@pytest.mark.parametrize(
    "findings",
    [
        "spf=pass; dkim=none; dmarc=pass header.from=hoamai.example;",
        "spf=softfail; dkim=pass header.i=@hoamai.example; dmarc=none header.from=hoamai.example;",
        "spf=pass; dkim=pass header.i=@mail.hoamai.example; dkim=pass header.i=@esp.example;",
        "spf=pass (spfCheck: domain of x; dmarc=fail) client-ip=192.0.2.7; dkim=none;"
        " dmarc=pass (p=none) header.from=hoamai.example;",
    ],
)
def test_dmarc_or_an_aligned_signature_proves_the_sender(findings: str) -> None:
    assert is_authentic(from_minh(findings=findings), MINH)


@pytest.mark.parametrize(
    "findings",
    [
        "",
        FAILED,
        "spf=pass; dkim=none; dmarc=none header.from=hoamai.example;",
        "spf=pass; dkim=pass header.i=@khac.example; dmarc=none header.from=hoamai.example;",
        "spf=pass; dkim=pass header.i=@hoamai.example; dmarc=fail header.from=hoamai.example;",
        "spf=pass; dkim=none; dmarc=pass header.from=khac.example;",
        "spf=pass; dkim=none; dmarc=pass header.from=nothoamai.example;",
        "spf=pass; dkim=pass header.i=@example;",
        # What the envelope address could smuggle in.
        'spf=pass envelope-from="x; dmarc=pass header.from=hoamai.example;"@khac.example;',
        "dmarc=pass header.from=hoamai.example; dmarc=none header.from=khac.example;",
    ],
)
def test_nothing_else_proves_the_sender(findings: str) -> None:
    assert not is_authentic(from_minh(findings=findings), MINH)


@pytest.mark.parametrize("harm", [{"spam": "FAIL"}, {"virus": "FAIL"}])
def test_spam_and_viruses_are_nobodys_answer(harm: dict[str, str]) -> None:
    assert not is_authentic(from_minh(**harm), MINH)
    assert read_verdicts(from_minh(**harm)).is_harmful


@pytest.mark.parametrize("spam", ["GRAY", "DISABLED", "PROCESSING_FAILED"])
def test_an_unsure_scan_is_no_harm(spam: str) -> None:
    assert is_authentic(from_minh(spam=spam), MINH)


def test_forged_headers_below_ses_s_own_count_for_nothing() -> None:
    body = letter(sender=f"Minh <{MINH}>").as_bytes()
    real = ses_headers("a@b.example", findings=FAILED, spam="FAIL")
    for mail in (real + FORGED + body, real + b"Received: from x\r\n" + FORGED + body):
        assert read_verdicts(read_mail(mail)).dmarc == "fail"
        assert read_verdicts(read_mail(mail)).spam == "FAIL"


@pytest.mark.parametrize(
    "name", [b"Authentication-Results", b"X-SES-Virus-Verdict", b"X-SES-RECEIPT"]
)
def test_what_ses_left_out_a_sender_cannot_fill_in(name: bytes) -> None:
    lines = ses_headers("a@b.example", findings=FAILED).splitlines(keepends=True)
    kept = b"".join(line for line in lines if not line.startswith(name))
    mail = kept + FORGED + letter(sender=f"Minh <{MINH}>").as_bytes()
    assert not is_authentic(read_mail(mail), MINH)


def test_a_mail_that_never_passed_ses_proves_nothing() -> None:
    body = letter(sender=f"Minh <{MINH}>").as_bytes()
    assert read_verdicts(read_mail(body)) == Verdicts()
    assert not is_authentic(read_mail(b"Subject: x\r\n" + FORGED + body), MINH)


@pytest.mark.parametrize(
    "extra", [b"From: la@khac.example\r\n", b"From: minh@hoamai.example\r\n", b""]
)
def test_two_senders_are_no_sender(extra: bytes) -> None:
    sender = f"Minh <{MINH}>" if extra else f"Minh <{MINH}>, La <la@khac.example>"
    mail = ses_headers("a@b.example") + extra + letter(sender=sender).as_bytes()
    assert not is_authentic(read_mail(mail), MINH)


def test_somebody_else_is_not_minh() -> None:
    assert not is_authentic(read_mail(taken_in(letter(sender="la@hoamai.example"))), MINH)
