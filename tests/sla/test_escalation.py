from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from chalicelib.sla.escalation import who
from chalicelib.sla.policy import Escalation


@dataclass(frozen=True)
class Person:
    backup: str | None = None


@dataclass(frozen=True)
class Group:
    lead: str = "an"


PEOPLE: Mapping[str, Person] = {
    "an": Person(),
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
    escalation = Escalation.model_validate({"to": to})
    assert who(escalation, assignee, Group(), PEOPLE) == told
