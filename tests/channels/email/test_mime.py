"""Raw MIME to a `Mail`, on invented mails of every awkward kind."""

import base64
import time
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.channels.email.mime import MAX_SIZE, read_mail
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

from .letters import letter, raw, taken_in

PLAIN = """
From: Lan <lan@khach.example>
To: hotro@hoamai.example
Subject: Thu
Message-ID: <1@khach.example>
"""


def test_reads_who_wrote_what_to_whom() -> None:
    mail = read_mail(taken_in(letter(), "reply+abc@thu.hoamai.example"))
    assert (mail.sender.spec, mail.sender.name) == ("lan@khach.example", "Nguyễn Thị Lan")
    assert mail.recipients == ("reply+abc@thu.hoamai.example", "hotro@hoamai.example")
    assert mail.subject == "Hỏi giá"
    assert mail.text == "Cho em hỏi giá áo dài ạ."
    assert mail.message_id == "thu-1@khach.example"
    assert mail.received_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert mail.sent_at == datetime(2026, 11, 23, 1, 59, 30, tzinfo=UTC)


def test_mail_of_all_kinds_of_parts_is_read_once_each() -> None:
    message = letter("Em gửi ảnh áo bị lỗi ạ.")
    message.add_alternative('<p>Em gửi ảnh áo bị lỗi ạ.<img src="cid:anh1"></p>', subtype="html")
    html = message.get_body(("html",))
    assert html is not None
    html.add_related(b"\x89PNG", "image", "png", cid="<anh1>", filename="áo dài.png")
    message.add_attachment(b"%PDF", "application", "pdf", filename="../hóa đơn.pdf")
    mail = read_mail(taken_in(message))
    assert mail.text == "Em gửi ảnh áo bị lỗi ạ."
    assert [(a.name, a.mime_type, a.content, a.inline) for a in mail.attachments] == [
        ("áo dài.png", "image/png", b"\x89PNG", True),
        ("hóa đơn.pdf", "application/pdf", b"%PDF", False),
    ]


def test_html_alone_becomes_text() -> None:
    head = PLAIN + "Content-Type: text/html; charset=utf-8"
    html = "<style>p{}</style><p>Chào shop,</p><p>Còn <b>hàng</b>&nbsp;không?<br>Cảm ơn</p>"
    assert read_mail(raw(head, html.encode())).text == "Chào shop,\n\nCòn hàng không?\nCảm ơn"


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "Tiếng Việt".encode()),
        ("windows-1258", "Tiếng Việt".encode()),
        ("windows-1258", b"Ti\xea\xecng Vi\xea\xf2t"),
        ("utf-7", "Tiếng Việt".encode("utf-7")),
        ("us-ascii", "Tiếng Việt".encode()),
        ("x-unknown", "Tiếng Việt".encode()),
        ("zip", "Tiếng Việt".encode()),
        ("idna", "Tiếng Việt".encode()),
        ("utf-8", b"Ti\xea\xecng Vi\xea\xf2t"),
        ("utf-8", unicodedata.normalize("NFD", "Tiếng Việt").encode()),
        ("utf-8", "Tiếng\0 Việt".encode()),
    ],
)
def test_charset_is_only_a_first_guess(charset: str, data: bytes) -> None:
    head = PLAIN + f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit"
    assert read_mail(raw(head, data)).text == "Tiếng Việt"


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        # One byte cut off, or one pasted, leaves the rest of a UTF-8 mail readable.
        ("utf-8", "Đơn của tôi ".encode() + b"\xe1\xba", "Đơn của tôi áº"),
        ("utf-8", b"caf\xe9: " + "Đơn hàng bị móp".encode(), "café: Đơn hàng bị móp"),
        ("iso-8859-1", "Đơn hàng bị móp ".encode() + b"\xe9", "Đơn hàng bị móp é"),
        # Characters that vendors put into the free rows of JIS X 0208; half-width letters.
        ("iso-2022-jp", b"No. \x1b$B-!-j\x1b(B / \x1b(I6E\x1b(B!", "No. ①㈱ / ｶﾅ!"),
        ("iso-2022-jp", b"\x1b$B-!\n\x1b(Bx\x1b$B-", "①\nx-"),
    ],
)
def test_a_mail_with_strange_bytes_stays_readable(charset: str, data: bytes, text: str) -> None:
    head = PLAIN + f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit"
    assert read_mail(raw(head, data)).text == text


def test_a_raw_japanese_subject_is_read() -> None:
    head = b"From: a@khach.example\nMessage-ID: <1@x>\nSubject: \x83c\x81[\x83\x8b\n\nx"
    assert read_mail(head).subject == "ツール"


