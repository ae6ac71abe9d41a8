"""The closing table tells what was recorded, and nothing else."""

from dataclasses import replace

import pytest

from infra.demo.diary import Diary, Moved
from infra.demo.evidence import Evidence
from infra.demo.promises import table
from infra.demo.rows import Row
from tests.infra.demo import recorded
from tests.infra.demo.recorded import FILE, alarm, call, diary, evidence, line, mail

PARKED_ONLY = {"Ticket has an owner", "Owner has a mail"}
"""The one ticket of this story waits first, so nobody had it at once."""


def rows(told: Diary, seen: Evidence) -> dict[str, Row]:
    return {row.en: row for row in table(told, seen, FILE)}


def broken(told: Diary, seen: Evidence) -> set[str]:
    return {name for name, row in rows(told, seen).items() if not row.kept} - PARKED_ONLY


def test_everything_that_went_well_is_kept() -> None:
    assert broken(diary(), evidence()) == set()


@pytest.mark.parametrize(
    ("promise", "measured"),
    [
        ("Webhook answered, durable", "0.08 s"),
        ("Customer told: received", "0.70 s"),
        ("Nobody free: lead has a mail", "0.60 s"),
        ("Somebody back: ticket placed", "0.40 s"),
        ("Reminder: late by", "0.30 s"),
        ("Breach: late by", "0.10 s"),
        ("Escalation: late by", "0.20 s"),
        ("Mails about these arrived", "1.00 s"),
        ("Reply by mail → customer's channel", "0.40 s"),
        ("Link in a mail → ticket", "0.20 s"),
        ("Writes again: reopened", "0.10 s"),
        ("Attachment kept whole", "1"),
        ("Elsewhere: ticket has an owner", "0.30 s"),
    ],
)
def test_what_is_shown_was_measured(promise: str, measured: str) -> None:
    assert rows(diary(), evidence())[promise].measured == measured


def test_a_ticket_that_is_nobodys_breaks_the_promise_of_an_owner() -> None:
    lines = [each for each in recorded.timeline() if each["type"] != "ticket.parked"]
    seen = evidence([each for each in lines if each["type"] != "ticket.assigned"])
    assert not rows(diary(), seen)["Ticket has an owner"].kept


def _without(kind: str) -> list[recorded.Json]:
    return [each for each in recorded.timeline() if each["type"] != kind]


@pytest.mark.parametrize(
    ("seen", "promises"),
    [
        (
            evidence([*_without("sla.breached"), alarm("sla.breached", 42.5, 40, "breach")]),
            {"Breach: late by"},
        ),
        (
            evidence([*_without("sla.breached"), alarm("sla.breached", 39.9, 40, "breach")]),
            {"Breach: late by"},
        ),
        (
            evidence([*recorded.timeline(), alarm("sla.breached", 40.2, 40, "breach")]),
            {"Alarms: one mail to each"},
        ),
        (
            evidence([*recorded.timeline(), line("message.received", 1, text="Ấm bị vỡ!")]),
            {"Customers heard: all, once"},
        ),
        (
            evidence(mails=[*evidence().mails, mail("reminder", 21)]),
            {"Alarms: one mail to each"},
        ),
        (
            evidence(mails=evidence().mails[:-1]),
            {"Alarms: one mail to each", "Mails about these arrived"},
        ),
        (
            evidence(calls=[*evidence().calls, call(recorded.ACKNOWLEDGEMENT, 3)]),
            {"Acknowledged: once a ticket"},
        ),
        (
            evidence(calls=[call(recorded.ACKNOWLEDGEMENT, 0.7), call(recorded.ANSWER, 66)]),
            {
                "Reply by mail → customer's channel",
                "Reply on the page → his channel",
                "Reply by the API → his channel",
            },
        ),
        (
            evidence(calls=[call(recorded.ANSWER, 60.4)]),
            {"Customer told: received", "Acknowledged: once a ticket"},
        ),
        (
            replace(evidence(), files={}),
            {"Attachment kept whole"},
        ),
        (
            replace(evidence(), files={recorded.TICKET: [b"cut off"]}),
            {"Attachment kept whole"},
        ),
    ],
)
def test_what_went_wrong_is_told(seen: Evidence, promises: set[str]) -> None:
    assert broken(diary(), seen) == promises


def test_a_webhook_refused_at_first_is_not_called_durable() -> None:
    told = diary()
    slow = replace(recorded.CASE, attempts=[{"status": None, "seconds": 2.0}])
    told.cases["zalo"] = slow
    told.wrote_again = replace(told.wrote_again, case=slow) if told.wrote_again else None
    assert broken(told, evidence()) == {"Webhook answered, durable"}


@pytest.mark.parametrize(
    ("only_asked", "again", "promise"),
    [(False, 409, False), (True, 200, False), (True, 409, True)],
)
def test_a_link_only_asks_and_works_once(only_asked: bool, again: int, promise: bool) -> None:
    told = diary()
    told.followed = [replace(told.followed[0], only_asked=only_asked, again=again)]
    assert rows(told, evidence())["GET only asks; works once"].kept is promise


def test_a_link_without_effect_is_told() -> None:
    told = diary()
    told.followed = [replace(told.followed[0], seen_at=None)]
    assert broken(told, evidence()) == {"Link in a mail → ticket"}


def test_a_forged_webhook_taken_in_is_told() -> None:
    told = diary()
    told.forged_status = 200
    assert broken(told, evidence()) == {"Forged webhook refused"}


def test_a_story_cut_short_keeps_no_promise_that_was_never_tried() -> None:
    told = Diary(cases={"zalo": recorded.CASE})
    seen = evidence(recorded.timeline()[:4], mails=[mail("parked", 0.6)])
    kept = {name for name, row in rows(told, seen).items() if row.kept}
    assert kept == {
        "Webhook answered, durable",
        "Customer told: received",
        "Attachment kept whole",
        "Nobody free: lead has a mail",
        "Customers heard: all, once",
        "Acknowledged: once a ticket",
    }


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("is_one", [True, False])
def test_a_talk_that_goes_private_must_stay_one_ticket(is_told: bool, is_one: bool) -> None:
    told = diary()
    told.moved = Moved(is_told=is_told, is_one=is_one)
    row = rows(told, evidence())["Comment → private: one ticket"]
    assert row.kept is (is_told and is_one)
