"""What came of something is found where people would look for it."""

import pytest

from infra.demo.found import about, link, reached
from tests.infra.demo.recorded import ANSWER, CUSTOMER, TICKET, at, call, mail


def test_a_message_counts_only_when_the_platform_took_it() -> None:
    refused, taken = call(ANSWER, 1, status=429), call(ANSWER, 2)
    assert reached([refused, taken], [], CUSTOMER, ANSWER) == [taken]


def test_a_message_to_somebody_else_does_not_count() -> None:
    other = {**call(ANSWER, 1), "body": {"chat_id": "8802", "text": ANSWER}}
    assert reached([other], [], CUSTOMER, ANSWER) == []


def test_numbers_and_texts_of_a_platform_are_the_same_customer() -> None:
    numeric = {**call(ANSWER, 1), "body": {"chat_id": 8801, "text": ANSWER}}
    assert reached([numeric], [], CUSTOMER, ANSWER) == [numeric]


def test_mails_are_told_apart_by_ticket_kind_and_time() -> None:
    early, late = mail("reminder", 1), mail("reminder", 9)
    assert about([early, late, mail("breached", 9)], TICKET, "reminder", at(5)) == [late]
    assert about([early], "00000000", "reminder") == []


def test_a_link_is_found_under_its_words() -> None:
    assert link(mail("assigned", 1), "accept", "vi") == "https://frontline.example/links/abc"
    with pytest.raises(ValueError, match="is not in list"):
        link(mail("assigned", 1), "resolve", "vi")