def test_western_letters_are_not_read_as_vietnamese() -> None:
    assert read_mail(raw(PLAIN, "Grüße aus Köln, señor".encode("cp1252"))).text.startswith("Grüße")


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?utf-8?B?VMO0aSBt4buRbg==?=", "Tôi mốn"),
        ("=?utf-8?Q?T=C3=B4i?= =?utf-8?Q?_=C4=91=C3=A2y?=", "Tôi đây"),
        ("=?utf-8?B?VMO0?= =?utf-8?B?aSDEkQ==?=\n =?utf-8?B?w6J5?=", "Tôi đây"),
        # One character split between two words.
        ("=?utf-8?Q?T=C3?= =?utf-8?Q?=B4i?=", "Tôi"),
        ("=?no-such?Q?abc?=", "abc"),
        ("=?utf-8?B?!!!?= x", "x"),
        ("Đơn hàng raw", "Đơn hàng raw"),
        ("a =?utf-8?Q?b?= c", "a b c"),
        ("=?utf-8?Q?dòng=0Ahai?=", "dòng hai"),
    ],
)
def test_subjects(written: str, subject: str) -> None:
    head = f"From: a@khach.example\nMessage-ID: <1@x>\nSubject: {written}"
    assert read_mail(raw(head)).subject == subject


@pytest.mark.parametrize(
    ("written", "spec", "name"),
    [
        ("LAN@Khach.Example", "lan@khach.example", ""),
        ('"Trần, Lan" <lan@khach.example>', "lan@khach.example", "Trần, Lan"),
        ("lan@khach.example (Trần Lan)", "lan@khach.example", "Trần Lan"),
        ("=?utf-8?Q?Tr=E1=BA=A7n=2C_Lan?= <lan@khach.example>", "lan@khach.example", "Trần, Lan"),
        ("Lan <lan@hoà-mai.example>", "lan@xn--ho-mai-jta.example", "Lan"),
        ("Lan lan@khach.example>", "lan@khach.example", "Lan"),
        ("(" * 5_000 + " <lan@khach.example>", "lan@khach.example", ""),
        ("không có địa chỉ", "", ""),
        ("<>", "", ""),
    ],
)
def test_senders(written: str, spec: str, name: str) -> None:
    sender = read_mail(raw(f"Subject: x\nFrom: {written}")).sender
    assert sender.spec == spec
    assert sender.name == name or "(" in written


def test_without_a_from_the_next_best_header_counts() -> None:
    head = "Subject: x\nFrom: \nReply-To: lan@khach.example\nReturn-Path: <may@khach.example>"
    assert read_mail(raw(head)).sender.spec == "lan@khach.example"


def test_without_a_message_id_the_bytes_are_the_id() -> None:
    first, second = (read_mail(raw("From: a@b.example\nSubject: x", b)) for b in (b"1", b"2"))
    assert first.message_id.startswith("sha256:")
    assert first.message_id != second.message_id
    assert first == read_mail(raw("From: a@b.example\nSubject: x", b"1"))


@pytest.mark.parametrize("before", [b"\r\n \r\n", b"From lan@khach.example Mon Nov 23\r\n"])
def test_what_stands_before_the_headers_is_skipped(before: bytes) -> None:
    assert read_mail(before + raw(PLAIN, b"xin chao")).text == "xin chao"


def test_a_fold_that_lost_its_indent_does_not_end_the_headers() -> None:
    head = "From: lan@khach.example\nX-Scan: abc\ndef ghi\nSubject: vẫn đọc được"
    assert read_mail(raw(head, b"xin chao")).subject == "vẫn đọc được"


def test_attachments_without_a_name_get_one() -> None:
    mixed = PLAIN + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
    body = b"--b\n\nxin chao\n--b\nContent-Type: image/jpeg\n\n\xff\xd8\n--b\nContent-Type: " + (
        b"message/rfc822\n\nSubject: =?utf-8?q?th=C6=B0?=\nFrom: x@y.example\n\nben trong\n--b--\n"
    )
    mail = read_mail(raw(mixed, body))
    assert [a.name for a in mail.attachments] == ["attachment.jpg", "thư.eml"]
    assert mail.attachments[1].content.startswith(b"Subject: =?utf-8?q?th=C6=B0?=")
    assert mail.text == "xin chao"


def test_uuencoded_files_leave_the_text() -> None:
    body = b"Chao shop\nbegin 644 gia.csv\n#86)C\n`\nend\nHet\n"
    mail = read_mail(raw(PLAIN, body))
    assert mail.text == "Chao shop\nHet"
    assert [(a.name, a.content) for a in mail.attachments] == [("gia.csv", b"abc")]


