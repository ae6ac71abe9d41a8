import pytest
from pydantic import ValidationError

from chalicelib.desk.model import Desk
from chalicelib.desk.texts import PLACEHOLDERS, Texts, TextSet, fill, places
from tests.desks import DOCUMENT, shop

KINDS = ("acknowledgement", "acknowledgement_closed", "acknowledgement_undated")


def test_a_desk_survives_being_stored_as_json() -> None:
    desk = shop()
    assert Desk.model_validate_json(desk.model_dump_json()) == desk


def test_wrong_names_are_all_reported_with_their_places() -> None:
    teams = {"care": {**DOCUMENT["teams"]["care"], "lead": "hao", "members": ["lan", "mihn"]}}
    with pytest.raises(ValidationError) as caught:
        shop(teams=teams)
    assert [error["loc"] for error in caught.value.errors()] == [
        ("teams", "care", "lead"),
        ("teams", "care", "members", 1),
        ("request_types", "technical", "team"),
    ]


def test_levels_lead_up_and_never_round() -> None:
    care, tech = (DOCUMENT["teams"][name] for name in ("care", "tech"))
    up = {"care": {**care, "next_level": "tech"}, "tech": tech}
    assert shop(teams=up).teams["care"].next_level == "tech"
    with pytest.raises(ValidationError) as caught:
        shop(teams={**up, "tech": {**tech, "next_level": "care"}})
    assert [error["loc"] for error in caught.value.errors()] == [
        ("teams", "care", "next_level"),
        ("teams", "tech", "next_level"),
    ]


def test_a_round_of_levels_is_told_where_it_is_and_not_below_it() -> None:
    care = DOCUMENT["teams"]["care"]
    teams = {**DOCUMENT["teams"], "first": {**care, "next_level": "second"}}
    teams["second"] = {**care, "next_level": "second"}
    with pytest.raises(ValidationError) as caught:
        shop(teams=teams)
    assert [error["loc"] for error in caught.value.errors()] == [("teams", "second", "next_level")]


def test_an_account_is_found_by_channel_and_name() -> None:
    desk = shop()
    found = desk.account("telegram", "hoa-mai")
    assert found
    assert found.name == "Hoa Mai bot"
    assert desk.account("telegram", "other") is None


def test_a_policy_counts_time_on_its_own_calendar_or_the_teams() -> None:
    night = {"time_zone": "UTC", "week": {"mon": ["22:00-06:00"]}}
    policies = [{"name": "p", "targets": {"accept": "1h"}, "calendar": "night"}]
    calendars = {**DOCUMENT["calendars"], "night": night}
    desk = shop(calendars=calendars, policies=[*policies, *DOCUMENT["policies"]])
    assert desk.calendar_of(desk.policies[0], "care") is desk.calendars["night"]
    assert desk.calendar_of(desk.policies[1], "care") is desk.calendars["always"]


def test_the_language_of_an_account_comes_before_the_desks() -> None:
    accounts = [{**DOCUMENT["accounts"][1], "language": "en"}]
    desk = shop(accounts=accounts)
    assert desk.language_of("telegram", "hoa-mai") == "en"
    assert desk.language_of("zalo", "nowhere") == "vi"


def test_secrets_are_not_in_the_text_of_an_account() -> None:
    assert "test-bot-token" not in repr(shop().account("telegram", "hoa-mai"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_built_in_texts_leave_no_place_open(language: str, kind: str) -> None:
    template: str = getattr(Texts()[language], kind)
    values = {place: f"<{place}>" for place in PLACEHOLDERS}
    said = fill(template, values)
    assert "{" not in said
    assert "<number>" in said
    assert ("<due>" in said) is (kind != "acknowledgement_undated")


def test_one_text_can_be_replaced_and_the_others_stay() -> None:
    texts = Texts.model_validate({"en": {"acknowledgement": "Hello {name}"}})
    assert texts["en"].acknowledgement == "Hello {name}"
    assert texts["en"].nameless == Texts().en.nameless
    assert texts["vi"] == Texts().vi


def test_what_a_customer_is_called_cannot_become_a_template() -> None:
    assert fill("Hi {name}", {"name": "{number}"}) == "Hi {number}"


def test_a_doubled_brace_is_a_brace() -> None:
    assert places("{{}} {name}") == ("name",)
    assert isinstance(Texts().vi, TextSet)
