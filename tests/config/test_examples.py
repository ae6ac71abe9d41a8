"""The desks that ship with Frontline do what their comments promise."""

import re
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.document import decode, load
from chalicelib.desk.clock import policy_of
from chalicelib.desk.decision import NotificationKind
from chalicelib.desk.model import Desk, is_reference
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import AgentAcknowledged
from chalicelib.domain.tickets import Metric, Ticket
from chalicelib.sla.policy import Policy
from tests.desk.events import message, moment_of
from tests.desk.world import World

EXAMPLES = Path(__file__).parents[2] / "examples"

NAMES = ["shop", "demo", "factory"]
SECRET = re.compile(r"secret|token|key|password")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY_MORNING = "01-04 09:00"


@cache
def example(name: str) -> Desk:
    path = EXAMPLES / f"{name}.desk.yaml"
    return load(decode(path.read_bytes(), path.name), path.name)


def at(text: str) -> datetime:
    """Return a moment of 2027 in Vietnam, written `01-04 09:00`."""
    return datetime.fromisoformat(f"2027-{text}").replace(tzinfo=VIETNAM)


def asked(
    desk: Desk,
    text: str,
    channel: str,
    when: str = MONDAY_MORNING,
    *,
    tier: str | None = None,
    rating: int | None = None,
    fields: dict[str, str] | None = None,
) -> World:
    """Return what there is when one customer has written to a desk where nobody has a ticket."""
    accounts = {account.channel: account.account for account in desk.accounts}
    who = Identity(channel, accounts[channel], "77")
    world = World(desk)
    world.contacts["mai"] = Contact(id="mai", identities=(who,), created_at=at(when), tier=tier)
    world.identities[who] = "mai"
    event = message(text, at(when), identity=who, rating=rating, fields=fields or {})
    world.fold(event, at(when))
    return world


def policy_for(ticket: Ticket, desk: Desk) -> Policy:
    found = policy_of(ticket, desk)
    assert found
    return found


def go_on_until(world: World, when: str) -> Ticket:
    """Let happen what happens by itself; return the ticket as it then is."""
    ticket = world.only_ticket()
    while ticket.moment and ticket.moment.at <= at(when):
        world.fold(moment_of(ticket), ticket.moment.at)
        ticket = world.only_ticket()
    return ticket


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_is_written_out(name: str) -> None:
    desk = example(name)
    assert desk.slack is None or is_reference(str(desk.slack))
    for account in desk.accounts:
        secret = {key: value for key, value in account.secrets.items() if SECRET.search(key)}
        assert [key for key, value in secret.items() if not is_reference(str(value))] == []


@pytest.mark.parametrize("name", ["shop", "demo"])
def test_every_channel_is_connected(name: str) -> None:
    assert {account.channel for account in example(name).accounts} == set(ADAPTERS)


@pytest.mark.parametrize("name", NAMES)
def test_only_invented_addresses_are_used(name: str) -> None:
    for agent in example(name).agents.values():
        assert agent.email.endswith(".example")
        assert agent.phone is None or agent.phone.startswith("+8490000000")


@pytest.mark.parametrize("name", NAMES)
def test_every_request_type_has_a_policy_on_every_channel(name: str) -> None:
    desk = example(name)
    texts = [kind.keywords[0] for kind in desk.request_types.values() if kind.keywords]
    for channel in {account.channel for account in desk.accounts}:
        for text in (*texts, "xin chào"):
            assert policy_of(asked(desk, text, channel).only_ticket(), desk), (text, channel)


@pytest.mark.parametrize(
    ("text", "channel", "hours"),
    [
        ("Chị ơi bộ ấm này giá bao nhiêu ạ?", "zalo", 1),
        ("cho minh hoi con hang khong", "messenger", 1),
        ("Bát giao đến bị vỡ mất hai cái!!!", "zalo", 4),
        ("TOI MUON KHIEU NAI", "messenger", 4),
        ("Đồ giao sai rồi", "email", 4),
        ("Em không thanh toán được trên web", "telegram", 2),
        ("quen mat khau", "aws_sms", 2),
        ("xin chào", "zalo", 1),
        ("Xin báo giá 200 bộ ấm chén", "email", 8),
    ],
)
def test_the_shop_keeps_the_three_promises(text: str, channel: str, hours: int) -> None:
    desk = example("shop")
    policy = policy_for(asked(desk, text, channel).only_ticket(), desk)
    assert policy.targets[Metric.RESOLUTION].within == timedelta(hours=hours)
    assert policy.targets[Metric.FIRST_RESPONSE].within < timedelta(hours=hours)
    assert policy.reminders
    assert policy.escalation


