"""Reasons: what was written is read back, and nothing else is."""

import re
from enum import StrEnum
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.routing.reasons import Reason, TieBreak, Verdict, read

KINDS = (Reason, Verdict, TieBreak)
IDS = st.from_regex(re.compile(r"[a-z0-9][a-z0-9_-]{0,39}"), fullmatch=True)
COUNTS = st.integers(0, 10**6).map(str)
VALUES = {
    "agent": IDS,
    "team": IDS,
    "skills": IDS,
    "language": st.sampled_from(("vi", "en", "zh-Hant")),
    "channel": st.sampled_from(("zalo", "twilio_sms")),
    "count": COUNTS,
    "load": st.integers(-5, 10**6).map(str),
    "limit": COUNTS,
}


@pytest.mark.parametrize("kind", [kind for kinds in KINDS for kind in kinds])
@given(data=st.data())
def test_what_was_written_is_read_back(kind: StrEnum, data: st.DataObject) -> None:
    places = [place for _, place, _, _ in Formatter().parse(kind) if place]
    facts = {place: data.draw(VALUES[place]) for place in places}
    assert read(kind.format(**facts), *KINDS) == (kind, facts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lan",
        "Lan Anh 2/5",
        "least loaded of many",
        "lead of the team, as always",
        "backup for chị Lan, who is absent",
        "lan 2/5\n",
    ],
)
def test_other_words_are_read_as_nothing(text: str) -> None:
    assert read(text, *KINDS) is None


def test_only_the_kinds_asked_for_are_read() -> None:
    assert read("lan absent", Reason) is None
    assert read("lan absent", Verdict) == (Verdict.ABSENT, {"agent": "lan"})
