import pytest

from chalicelib.config.document import load
from chalicelib.config.problems import DeskError
from tests.config.documents import VALID

# What is written instead of what; where the problem stands; and what is advised.
MISTAKES = [
    ("name: Hoa Mai\n", "nme: Hoa Mai\n", "nme", "did you mean “name”"),
    ("name: Hoa Mai\n", "name: Hoa Mai\nlanguage: vn\n", "language", "one of: vi, en"),
    ("name: Hoa Mai\n", "name: Hoa Mai\ntime_zone: Hanoi\n", "time_zone", "Asia/Ho_Chi_Minh"),
    ("channel: telegram", "channel: telegramm", "accounts[0].channel", "“telegram”"),
    ("account: hoa-mai", "account: Hoa Mai", "accounts[0].account", "try: hoa-mai"),
    ("bot_token: ssm", "bot_tokn: ssm", "accounts[0].secrets.bot_tokn", "“bot_token”"),
    ("bot_token: ssm", "bot_tokn: ssm", "accounts[0].secrets", ""),
    ("ssm:telegram/bot_token", '"ssm:"', "accounts[0].secrets.bot_token", "e.g. ssm:"),
    ("mon: [08", "mond: [08", "calendars.shop.week.mond", "did you mean “mon”"),
    ("08:00-12:00", "8:00-12:00", "calendars.shop.week.mon[0]", "08:00-12:00"),
    ("12:00, 13:30", "14:00, 13:30", "calendars.shop.week.mon", "one interval for both"),
    ("holidays: VN", "holidays: vn", "calendars.shop.holidays", "e.g. VN"),
    ("holidays: VN", "holidays: XX", "calendars.shop.holidays", "one of: VN"),
    ("{mon: [08:00-12:00, 13:30-17:30]}", "{mon: []}", "calendars.shop", ""),
    ("  lan: {", "  Lan Nguyễn: {", "agents.Lan Nguyễn", "try: lan-nguyen"),
    ("backup: minh", "backup: lan", "agents.lan.backup", ""),
    ("backup: minh", "notify: [sms]", "agents.lan", "+84"),
    ("lan@hoamai.example", "lan", "agents.lan.email", "lan@example.vn"),
    ("backup: minh", "capacity: -1", "agents.lan.capacity", ""),
    ("backup: minh", "capacity: nhiều", "agents.lan.capacity", ""),
    ("members: [lan, minh]", "members: lan", "teams.care.members", "write a list: [lan]"),
    ("members: [lan, minh]", "members: [lan, lan]", "teams.care.members[1]", ""),
    ("calendar: shop", "calendar: shp", "teams.care.calendar", "did you mean “shop”"),
    ("calendar: shop, ", "", "teams.care.calendar", ""),
    ("keywords: [tư vấn]", 'keywords: ["!!"]', "request_types.advice.keywords", ""),
    ("team: care", "team: carre", "request_types.advice.team", "did you mean “care”"),
    ("_type: advice", "_type: advise", "default_request_type", "did you mean “advice”"),
    (
        "match: {request_type",
        "match: {reqest_type",
        "policies[0].match.reqest_type",
        "request_type",
    ),
    ("[advice]", "[advise]", "policies[0].match.request_type[0]", "did you mean “advice”"),
    ("resolution: 1h", "resolution: 60", "policies[0].targets.resolution", "60m for minutes"),
    ("resolution: 1h", "resolution: 1 giờ", "policies[0].targets.resolution", "1h30m"),
    ("resolution: 1h", "resoluton: 1h", "policies[0].targets.resoluton", "“resolution”"),
    ("50%, 5m", "150%, 5m", "policies[0].reminders[0]", "50%"),
    ("[backup, lead]", "[boss]", "policies[0].escalation.to[0]", "one of: assignee, backup, lead"),
]


@pytest.mark.parametrize(("right", "wrong", "path", "advice"), MISTAKES)
def test_a_mistake_is_told_at_its_place_with_advice(
    right: str, wrong: str, path: str, advice: str
) -> None:
    assert VALID.count(right), "the mistake must be made somewhere"
    text = VALID.replace(right, wrong, 1)
    with pytest.raises(DeskError) as caught:
        load(text, "desk.yaml")
    found = {problem.path: problem for problem in caught.value.problems}
    assert path in found
    assert advice in found[path].suggestion
    assert found[path].line > 0


@pytest.mark.parametrize(("right", "wrong", "path", "advice"), MISTAKES)
def test_a_mistake_is_told_in_vietnamese_first(
    right: str, wrong: str, path: str, advice: str
) -> None:
    with pytest.raises(DeskError) as caught:
        load(VALID.replace(right, wrong, 1), "desk.yaml")
    for problem in caught.value.problems:
        assert " · " in problem.message, problem
        assert "không hợp lệ" not in problem.message, "every reason has its own Vietnamese words"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Chào {nmae}", "“{name}”"),
        ("Chào {name.__class__}", ""),
        ("Chào {name!r}", ""),
        ("Chào {}", ""),
    ],
)
def test_a_placeholder_nobody_fills_is_refused(template: str, words: str) -> None:
    with pytest.raises(DeskError) as caught:
        load(f'{VALID}texts: {{vi: {{acknowledgement: "{template}"}}}}', "desk.yaml")
    (problem,) = caught.value.problems
    assert problem.path == "texts.vi.acknowledgement"
    assert "placeholder" in problem.message
    assert words in problem.suggestion


def test_a_lone_brace_is_refused() -> None:
    with pytest.raises(DeskError, match=r"a brace . or . stands alone"):
        load(VALID + 'texts: {en: {acknowledgement: "Hi {name"}}', "desk.yaml")


def test_two_accounts_with_one_address_are_refused() -> None:
    start, end = VALID.index("  - channel"), VALID.index("calendars:")
    with pytest.raises(DeskError, match="“telegram/hoa-mai” stands here twice"):
        load(VALID[:end] + VALID[start:end] + VALID[end:], "desk.yaml")