def test_a_sentence_that_begins_with_begin_stays() -> None:
    body = b"begin 644 times\nnot a file\nend\n"
    assert read_mail(raw(PLAIN, body)).text == "begin 644 times\nnot a file\nend"


def test_broken_base64_costs_no_text() -> None:
    head = PLAIN + "Content-Transfer-Encoding: base64"
    assert "xin" in read_mail(raw(head, base64.b64encode(b"xin chao shop")[:-2])).text


def test_a_file_name_cannot_leave_its_folder() -> None:
    message = letter()
    message.add_attachment(b"x", "text", "plain", filename="..\\..\\etc/pass:wd .txt")
    (file,) = read_mail(taken_in(message)).attachments
    assert file.name == "pass_wd .txt"


def test_too_many_parts_are_left_out_and_told() -> None:
    head = PLAIN + "Content-Type: multipart/mixed; boundary=b"
    mail = read_mail(raw(head, b"--b\n\nx\n" * 1_000))
    assert not mail.complete


@pytest.mark.parametrize(
    "bomb",
    [
        b"",
        b"\0",
        b"khong phai thu",
        b"\n" * 100_000,
        raw(
            PLAIN + "Content-Type: multipart/mixed; boundary=b", b"x\n" * 400_000 + b"boundary" * 90
        ),
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2_000)
        ),
    ],
    ids=["nothing", "NUL", "no header", "blank lines", "much work", "nested"],
)
def test_what_is_no_mail_is_malformed(bomb: bytes) -> None:
    with pytest.raises(MalformedPayloadError):
        read_mail(bomb)


def test_more_than_ses_takes_is_too_large() -> None:
    with pytest.raises(PayloadTooLargeError):
        read_mail(b"a" * (MAX_SIZE + 1))


_SLOW = {
    "comments": b"From: " + b"(" * 100_000,
    "parameters": b'From: a@b.c\nContent-Type: text/plain; x="' + b";" * 1_000_000,
    "continued parameters": b"From: a@b.c\nContent-Disposition: attachment;"
    + b"".join(b" filename*%d=a;" % i for i in range(20_000)),
    "encoded words": b"From: a@b.c\nSubject: " + b"=?utf-8?q?a?= " * 50_000,
    "half words": b"From: a@b.c\nSubject: " + b"=?" * 100_000,
    "addresses": b"From: a@b.c\nTo: " + b"a@b.c," * 100_000,
    "references": b"From: a@b.c\nReferences: " + b"<a@b> " * 100_000,
    "unclosed tags": b"From: a@b.c\nContent-Type: text/html\n\n" + b"<a " * 100_000,
    "unclosed comments": b"From: a@b.c\nContent-Type: text/html\n\n" + b"<!--" * 100_000,
    "unclosed styles": b"From: a@b.c\nContent-Type: text/html\n\n" + b"<style>" * 50_000,
    "deep quotes": b"From: a@b.c\nContent-Type: text/html\n\n"
    + b"<blockquote type=cite>a" * 20_000,
    "uuencode": b"From: a@b.c\n\n" + b"begin 644 x\n" * 50_000 + b"end\n",
}


@pytest.mark.parametrize("bomb", _SLOW.values(), ids=_SLOW)
def test_no_mail_takes_long(bomb: bytes) -> None:
    started = time.process_time()
    read_mail(bomb + b"\n\n")
    assert time.process_time() - started < 5


_PIECES = st.sampled_from(
    (
        b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Content-Type: ", b"\r\n", b"\n\n", b";",
        b"multipart/mixed; boundary=b", b"--b\n", b"--b--\n", b"text/html", b"; charset=",
        b"utf-8", b"=?utf-8?B?", b"?=", b"Content-Transfer-Encoding: ", b"base64", b"&#x",
        b"quoted-printable", b"x-uuencode", b"message/rfc822", b"<div>", b"\x00", b"\xff",
        b"<blockquote type=cite>", b"(", b'"', b"multipart/report; report-type=delivery-status",
        b"message/delivery-status", b"a@b.c", b"begin 644 x\n",
    )
)  # fmt: skip


@settings(max_examples=300, deadline=2_000)
@example(b"From: \x00a@b.c")
@given(st.lists(_PIECES | st.binary(max_size=20), max_size=40).map(b"".join))
def test_any_bytes_are_a_mail_or_malformed(data: bytes) -> None:
    try:
        mail = read_mail(data)
    except MalformedPayloadError:
        return
    assert mail.message_id
    assert "\0" not in mail.text + mail.subject + mail.sender.spec
