from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from chalicelib.sla.escalation import who


@dataclass(frozen=True)
class Person:
    backup: str | None = None


@dataclass(frozen=True)
class Group:
    lead: str = "an"
    manager: str | None = "sep"


PEOPLE: Mapping[str, Person] = {
    "an": Person(),
    "sep": Person(),
    "lan": Person(backup="minh"),
    "minh": Person(backup="an"),
    "hoa": Person(backup="gone"),
}


@pytest.mark.parametrize(
    ("to", "assignee", "told"),
    [
        (["backup", "lead"], "lan", ("minh", "an")),
        (["lead", "backup"], "lan", ("an", "minh")),
        (["assignee", "backup", "lead"], "lan", ("lan", "minh", "an")),
        (["backup", "lead"], "minh", ("an",)),  # the backup is the lead: told once
        (["assignee", "lead"], "an", ("an",)),
        (["manager", "hoa", "lead"], "lan", ("sep", "hoa", "an")),  # by role and by name
        (["hoa", "assignee"], "hoa", ("hoa",)),
        (["backup", "lead"], None, ("an",)),  # parked
        (["assignee", "backup"], None, ("an",)),  # nobody left: never silent
        (["backup"], "an", ("an",)),  # no backup
        (["backup"], "hoa", ("an",)),  # the backup has left the desk
        (["assignee", "backup"], "gone", ("an",)),  # the assignee has left the desk
    ],
)
def test_a_breach_is_told_in_order_and_to_nobody_twice(
    to: list[str], assignee: str | None, told: tuple[str, ...]
) -> None:
    assert who(to, assignee, Group(), PEOPLE) == told


def test_a_team_without_a_manager_leaves_it_to_the_lead() -> None:
    assert who(["manager"], "lan", Group(manager=None), PEOPLE) == ("an",)
