from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.config.document import load
from chalicelib.domain.tickets import Metric
from chalicelib.views.deadlines import Urgency, deadlines, pressing, resting
from chalicelib.views.ticket import ticket_view
from tests.views.samples import CONTACT, NOW, OPENED, TICKET, view

SHOP = Path(__file__).parents[2] / "examples" / "shop.desk.yaml"
FIRST, RESOLUTION = TICKET.timers


def test_a_view_takes_its_names_from_the_desk() -> None:
    desk = load(SHOP.read_text(encoding="utf-8"), SHOP.name)
    agent_id, agent = next(iter(desk.agents.items()))
    team_id, team = next(iter(desk.teams.items()))
    request_type = desk.default_request_type
    ticket = replace(TICKET, team_id=team_id, request_type=request_type, assignee_id=agent_id)
    seen = ticket_view(desk, ticket, CONTACT, (), agent_id, NOW)
    assert seen.assignee("vi") == agent.name
    assert seen.team("en") == team.name["en"]
    assert seen.kind_of_request("vi") == desk.request_types[request_type].name["vi"]


def test_a_view_of_what_the_desk_forgot_shows_the_ids() -> None:
    desk = load(SHOP.read_text(encoding="utf-8"), SHOP.name)
    ticket = replace(TICKET, team_id="gone", request_type="gone", assignee_id="gone")
    seen = ticket_view(desk, ticket, CONTACT, (), next(iter(desk.agents)), NOW)
    assert {seen.assignee("vi"), seen.team("vi"), seen.kind_of_request("vi")} == {"gone"}


@pytest.mark.parametrize(
    ("minutes", "countdown", "urgency"),
    [
        (0, "còn 1 giờ", Urgency.CALM),
        (44, "còn 16 phút", Urgency.CALM),
        (45, "còn 15 phút", Urgency.SOON),
        (59.5, "còn 30 giây", Urgency.SOON),
        (60, "vừa quá hạn", Urgency.LATE),
        (60.9, "vừa quá hạn", Urgency.LATE),
        (61, "quá hạn 1 phút", Urgency.LATE),
        (192, "quá hạn 2 giờ 12 phút", Urgency.LATE),
    ],
)
def test_a_countdown_tells_how_long_until_or_since(
    minutes: float, countdown: str, urgency: Urgency
) -> None:
    deadline = pressing(view(now=OPENED + timedelta(minutes=minutes)), "vi")
    assert deadline is not None
    assert (deadline.countdown, deadline.urgency) == (countdown, urgency)


@pytest.mark.parametrize(
    ("metric", "vietnamese", "english"),
    [
        (Metric.ACCEPT, "Đã quá hạn nhận việc 5 phút", "Acceptance is 5 minutes overdue"),
        (
            Metric.FIRST_RESPONSE,
            "Đã quá hạn trả lời đầu tiên 5 phút",
            "First response is 5 minutes overdue",
        ),
        (
            Metric.NEXT_RESPONSE,
            "Đã quá hạn trả lời tiếp theo 5 phút",
            "Next response is 5 minutes overdue",
        ),
        (Metric.RESOLUTION, "Đã quá hạn giải quyết 5 phút", "Resolution is 5 minutes overdue"),
    ],
)
def test_a_late_deadline_alone_is_not_taken_for_something_done(
    metric: Metric, vietnamese: str, english: str
) -> None:
    ticket = replace(TICKET, timers=(replace(FIRST, metric=metric),))
    late = view(ticket=ticket, now=FIRST.due_at + timedelta(minutes=5))
    told = [pressing(late, language) for language in ("vi", "en")]
    assert [each and each.sentence for each in told] == [vietnamese, english]


def test_the_nearest_deadline_that_stands_still_rests() -> None:
    met, paused = replace(FIRST, met_at=OPENED), replace(RESOLUTION, paused_at=OPENED)
    seen = view(ticket=replace(TICKET, timers=(met, paused)))
    told = resting(seen, "en")
    assert told is not None
    assert told.label == "Resolution"
    assert resting(view(), "en") is None


def test_a_met_deadline_says_when_and_whether_in_time() -> None:
    met = replace(FIRST, met_at=FIRST.due_at - timedelta(minutes=1))
    late = replace(RESOLUTION, met_at=RESOLUTION.due_at + timedelta(minutes=1))
    told = deadlines(view(ticket=replace(TICKET, timers=(met, late))), "vi")
    assert [item.countdown for item in told] == [
        "đã đạt lúc 14:29",
        "xong lúc 09:31 · 25/11, sau hạn",
    ]


def test_a_paused_deadline_does_not_press() -> None:
    timers = tuple(replace(timer, paused_at=OPENED) for timer in TICKET.timers)
    paused = view(ticket=replace(TICKET, timers=timers))
    assert pressing(paused, "vi") is None
    assert {item.urgency for item in deadlines(paused, "vi")} == {Urgency.PAUSED}


def test_a_notification_presses_for_the_deadline_it_is_about() -> None:
    told = pressing(view(detail={"metric": "resolution"}), "en")
    assert told is not None
    assert told.label == "Resolution"


def test_without_a_word_about_it_the_nearest_deadline_presses() -> None:
    swapped = view(ticket=replace(TICKET, timers=TICKET.timers[::-1]), detail={"metric": "accept"})
    told = pressing(swapped, "en")
    assert told is not None
    assert told.label == "First response"
