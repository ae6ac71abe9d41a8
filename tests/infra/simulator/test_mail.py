"""E-mail both ways, as SES moves it."""

import base64
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import World

REPLY_TO = "reply+abc234@reply.hoamai.example"


def write(world: World, **letter: Any) -> dict[str, Any]:
    letter = {
        "external_id": "ha.nguyen@khach.example",
        "name": "Nguyễn Thu Hà",
        "subject": "Đơn hàng 1024",
        "text": "Hộp bị móp, nhờ shop đổi giúp.",
        **letter,
    }
    answer = world.http.post("/customers/email/hoa-mai", json=letter)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def stored(world: World, key: str) -> EmailMessage:
    return message_from_bytes(world.emulator.objects[f"mail-bucket/{key}"], policy=default)


def ses(world: World) -> Any:
    return boto3.client(
        "sesv2",
        endpoint_url=str(world.http.base_url),
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def send_raw(world: World) -> str:
    message = EmailMessage()
    message["From"] = "Hoa Mai <desk@hoamai.example>"
    message["To"] = "lan@hoamai.example"
    message["Reply-To"] = REPLY_TO
    message["Subject"] = "Yêu cầu mới của Thu Hà"
    message["References"] = "<earlier@hoamai.example>"
    message.set_content("Khách cần đổi hàng.")
    message.add_alternative("<p>Khách cần <b>đổi hàng</b>.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="đơn.pdf")
    sent = ses(world).send_email(
        FromEmailAddress="desk@hoamai.example",
        Destination={"ToAddresses": ["lan@hoamai.example"]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )
    return str(sent["MessageId"]).partition("@")[0]


def test_customers_mail_lands_in_the_bucket_as_ses_stores_it(world: World) -> None:
    answer = write(world)

    key = answer["key"]
    raw = world.emulator.objects[f"mail-bucket/{key}"]
    mail = stored(world, key)
    assert key == f"inbound/{answer['event_ids'][0]}"
    assert raw.startswith(b"Return-Path: <ha.nguyen@khach.example>\r\nReceived: from ")
    assert [name for name, _ in mail.items()][:8] == [
        "Return-Path",
        "Received",
        "X-SES-Spam-Verdict",
        "X-SES-Virus-Verdict",
        "Received-SPF",
        "Authentication-Results",
        "X-SES-RECEIPT",
        "X-SES-DKIM-SIGNATURE",
    ]
    assert f"with SMTP id {answer['event_ids'][0]} for hotro@hoamai.example;" in mail["Received"]
    assert mail["From"].addresses[0].display_name == "Nguyễn Thu Hà"
    assert mail["Subject"] == "Đơn hàng 1024"
    assert mail["Message-ID"] == answer["message_ids"][0]
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Hộp bị móp, nhờ shop đổi giúp."


def test_attachments_are_files(world: World) -> None:
    image = {"name": "hộp móp.png", "content_base64": base64.b64encode(b"\x89PNG").decode()}
    note = {"name": "ghi chú.txt", "text": "gọi sau 5 giờ"}
    mail = stored(world, write(world, attachments=[image, note])["key"])

    first, second = mail.iter_attachments()
    assert (first.get_filename(), first.get_content_type()) == ("hộp móp.png", "image/png")
    assert first.get_content() == b"\x89PNG"
    assert second.get_payload(decode=True) == "gọi sau 5 giờ".encode()


def test_replies_name_what_they_answer(world: World) -> None:
    long_id = f"<{'0' * 60}@ap-southeast-1.amazonses.com>"
    mail = stored(world, write(world, in_reply_to=long_id)["key"])
    assert mail["In-Reply-To"] == mail["References"] == long_id


@pytest.mark.parametrize(
    ("verdicts", "header", "words"),
    [
        (
            {},
            "Authentication-Results",
            ["spf=pass", "dkim=pass header.i=@khach.example", "dmarc=pass"],
        ),
        ({"dmarc": "FAIL", "spf": "FAIL"}, "Authentication-Results", ["spf=fail", "dmarc=fail"]),
        ({"dkim_domain": "other.example"}, "Authentication-Results", ["header.i=@other.example"]),
        ({"spam": "FAIL"}, "X-SES-Spam-Verdict", ["FAIL"]),
        ({"virus": "GRAY"}, "X-SES-Virus-Verdict", ["GRAY"]),
    ],
)
def test_verdicts_can_be_played(
    world: World, verdicts: dict[str, str], header: str, words: list[str]
) -> None:
    mail = stored(world, write(world, verdicts=verdicts)["key"])
    assert [word for word in words if word in str(mail[header])] == words


def test_forged_verdicts_stand_below_those_of_ses(world: World) -> None:
    forged = {"Authentication-Results": "amazonses.com; dmarc=pass header.from=khach.example;"}
    verdicts = {"dmarc": "FAIL"}
    mail = stored(world, write(world, headers=forged, verdicts=verdicts)["key"])
    first, second = mail.get_all("Authentication-Results", [])
    assert "dmarc=fail" in first
    assert "dmarc=pass" in second


def test_bounce_has_an_empty_return_path(world: World) -> None:
    headers = {"Return-Path": "<>", "Auto-Submitted": "auto-replied"}
    mail = stored(world, write(world, headers=headers)["key"])
    assert mail.get_all("Return-Path") == ["<>"]
    assert mail["Auto-Submitted"] == "auto-replied"


def test_a_raw_mail_is_passed_on_and_decoded(world: World) -> None:
    identifier = send_raw(world)

    (mail,) = world.http.get("/mails", params={"to": "LAN@hoamai.example"}).json()
    assert mail["id"] == identifier
    assert mail["message_id"] == f"<{identifier}@email.amazonses.com>"
    assert (mail["from"], mail["to"]) == ("desk@hoamai.example", ["lan@hoamai.example"])
    assert mail["reply_to"] == [REPLY_TO]
    assert mail["subject"] == "Yêu cầu mới của Thu Hà"
    assert "Khách cần đổi hàng." in mail["text"]
    assert "<b>đổi hàng</b>" in mail["html"]
    assert mail["attachments"] == [{"name": "đơn.pdf", "type": "application/pdf", "size": 4}]
    assert world.http.get("/mails", params={"to": "minh@"}).json() == []


def test_ses_calls_keep_the_host_that_was_signed(world: World) -> None:
    send_raw(world)
    assert world.emulator.hosts == [world.http.base_url.netloc.decode()]


def test_a_simple_mail_is_decoded(world: World) -> None:
    ses(world).send_email(
        FromEmailAddress="desk@hoamai.example",
        Destination={"ToAddresses": ["ha.nguyen@khach.example"]},
        ReplyToAddresses=[REPLY_TO],
        Content={
            "Simple": {
                "Subject": {"Data": "Đã nhận"},
                "Body": {"Text": {"Data": "Cảm ơn bạn"}, "Html": {"Data": "<p>Cảm ơn bạn</p>"}},
                "Headers": [{"Name": "Auto-Submitted", "Value": "auto-replied"}],
            }
        },
    )
    (mail,) = world.http.get("/mails").json()
    assert (mail["subject"], mail["text"], mail["reply_to"]) == (
        "Đã nhận",
        "Cảm ơn bạn",
        [REPLY_TO],
    )
    assert mail["headers"] == {"Auto-Submitted": "auto-replied"}
    (line,) = world.http.get("/chats/email/hoa-mai/ha.nguyen@khach.example").json()
    assert (line["by"], line["text"]) == ("company", "Cảm ơn bạn")


def test_reply_goes_to_reply_to_from_the_addressee_with_the_quote(world: World) -> None:
    identifier = send_raw(world)
    answer = world.http.post(f"/mails/{identifier}/reply", json={"text": "Dạ em đổi ngay ạ"})

    mail = stored(world, answer.json()["key"])
    assert answer.status_code == 202
    assert mail["From"] == "lan@hoamai.example"
    assert mail["To"] == REPLY_TO
    assert mail["Subject"] == "Re: Yêu cầu mới của Thu Hà"
    assert mail["In-Reply-To"] == f"<{identifier}@email.amazonses.com>"
    assert mail["References"].split() == [
        "<earlier@hoamai.example>",
        f"<{identifier}@email.amazonses.com>",
    ]
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    words = plain.get_content().replace("\r\n", "\n")
    assert words.startswith("Dạ em đổi ngay ạ\n\nVào ")
    assert "đã viết:\n\n> Khách cần đổi hàng." in words
    assert 'class="gmail_quote' in html.get_content()


def test_somebody_else_can_answer_with_failing_verdicts(world: World) -> None:
    identifier = send_raw(world)
    body = {
        "text": "Hoàn tiền hết đi",
        "from": "thief@elsewhere.example",
        "verdicts": {"dmarc": "FAIL", "dkim": "FAIL"},
        "headers": {"From": "Lan <lan@hoamai.example>"},
    }
    mail = stored(world, world.http.post(f"/mails/{identifier}/reply", json=body).json()["key"])
    assert mail["From"].addresses[0].addr_spec == "lan@hoamai.example"
    assert mail["Return-Path"] == "<thief@elsewhere.example>"
    assert "dmarc=fail header.from=hoamai.example" in mail["Authentication-Results"]


def test_text_messages_are_listed(world: World) -> None:
    assert world.http.get("/sms").json() == [
        {"id": "sms-1", "to": "+84900000001", "text": "Yêu cầu 12 sắp quá hạn"}
    ]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("throttle", "TooManyRequestsException"),
        ("blocked", "MessageRejected"),
        ("server_error", "InternalServiceErrorException"),
    ],
)
def test_ses_fails_by_order_in_its_own_words(world: World, kind: str, code: str) -> None:
    world.http.post("/faults", json={"channel": "email", "kind": kind})
    with pytest.raises(ClientError) as refused:
        send_raw(world)
    assert refused.value.response["Error"]["Code"] == code
    assert world.emulator.sent == []


def test_mail_body_is_shown_without_scripts(world: World) -> None:
    answer = world.http.get(f"/mails/{send_raw(world)}/body")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert "<b>đổi hàng</b>" in answer.text


def test_a_long_vietnamese_subject_keeps_its_spaces(world: World) -> None:
    subject = "Nguyễn hàng [#1024] shop [#1024] OK cần giúp: Thu đổi OK [#1024] rồi shop OK đổi bị"
    assert stored(world, write(world, subject=subject)["key"])["Subject"] == subject
