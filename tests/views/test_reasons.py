"""Reasons in words: every one that routing writes, in both languages, and those of old tickets."""

from enum import StrEnum

import pytest

from chalicelib.routing.assignment import Need, assign
from chalicelib.routing.reasons import Reason, TieBreak, Verdict
from chalicelib.views.reasons import considered, reason_text
from chalicelib.views.words import words
from tests.routing.people import NOON, SHOP, states
from tests.views.samples import view

VIEW = view()


@pytest.mark.parametrize(
    ("reason", "vietnamese", "english"),
    [
        ("account manager", "người phụ trách khách hàng này", "looks after this customer"),
        ("answered last", "người trả lời khách lần trước", "answered this customer last"),
        ("least loaded of 3", "ít việc nhất trong 3 người", "least busy of 3"),
        ("round robin of 3", "đến lượt trong 3 người", "next in turn of 3"),
        ("by weight of 2", "theo phần việc trong 2 người", "by share of work among 2"),
        ("longest idle of 2", "rảnh lâu nhất trong 2 người", "longest idle of 2"),
        ("the only one free", "người duy nhất đang rảnh", "the only one free"),
        ("the owner is present", "vốn đang phụ trách", "already had it"),
        (
            "backup for minh, who is absent",
            "thay cho Minh đang vắng mặt",
            "standing in for Minh, who is absent",
        ),
        (
            "backup for minh, who let it drop",
            "thay cho Minh chưa nhận việc",
            "standing in for Minh, who did not take it",
        ),
        ("backup of the team", "người thay thế của nhóm", "the team's backup"),
        (
            "lead of the team",
            "trưởng nhóm, vì trong nhóm không còn ai",
            "the team's lead, since nobody else is left in the team",
        ),
        ("nobody free in cskh", "không ai rảnh lúc này", "nobody is free right now"),
        ("nobody in cskh has the skills", "không ai có đủ kỹ năng", "nobody has the skills"),
        ("nobody in cskh speaks en", "không ai nói tiếng Anh", "nobody speaks English"),
        ("nobody in cskh speaks fr", "không ai nói fr", "nobody speaks fr"),
        ("escalated", "do quá hạn", "because it is overdue"),
        ("by hand", "", ""),
    ],
)
def test_a_reason_of_the_desk_is_readable(reason: str, vietnamese: str, english: str) -> None:
    assert reason_text(reason, VIEW, "vi") == vietnamese
    assert reason_text(reason, VIEW, "en") == english


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("least loaded of 3: lan 1/5, minh 2/5, quang 4/5", "ít việc nhất trong 3 người"),
        ("the only one free: lan 1/5", "người duy nhất đang rảnh"),
        ("backup for minh, who is absent: lan 1/5", "thay cho Minh đang vắng mặt"),
        ("the owner is present: lan 1/5", "vốn đang phụ trách"),
        ("nobody free in cskh: lan absent, minh 5/5", "không ai rảnh lúc này"),
        ("nobody in cskh has the skills", "không ai có đủ kỹ năng"),
    ],
)
def test_the_reasons_of_older_tickets_stay_readable(reason: str, said: str) -> None:
    assert reason_text(reason, VIEW, "vi") == said


@pytest.mark.parametrize(
    "reason",
    [
        "chị rành áo dài hơn em",
        "the only one free: Lan knows the order",
        "minh absent",  # a colleague's words, though they look like a candidate's
        "lead of the team, please",
        "{agent} {0}",
    ],
)
def test_a_persons_own_reason_stays_as_it_was_written(reason: str) -> None:
    assert reason_text(reason, VIEW, "vi") == reason


@pytest.mark.parametrize(
    ("told", "vietnamese", "english"),
    [
        ("lan 2/5", "Lan 2/5", "Lan 2/5"),
        ("minh absent", "Minh vắng mặt", "Minh is absent"),
        ("minh full 5/5", "Minh đủ việc 5/5", "Minh is full 5/5"),
        (
            "minh full on zalo 3/3",
            "Minh đủ việc trên Zalo 3/3",
            "Minh is full on Zalo 3/3",
        ),
        (
            "quang no skill đổi trả, glaze",
            "Quang không có kỹ năng đổi trả, glaze",
            "Quang lacks the skill đổi trả, glaze",
        ),
        ("quang speaks no en", "Quang không nói tiếng Anh", "Quang speaks no English"),
        ("lan let it drop", "Lan đã không nhận yêu cầu này", "Lan did not take this ticket"),
        ("left-us absent", "left-us vắng mặt", "left-us is absent"),
        (
            "tie-break: order of the team",
            "ngang nhau: theo thứ tự trong nhóm",
            "a tie: the order of the team decided",
        ),
        ("tie-break: drawn by lot", "ngang nhau: chọn bằng cách rút thăm", "a tie: drawn by lot"),
        (
            "tie-break: fewer tickets",
            "ngang nhau: chọn người ít yêu cầu hơn",
            "a tie: fewer tickets decided",
        ),
        ("what nobody foresaw", "what nobody foresaw", "what nobody foresaw"),
    ],
)
def test_a_candidate_is_told_of_in_words(told: str, vietnamese: str, english: str) -> None:
    assert considered(told, VIEW, "vi") == (vietnamese,)
    assert considered(told, VIEW, "en") == (english,)


def test_candidates_stand_in_the_order_in_which_they_were_asked() -> None:
    told = "; ".join(
        assign(Need("pair", dropped=("lan",)), SHOP, states(("minh",)), NOON).considered
    )
    names = view(agents={"lan": "Lan", "minh": "Minh", "tu": "Anh Tú"})
    assert considered(told, names, "vi") == (
        "Lan đã không nhận yêu cầu này",
        "Minh vắng mặt",
        "Anh Tú 0/1",
    )


def test_where_nobody_was_considered_nothing_is_told() -> None:
    assert considered("", VIEW, "vi") == ()


@pytest.mark.parametrize("kinds", [Reason, Verdict, TieBreak])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_that_routing_writes_has_its_words(kinds: type[StrEnum], language: str) -> None:
    wanted = {f"{kinds.__name__}.{kind.name}".lower() for kind in kinds}
    assert wanted <= words(language).keys()