CHAT = {"zalo", "messenger", "telegram", "whatsapp", "instagram", "line", "viber"}


@pytest.mark.parametrize("text", ["khiếu nại", "quên mật khẩu", "tư vấn"])
@pytest.mark.parametrize("channel", ADAPTERS)
def test_the_shop_answers_chat_within_minutes_and_mail_within_hours(
    text: str, channel: str
) -> None:
    desk = example("shop")
    most = timedelta(minutes=3) if channel in CHAT else timedelta(minutes=15)
    if channel == "email":
        most = timedelta(hours=2)
    policy = policy_for(asked(desk, text, channel).only_ticket(), desk)
    assert policy.targets[Metric.FIRST_RESPONSE].within <= most
    assert policy.targets[Metric.NEXT_RESPONSE].within >= most / 2


@pytest.mark.parametrize(
    ("text", "channel", "known", "priority", "policy"),
    [
        ("Tôi sẽ kiện cửa hàng!", "zalo", {}, "urgent", "Khẩn cấp"),
        ("toi se goi bao chi", "email", {}, "urgent", "Khẩn cấp"),
        ("Hàng về nguyên bưu kiện, cảm ơn shop", "zalo", {}, "normal", "Tư vấn qua trò chuyện"),
        ("Thất vọng", "google_reviews", {"rating": 1}, "urgent", "Khẩn cấp"),
        ("Tạm", "tripadvisor", {"rating": 3}, "high", "Tư vấn trên mạng xã hội, SMS"),
        ("Đẹp", "tripadvisor", {"rating": 5}, "normal", "Tư vấn trên mạng xã hội, SMS"),
        ("Còn hàng không?", "zalo", {"tier": "vip"}, "high", "Tư vấn qua trò chuyện"),
        ("Hàng bị vỡ", "zalo", {"tier": "vip"}, "high", "Khiếu nại qua trò chuyện"),
    ],
)
def test_the_rules_of_the_shop_tell_what_is_urgent(
    text: str, channel: str, known: dict[str, object], priority: str, policy: str
) -> None:
    desk = example("shop")
    ticket = asked(desk, text, channel, **known).only_ticket()  # type: ignore[arg-type]
    assert (ticket.priority, policy_for(ticket, desk).name) == (priority, policy)


def test_what_the_shop_leaves_unanswered_goes_from_one_to_the_next_and_up() -> None:
    world = asked(example("shop"), "còn hàng không?", "zalo")
    ticket = go_on_until(world, "01-04 10:00")
    given = [entry.detail["agent"] for entry in world.entries if entry.type == "ticket.assigned"]
    assert given == ["lan", "minh", "emma", "ha", "ha"]
    assert ticket.team_id == "quan-ly"
    assert any("xin lỗi" in said for said in world.said_to_customer())


def test_the_shop_closes_for_lunch_and_for_tet() -> None:
    calendar = example("shop").calendars["cua-hang"]
    assert [str(one) for one in calendar.week["mon"]] == ["08:00-12:00", "13:30-17:30"]
    assert calendar.holidays == "VN"


def test_everybody_in_the_shop_but_those_above_has_a_backup() -> None:
    desk = example("shop")
    above = {one for team in desk.teams.values() for one in (team.lead, team.manager)}
    assert {agent for agent, one in desk.agents.items() if one.backup is None} == above


def test_the_demo_tells_a_breach_and_its_escalation_within_two_minutes() -> None:
    desk = example("demo")
    policy = policy_for(asked(desk, "Hàng giao bị vỡ!", "zalo").only_ticket(), desk)
    assert policy.targets[Metric.FIRST_RESPONSE].within == timedelta(seconds=40)
    assert [str(reminder.at) for reminder in policy.reminders] == ["50%"]
    assert [rung.after for rung in policy.escalation] == [timedelta(seconds=10)]


def test_nobody_is_free_in_the_demo_for_a_question_on_telegram() -> None:
    desk = example("demo")
    ticket = asked(desk, "Còn hàng không?", "telegram").only_ticket()
    members = desk.teams[ticket.team_id].members
    assert all(desk.agents[one].away or not desk.agents[one].capacity for one in members)


NIGHT = "Máy hỏng ngoài giờ"

