"""Sorting mail: whose it is, and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels.email.adapter import EmailAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    Act,
    AgentAssigned,
    AgentAway,
    AgentBack,
    AgentNoted,
    AgentPended,
    AgentReplied,
    AgentResolved,
    AgentTakes,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import InvalidRequestError, MalformedPayloadError
from chalicelib.notify.addresses import (
    ReplyToken,
    note_address,
    read_reply_token,
    reply_address,
    reply_token,
)
from chalicelib.notify.mails import Refusal
from chalicelib.service.mail import receive_mail
from chalicelib.service.mailroom import (
    AgentActed,
    AgentRefused,
    Bounced,
    CustomerWrote,
    Mailroom,
    Outcome,
    Unwanted,
    Unwantedness,
)
from tests.channels.email.letters import bounce, letter, raw, taken_in

NOW = datetime(2026, 11, 23, 2, 0, 5, tzinfo=UTC)
SENT = NOW - timedelta(seconds=5)
KEYS = [("k1", "mot-bi-mat-cu"), ("k2", "mot-bi-mat-moi")]
DOMAIN = "thu.hoamai.example"
AGENTS = {"minh": "minh@hoamai.example", "thu": "thu@hoamai.example"}
QUANG = "guest:quang@hoamai.example"
TICKET = "48219370"
MINHS = reply_address(reply_token(TICKET, "minh", KEYS), DOMAIN)
QUANGS = reply_address(reply_token(TICKET, QUANG, KEYS), DOMAIN)
LANS = reply_address(reply_token(TICKET, None, KEYS), DOMAIN)
SHOP = EmailAdapter("cskh", {"address": "hotro@hoamai.example"})
WHOLESALE = EmailAdapter("si", {"address": "si@hoamai.example"})
MESSAGE = "thu-1@khach.example"
MARKER = "— Trả lời phía trên dòng này / Please reply above this line —"
ANNOUNCED = f"Vào 09:05, T2, 23 thg 11, 2026 Hoa Mai <{MINHS}> đã viết:"
ANSWER = f"Dạ áo còn size M ạ.\n\n{ANNOUNCED}\n> {MARKER}\n"


class Bucket:
    def __init__(self) -> None:
        self.saved: dict[str, tuple[bytes, str]] = {}

    def save(self, key: str, content: bytes, mime_type: str) -> None:
        self.saved[key] = (content, mime_type)


def read_token(local_part: str) -> ReplyToken:
    return read_reply_token(local_part, KEYS, (*AGENTS, QUANG))


def wake_at(ticket_id: str, said: str, at: datetime) -> datetime | None:
    """Know of hours only."""
    if not said.removesuffix("h").isdigit() and said:
        raise InvalidRequestError(said)
    return at + timedelta(hours=int(said.removesuffix("h"))) if said else None


ROOM = Mailroom(
    accounts={"hotro@hoamai.example": SHOP, "si@hoamai.example": WHOLESALE},
    agents=AGENTS,
    teams=frozenset({"kho"}),
    domain=DOMAIN,
    read_token=read_token,
    account_of={TICKET: "si"}.get,
    wake_at=wake_at,
    desk_time=lambda at: at,
    save=Bucket().save,
)


def sort(mail: bytes, room: Mailroom = ROOM) -> Outcome:
    return receive_mail(mail, key="inbound/q041", now=NOW, mailroom=room)


def from_minh(text: str = ANSWER, to: str = MINHS, **headers: str) -> bytes:
    sender = headers.pop("sender", "Minh <minh@hoamai.example>")
    return taken_in(letter(text, sender=sender, to=to, **headers), to)


def facts(order: str = "", agent_id: str = "minh") -> dict[str, Any]:
    return {
        "id": f"email:{MESSAGE}:{order}" if order else f"email:{MESSAGE}",
        "ticket_id": TICKET,
        "occurred_at": SENT,
        "agent_id": agent_id,
        "via": "email",
    }


def acted(*asked: Act) -> AgentActed:
    agent_id = str(asked[0].agent_id)
    return AgentActed(ticket_id=TICKET, agent_id=agent_id, message_id=MESSAGE, asked=asked)


def test_a_customer_writes_to_an_account() -> None:
    outcome = sort(taken_in(letter()))
    assert isinstance(outcome, CustomerWrote)
    event = outcome.received.event
    assert isinstance(event, MessageReceived)
    assert outcome.adapter is SHOP
    assert event.identity == Identity("email", "cskh", "lan@khach.example")
    assert (event.text, event.occurred_at, event.ticket_id) == (
        "Cho em hỏi giá áo dài ạ.",
        SENT,
        None,
    )
    assert '"s3_key": "inbound/q041"' in outcome.received.raw


@pytest.mark.parametrize("to", ["SI@hoamai.example", "si+tet@hoamai.example"])
def test_the_account_is_whom_he_wrote_to(to: str) -> None:
    outcome = sort(taken_in(letter(to=to), to))
    assert isinstance(outcome, CustomerWrote)
    assert outcome.adapter is WHOLESALE


def test_files_are_stored_under_the_same_keys_each_time() -> None:
    bucket = Bucket()
    mail = letter()
    mail.add_attachment(b"\xff\xd8", "image", "jpeg", filename="áo lỗi.JPG")
    outcomes = [sort(taken_in(mail), replace(ROOM, save=bucket.save)) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    ((key, saved),) = bucket.saved.items()
    assert key.startswith("attachments/")
    assert key.endswith("/0.jpg")
    assert saved == (b"\xff\xd8", "image/jpeg")
    assert isinstance(outcomes[0], CustomerWrote)
    event = outcomes[0].received.event
    assert isinstance(event, MessageReceived)
    assert event.attachments == (
        Attachment(
            kind=AttachmentKind.IMAGE, name="áo lỗi.JPG", mime_type="image/jpeg", size=2, key=key
        ),
    )


def test_a_letter_too_long_for_an_event_comes_with_the_whole_mail() -> None:
    outcome = sort(taken_in(letter("chữ " * 20_000)))
    assert isinstance(outcome, CustomerWrote)
    event = outcome.received.event
    assert isinstance(event, MessageReceived)
    assert [each.key for each in event.attachments] == ["inbound/q041"]


def test_a_customer_answers_a_reply_address() -> None:
    outcome = sort(taken_in(letter(to=LANS), LANS))
    assert isinstance(outcome, CustomerWrote)
    event = outcome.received.event
    assert isinstance(event, MessageReceived)
    assert (event.ticket_id, event.identity.account) == (TICKET, "si")


def test_an_agents_answer_goes_to_the_customer() -> None:
    assert sort(from_minh()) == acted(AgentReplied(**facts(), text="Dạ áo còn size M ạ."))


def test_the_address_may_have_been_folded_to_capitals() -> None:
    assert isinstance(sort(from_minh(to=MINHS.upper())), AgentActed)


@pytest.mark.parametrize("prefix", ["note:", "Note :", "Ghi chú:", "GHI CHÚ: ", "ghi chu:"])
def test_a_note_stays_inside(prefix: str) -> None:
    outcome = sort(from_minh(f"{prefix} khách quen\n\n{MARKER}\n"))
    assert outcome == acted(AgentNoted(**facts(), text="khách quen"))


def test_a_mail_to_the_address_for_notes_never_goes_to_the_customer() -> None:
    address = note_address(reply_token(TICKET, "minh", KEYS), DOMAIN)
    outcome = sort(from_minh("Khách quen, giảm 10 % nhé\n#xong", to=address))
    assert outcome == acted(AgentNoted(**facts(), text="Khách quen, giảm 10 % nhé\n#xong"))


def test_files_of_a_note_are_kept() -> None:
    address = note_address(reply_token(TICKET, "minh", KEYS), DOMAIN)
    mail = letter("Ảnh đây.", sender="minh@hoamai.example", to=address)
    mail.add_attachment(b"\xff\xd8", "image", "jpeg", filename="loi.jpg")
    outcome = sort(taken_in(mail, address))
    assert isinstance(outcome, AgentActed)
    (note,) = outcome.asked
    assert isinstance(note, AgentNoted)
    assert [file.name for file in note.attachments] == ["loi.jpg"]


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (from_minh(sender="Minh <minh.rieng@mail.example>"), Refusal.OTHER_ADDRESS),
        (from_minh(sender="Thu <thu@hoamai.example>"), Refusal.OTHER_ADDRESS),
        (from_minh(""), Refusal.EMPTY),
        (from_minh("note:"), Refusal.EMPTY),
        (from_minh(f"{MARKER}\nKhách: Lan"), Refusal.EMPTY),
        (from_minh("> chỉ trích lại"), Refusal.EMPTY),
    ],
)
def test_a_refused_answer_is_explained_to_the_agent_himself(mail: bytes, reason: Refusal) -> None:
    assert sort(mail) == AgentRefused(
        reason=reason, agent_id="minh", ticket_id=TICKET, message_id="thu-1@khach.example"
    )


@pytest.mark.parametrize("findings", ["", "spf=pass; dkim=none; dmarc=none;", "dmarc=fail;"])
def test_an_answer_not_proven_to_be_his_is_refused(findings: str) -> None:
    mail = letter(ANSWER, sender="minh@hoamai.example", to=MINHS)
    outcome = sort(taken_in(mail, MINHS, findings=findings))
    assert isinstance(outcome, AgentRefused)
    assert (outcome.reason, outcome.agent_id) == (Refusal.UNPROVEN, "minh")


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"subject": "Trả lời tự động: Phiếu 4821-9370"}],
)
def test_an_agents_vacation_note_reaches_nobody(headers: dict[str, str]) -> None:
    assert sort(from_minh(**headers)) == Unwanted(Unwantedness.AUTOMATIC)


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ("#resolve", ["resolve"]),
        ("#XONG", ["resolve"]),
        ("#Xong\n\nDạ xong rồi ạ.", ["reply", "resolve"]),
        ("#cho 2h\nDạ em hỏi kho ạ.", ["reply", "pend"]),
        ("#chờ", ["pend"]),
        ("#to minh bận họp", ["to"]),
        ("#chuyển @kho hàng về\nghi chú: khách quen", ["note", "to"]),
        ("#away", ["away"]),
        ("#vắng mặt", ["away"]),
        ("# có mặt", ["back"]),
        ("#nhận 5", [5]),
        ("#capacity 0\n#pend", ["pend", 0]),
        ("#vang\n#chuyen thu ốm", ["to", "away"]),
        ("#xong\n\nTrân trọng,\nMinh\nHoa Mai", ["resolve"]),
        ("#xong\n\nGửi từ iPhone của tôi", ["resolve"]),
        ("#xong\nTrân trọng cảm ơn chị ạ.", ["reply", "resolve"]),
    ],
)
def test_commands_stand_on_the_first_lines(lines: str, asked: list[str | int]) -> None:
    kinds = {AgentReplied: "reply", AgentNoted: "note", AgentResolved: "resolve"}
    kinds |= {AgentPended: "pend", AgentAssigned: "to", AgentAway: "away", AgentBack: "back"}
    outcome = sort(from_minh(f"{lines}\n\n{MARKER}\n"))
    assert isinstance(outcome, AgentActed)
    assert [
        each.capacity if isinstance(each, AgentTakes) else kinds[type(each)]
        for each in outcome.asked
    ] == asked


def test_a_command_is_no_part_of_the_answer_and_has_an_id_of_its_own() -> None:
    outcome = sort(from_minh(f"#cho 3h\n\nDạ em hỏi kho ạ.\n#HM-20418 là mã đơn\n\n{MARKER}\n"))
    assert outcome == acted(
        AgentReplied(**facts(), text="Dạ em hỏi kho ạ.\n#HM-20418 là mã đơn"),
        AgentPended(**facts("pend"), wake_at=SENT + timedelta(hours=3)),
    )
    assert sort(from_minh("#to kho hàng về rồi")) == acted(
        AgentAssigned(**facts("to"), to_team_id="kho", reason="hàng về rồi")
    )


@pytest.mark.parametrize(
    "line",
    [
        "#HM-20418 giao rồi ạ",
        "#",
        "#xong rồi ạ",
        "#away nhé",
        "#capacity",
        "#nhận việc",
        "#nhan -1",
        "#nhan ٥",
        "#nhan 100000",
        "#to",
        "#to hao",
        "#cho lâu lâu",
        "#constructor",
    ],
)
def test_what_begins_as_a_command_and_is_none_never_reaches_the_customer(line: str) -> None:
    outcome = sort(from_minh(f"{line}\nDạ chị đợi em ạ.\n\n{MARKER}\n"))
    assert outcome == AgentRefused(
        reason=Refusal.COMMAND, agent_id="minh", ticket_id=TICKET, message_id=MESSAGE, line=line
    )


@pytest.mark.parametrize(
    "lines", ["#xong\n#cho 2h", "#to thu\n#xong", "#away\n#back", "#cho 1h\n#cho 2h"]
)
def test_commands_that_speak_against_each_other_are_not_done(lines: str) -> None:
    outcome = sort(from_minh(lines))
    assert isinstance(outcome, AgentRefused)
    assert (outcome.reason, outcome.line) == (Refusal.COMMAND, lines.splitlines()[1])


class TestGuest:
    def from_quang(self, text: str, sender: str = "quang@hoamai.example", **more: str) -> bytes:
        return taken_in(letter(text, sender=sender, to=QUANGS, **more), QUANGS)

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("Kho còn hai bộ.", "Kho còn hai bộ."),
            ("ghi chú: kho còn hai bộ", "kho còn hai bộ"),
            ("#xong", "#xong"),
        ],
    )
    def test_a_guests_answer_is_a_note_whatever_it_says(self, text: str, kept: str) -> None:
        outcome = sort(self.from_quang(f"{text}\n\n{MARKER}\n"))
        assert outcome == acted(AgentNoted(**facts(agent_id=QUANG), text=kept))

    def test_only_from_his_own_address_proven_and_not_by_a_machine(self) -> None:
        other = sort(self.from_quang("Chào", sender="thu@hoamai.example"))
        assert isinstance(other, AgentRefused)
        assert (other.reason, other.agent_id) == (Refusal.OTHER_ADDRESS, QUANG)
        unproven = letter("Chào", sender="quang@hoamai.example", to=QUANGS)
        refused = sort(taken_in(unproven, QUANGS, findings="dmarc=fail;"))
        assert isinstance(refused, AgentRefused)
        assert refused.reason is Refusal.UNPROVEN
        vacation = self.from_quang("Đi vắng", Auto_Submitted="auto-replied")
        assert sort(vacation) == Unwanted(Unwantedness.AUTOMATIC)

    def test_who_is_no_guest_any_more_is_nobody(self) -> None:
        room = replace(ROOM, read_token=lambda part: read_reply_token(part, KEYS, AGENTS))
        assert sort(self.from_quang("Chào"), room) == Unwanted(Unwantedness.NOBODYS)

    def test_his_address_may_lie_in_our_own_domain(self) -> None:
        own = f"guest:quang@{DOMAIN}"
        address = reply_address(reply_token(TICKET, own, KEYS), DOMAIN)
        room = replace(ROOM, read_token=lambda part: read_reply_token(part, KEYS, [own]))
        mail = taken_in(letter("Chào", sender=f"quang@{DOMAIN}", to=address), address)
        assert sort(mail, room) == acted(AgentNoted(**facts(agent_id=own), text="Chào"))
        assert sort(mail) == Unwanted(Unwantedness.OWN)


def test_the_address_of_an_agent_who_left_is_dead() -> None:
    gone = {"thu": AGENTS["thu"]}
    room = replace(ROOM, agents=gone, read_token=lambda part: read_reply_token(part, KEYS, gone))
    assert sort(from_minh(), room) == Unwanted(Unwantedness.NOBODYS)


def test_a_made_up_address_is_explained_to_an_agent_and_to_nobody_else() -> None:
    made_up = f"reply+{'a' * 24}@{DOMAIN}"
    assert sort(from_minh(to=made_up)) == AgentRefused(
        reason=Refusal.UNKNOWN_TICKET,
        agent_id="minh",
        ticket_id=None,
        message_id="thu-1@khach.example",
    )
    assert sort(taken_in(letter(to=made_up), made_up)) == Unwanted(Unwantedness.NOBODYS)
    forged = letter(sender="minh@hoamai.example", to=made_up)
    assert sort(taken_in(forged, made_up, findings="")) == Unwanted(Unwantedness.NOBODYS)


@pytest.mark.parametrize("harm", [{"spam": "FAIL"}, {"virus": "FAIL"}])
@pytest.mark.parametrize("to", ["hotro@hoamai.example", MINHS, LANS])
def test_harmful_mail_is_nothing(harm: dict[str, str], to: str) -> None:
    assert sort(taken_in(letter(to=to), to, **harm)) == Unwanted(Unwantedness.HARMFUL)


def test_a_bounce_is_told_by_the_mail_that_failed() -> None:
    outcome = sort(bounce("010f-a@ap-southeast-1.amazonses.com"))
    assert isinstance(outcome, Bounced)
    assert outcome.bounce.original_id.partition("@")[0] == "010f-a"
    assert outcome.bounce.is_permanent


@pytest.mark.parametrize("sender", ["hotro@hoamai.example", f"desk@{DOMAIN}"])
def test_our_own_mail_is_never_answered(sender: str) -> None:
    assert sort(taken_in(letter(sender=sender))) == Unwanted(Unwantedness.OWN)


@pytest.mark.parametrize(
    "mail",
    [
        taken_in(letter(to="ai-do@khac.example"), "ai-do@khac.example"),
        raw("To: hotro@hoamai.example\nSubject: không có người gửi"),
    ],
)
def test_mail_for_nobody_or_from_nobody(mail: bytes) -> None:
    assert sort(mail) == Unwanted(Unwantedness.NOBODYS)


def test_what_is_no_mail_is_malformed() -> None:
    with pytest.raises(MalformedPayloadError):
        sort(b"khong phai thu")


def test_a_time_of_the_future_is_not_believed() -> None:
    outcome = receive_mail(
        taken_in(letter()), key="k", now=SENT - timedelta(hours=1), mailroom=ROOM
    )
    assert isinstance(outcome, CustomerWrote)
    assert outcome.received.event.occurred_at == SENT - timedelta(hours=1)
