from typing import Any

import pytest

from chalicelib.config.check import check
from chalicelib.config.problems import DeskError
from tests.desks import DOCUMENT

ONLY_TELEGRAM = {**DOCUMENT, "accounts": [DOCUMENT["accounts"][1]]}


def test_plain_data_is_checked_without_lines() -> None:
    assert check(ONLY_TELEGRAM, "PUT /api/desk").name == "Hoa Mai"


def test_problems_of_plain_data_name_only_the_place() -> None:
    with pytest.raises(DeskError) as caught:
        check({**ONLY_TELEGRAM, "default_request_type": "advise"}, "PUT /api/desk")
    assert str(caught.value).startswith("PUT /api/desk: default_request_type: không có")


def test_wrong_names_are_reported_together_with_malformed_parts() -> None:
    document: dict[str, Any] = {
        **ONLY_TELEGRAM,
        "name": 7,
        "default_request_type": "advise",
        "accounts": [{**ONLY_TELEGRAM["accounts"][0], "secrets": {}}],
    }
    with pytest.raises(DeskError) as caught:
        check(document, "f")
    assert sorted({problem.path for problem in caught.value.problems}) == [
        "accounts[0].secrets",
        "default_request_type",
        "name",
    ]


@pytest.mark.parametrize("data", [None, [], "x", {"accounts": 1, "agents": [1], "teams": "x"}])
def test_any_data_at_all_is_answered_with_problems(data: Any) -> None:
    with pytest.raises(DeskError):
        check(data, "f")