# When a customer writes what, where; the promise he gets, by when it is accepted, answered and
# done; and who has it at once, when nobody has anything else. 4 January 2027 is a Monday.
FACTORY_HOURS = [
    # The early shift, its lunch, and the late one.
    ("01-04 06:10", "Giá bơm 5 HP?", "zalo", ("Trò chuyện", "", "06:11:30", "10:10"), "an"),
    ("01-04 09:00", "Máy dừng rồi!", "zalo", ("Máy hỏng", "09:03", "09:10", "13:30"), "binh"),
    ("01-04 09:00", "Gửi bảo hành", "email", ("Thư điện tử", "", "13:30", "01-05 10:00"), "an"),
    ("01-04 10:59", "Giá bơm?", "zalo", ("Trò chuyện", "", "11:30:30", "15:29"), "an"),
    ("01-04 11:10", "Giá bơm?", "zalo", ("Ngoài giờ", "", "12:00", "20:00"), "tuan"),
    ("01-04 11:10", "May dung roi", "zalo", (NIGHT, "11:20", "11:40", "19:10"), "tuan"),
    ("01-04 13:59:30", "Giá bơm?", "zalo", ("Trò chuyện", "", "14:01", "17:59:30"), "an"),
    ("01-04 14:00", "Giá bơm?", "zalo", ("Trò chuyện", "", "14:01:30", "18:00"), "dung"),
    ("01-04 18:10", "Giá bơm?", "zalo", ("Ngoài giờ", "", "19:00", "01-05 10:30"), None),
    ("01-04 20:00", "Rò rỉ nước", "zalo", ("Máy hỏng", "20:03", "20:10", "01-05 08:00"), "dung"),
    # At night only breakdowns are attended to, and on the clock on the wall.
    ("01-04 23:30", "Giá bơm?", "zalo", ("Ngoài giờ", "", "01-05 06:30", "01-05 14:30"), None),
    ("01-04 23:30", "Máy dừng", "zalo", (NIGHT, "23:40", "01-05 00:00", "01-05 07:30"), "kip-truc"),
    # Saturday closes at two; on Sunday the crew on call is there.
    ("01-09 13:59", "Giá bơm?", "zalo", ("Trò chuyện", "", "01-11 06:00:30", "01-11 09:59"), "an"),
    ("01-09 15:00", "Mất áp", "zalo", (NIGHT, "15:10", "15:30", "23:00"), "kip-truc"),
    ("01-10 09:00", "Giá bơm?", "zalo", ("Ngoài giờ", "", "01-11 06:30", "01-11 14:30"), None),
    ("01-10 23:00", "Máy dừng", "zalo", (NIGHT, "23:10", "23:30", "01-11 07:00"), "kip-truc"),
    # Tết: holidays from 4 to 10 February, two days more of the company's own; 13 is a Saturday.
    ("02-03 21:58", "Giá bơm?", "zalo", ("Trò chuyện", "", "21:59:30", "02-13 09:58"), "dung"),
    ("02-06 08:00", "Giá bơm?", "zalo", ("Ngoài giờ", "", "02-13 06:30", "02-15 06:30"), None),
    ("02-06 08:00", "Máy dừng", "zalo", (NIGHT, "08:10", "08:30", "16:00"), "kip-truc"),
    ("02-12 12:00", "Máy dừng", "zalo", (NIGHT, "12:10", "12:30", "20:00"), "kip-truc"),
    ("02-21 09:00", "Giá bơm?", "zalo", ("Trò chuyện", "", "09:01:30", "13:30"), "an"),
    # The engineers have office hours; who writes English gets somebody who speaks it.
    ("01-04 09:00", "Xin bản vẽ", "email", ("Thư điện tử", "", "14:30", "01-06 10:00"), "hung"),
    ("01-04 17:00", "Xin bản vẽ", "email", ("Thư điện tử", "", "01-05 11:30", "01-07 08:30"), None),
    ("01-04 09:00", "The datasheet?", "telegram", ("Trò chuyện", "", "09:01:30", "14:30"), "khanh"),
    ("01-04 15:00", "How much?", "telegram", ("Trò chuyện", "", "15:01:30", "19:30"), "giang"),
]


@pytest.mark.parametrize(("when", "text", "channel", "promise", "agent"), FACTORY_HOURS)
def test_the_factory_promises_and_assigns_by_the_hour(
    when: str,
    text: str,
    channel: str,
    promise: tuple[str, str, str, str],
    agent: str | None,
) -> None:
    desk = example("factory")
    ticket = asked(desk, text, channel, when).only_ticket()
    policy, *times = promise
    promised = zip(("accept", "first_response", "resolution"), times, strict=True)
    due = {str(timer.metric): timer.due_at for timer in ticket.timers}
    assert policy_for(ticket, desk).name == policy
    assert due == {metric: on_day_of(when, time) for metric, time in promised if time}
    assert ticket.assignee_id == agent


def on_day_of(when: str, time: str) -> datetime:
    """Return `time`, which is on the day of `when` unless it names another."""
    return at(time if " " in time else f"{when.partition(' ')[0]} {time}")


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("01-04 18:10", "01-04 18:30"),
        ("01-04 23:30", "01-05 06:00"),
        ("01-10 09:00", "01-11 06:00"),
        ("02-06 08:00", "02-13 06:00"),
    ],
)
def test_what_nobody_in_the_factory_takes_waits_for_the_next_shift(when: str, opens: str) -> None:
    world = asked(example("factory"), "Giá bơm?", "zalo", when)
    assert world.only_ticket().parked_until == at(opens)
    (said,) = world.said_to_customer()
    assert "ngoài giờ làm việc" in said
    assert "gọi lại" in said
    assert go_on_until(world, f"{opens}:10").assignee_id in ("an", "dung")


@pytest.mark.parametrize(
    ("text", "channel", "known", "policy", "priority"),
    [
        ("Giá bơm?", "zalo", {"tier": "vip"}, "Khách VIP", "high"),
        ("Máy dừng", "zalo", {"tier": "vip"}, "Máy hỏng", "high"),
        ("E42", "generic", {"fields": {"muc_do": "NANG"}}, "Máy hỏng", "urgent"),
        ("E07", "generic", {"fields": {"muc_do": "nhe"}}, "Tin nhắn SMS và máy tự báo", "normal"),
        ("Tôi gọi luật sư", "email", {}, "Thư điện tử", "urgent"),
    ],
)
def test_the_factory_knows_its_customers_and_its_machines(
    text: str, channel: str, known: dict[str, object], policy: str, priority: str
) -> None:
    desk = example("factory")
    ticket = asked(desk, text, channel, **known).only_ticket()  # type: ignore[arg-type]
    assert (policy_for(ticket, desk).name, ticket.priority) == (policy, priority)


def test_what_stays_unanswered_in_the_factory_climbs_all_three_levels() -> None:
    world = asked(example("factory"), "Giá bơm?", "zalo")
    go_on_until(world, "01-04 14:00")
    moved = [
        (entry.at, entry.detail["team"]) for entry in world.entries if entry.type == "ticket.moved"
    ]
    # Two hours between the levels, of which the engineers' lunch is none.
    assert moved == [(at("01-04 10:01:30"), "cap-2"), (at("01-04 13:31:30"), "cap-3")]
    assert world.only_ticket().assignee_id == "long"


def alerts(world: World) -> list[tuple[str, str, str]]:
    """Return when whom an escalation reached by which means, the company's topic left out."""
    return [
        (f"{(n.not_before or n.created_at).astimezone(VIETNAM):%H:%M}", str(n.agent_id), n.medium)
        for n in world.notifications()
        if n.kind is NotificationKind.ESCALATED and n.medium != "topic"
    ]


def test_a_breakdown_at_night_wakes_one_after_the_other_until_somebody_has_seen_it() -> None:
    world = asked(example("factory"), "Máy dừng", "twilio_sms", "01-04 23:30")
    ticket = go_on_until(world, "01-05 00:01")
    seen = AgentAcknowledged(
        id="a1", ticket_id=ticket.id, occurred_at=at("01-05 00:02"), agent_id="tuan", via="page"
    )
    world.fold(seen, at("01-05 00:02"))
    go_on_until(world, "01-05 05:00")
    # Both sleep at that hour and are told nevertheless; then the first answer is late, too.
    assert alerts(world)[:5] == [
        ("23:40", "kip-truc", "sms"),
        ("23:40", "kip-truc", "email"),
        ("23:50", "tuan", "email"),
        ("23:50", "tuan", "sms"),
        ("00:00", "tuan", "sms"),
    ]
    assert world.only_ticket().assignee_id == "tuan"
    assert alerts(world)[-1][0] == "00:00"


def test_the_late_shift_takes_over_what_the_early_one_leaves() -> None:
    world = asked(example("factory"), "Giá bơm?", "email", "01-04 13:50")
    assert world.only_ticket().assignee_id == "an"
    ticket = world.only_ticket()
    seen = AgentAcknowledged(
        id="a1", ticket_id=ticket.id, occurred_at=at("01-04 13:51"), agent_id="an", via="page"
    )
    world.fold(seen, at("01-04 13:51"))
    assert go_on_until(world, "01-04 14:00").assignee_id == "dung"
    assert world.entry("ticket.given_back").detail == {"agent": "an", "reason": "shift end"}
