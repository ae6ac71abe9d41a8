"""Who gets a ticket: whom the customer knows, and who takes what nobody of the team can."""

from dataclasses import replace

import pytest

from chalicelib.errors import ConfigurationError
from chalicelib.routing.assignment import Assignment, Need, assign, candidates, stand_in
from chalicelib.routing.roster import AgentState

from .people import NOON, SHOP, agent, roster, states, team


@pytest.mark.parametrize(
    ("preferred", "away", "chosen", "reason"),
    [
        (("minh", "hoa"), (), "minh", "account manager"),
        (("minh", "hoa"), ("minh",), "hoa", "answered last"),
        (("", "hoa"), (), "hoa", "answered last"),
        (("hoa", "hoa"), (), "hoa", "account manager"),
        (("minh", "hoa"), ("minh", "hoa"), "lan", "the only one free"),
        (("tu",), (), "lan", "least loaded of 3"),  # not of this team
        (("left-us",), (), "lan", "least loaded of 3"),
    ],
)
def test_whom_the_customer_knows_comes_before_any_strategy(
    preferred: tuple[str, ...], away: tuple[str, ...], chosen: str, reason: str
) -> None:
    need = Need("shop", preferred=preferred)
    found = assign(need, SHOP, states(away, minh=2, hoa=1), NOON)
    assert (found.agent_id, found.reason) == (chosen, reason)


def test_a_preferred_agent_tells_no_tie_break() -> None:
    found = assign(Need("shop", preferred=("minh",)), SHOP, {}, NOON)
    assert found.considered == ("lan 0/5", "minh 0/5", "hoa 0/2")


@pytest.mark.parametrize(
    ("need", "live"),
    [
        (Need("shop", preferred=("lan",), skills=("refund",)), {}),
        (Need("shop", preferred=("hoa",), language="en"), {}),
        (Need("shop", preferred=("lan",), dropped=("lan",)), {}),
        (Need("shop", preferred=("lan",)), {"lan": 5}),
    ],
)
def test_a_preferred_agent_has_to_pass_every_test(need: Need, live: dict[str, int]) -> None:
    found = assign(need, SHOP, states((), **live), NOON)
    assert found.agent_id in {"lan", "minh"} - set(need.preferred)


# PEERS.md, section 5, row 13.
@pytest.mark.parametrize(
    ("dropped", "away", "chosen", "reason", "backup_for"),
    [
        ((), (), "lan", "least loaded of 2", None),
        ((), ("lan",), "minh", "the only one free", None),  # went offline
        (("lan",), (), "minh", "the only one free", None),  # never acknowledged
        (("lan", "minh"), (), "tu", "backup for lan, who let it drop", "lan"),
        ((), ("lan", "minh"), "tu", "backup for lan, who is absent", "lan"),
        (("lan",), ("lan", "minh"), "tu", "backup for lan, who let it drop", "lan"),
        (("tu",), ("lan", "minh"), "vy", "backup for minh, who is absent", "minh"),
        (("lan", "minh", "tu"), ("vy",), "ba", "backup of the team", None),
        (("lan", "ba"), ("minh", "tu", "vy"), "an", "lead of the team", None),
        (("lan", "minh", "tu", "vy", "ba"), ("an",), None, "nobody free in pair", None),
        (("lan", "minh", "tu", "vy", "ba", "an"), (), None, "nobody free in pair", None),
        ((), ("lan", "minh", "tu", "vy", "ba", "an"), None, "nobody free in pair", None),
    ],
)
def test_a_ticket_goes_from_one_to_the_next_until_nobody_is_left(
    dropped: tuple[str, ...],
    away: tuple[str, ...],
    chosen: str | None,
    reason: str,
    backup_for: str | None,
) -> None:
    found = assign(Need("pair", dropped=dropped), SHOP, states(away), NOON)
    assert (found.agent_id, found.reason, found.backup_for) == (chosen, reason, backup_for)


def test_a_ticket_dropped_by_one_after_another_comes_to_each_of_them_once() -> None:
    chain: list[str] = []
    while found := assign(Need("pair", dropped=tuple(chain)), SHOP, {}, NOON).agent_id:
        chain.append(found)
    assert chain == ["lan", "minh", "tu", "vy", "ba", "an"]


def test_all_who_were_asked_are_told_down_to_the_one_who_takes_it() -> None:
    need = Need("pair", dropped=("lan", "ba"))
    found = assign(need, SHOP, states(("minh",), tu=1, vy=1), NOON)
    assert found == Assignment(
        "an",
        "lead of the team",
        considered=(
            "lan let it drop",
            "minh absent",
            "tu full 1/1",
            "vy full 1/1",
            "ba let it drop",
            "an 0/3",
        ),
    )


@pytest.mark.parametrize(
    ("loads", "considered"),
    [
        ({"lan": 5, "minh": 5}, ("lan full 5/5", "minh full 5/5")),
        ({"minh": 5, "tu": 1}, ("lan absent", "minh full 5/5", "tu full 1/1")),
    ],
)
def test_who_is_present_but_full_is_waited_for(
    loads: dict[str, int], considered: tuple[str, ...]
) -> None:
    away = () if "lan" in loads else ("lan",)
    found = assign(Need("pair"), SHOP, states(away, **loads), NOON)
    assert found == Assignment(
        None, "nobody free in pair", considered=considered, waits_for_room=True
    )


def test_the_backup_of_an_absent_one_comes_before_waiting_for_a_full_one() -> None:
    found = assign(Need("pair"), SHOP, states(("lan",), minh=5), NOON)
    assert (found.agent_id, found.backup_for) == ("tu", "lan")


def test_a_named_backup_needs_neither_the_skills_nor_the_language() -> None:
    away = states(("minh", "hoa"))
    found = assign(Need("shop", ("refund",), "en"), SHOP, away, NOON)
    assert (found.agent_id, found.reason) == ("vy", "backup for minh, who is absent")
    assert found.considered == ("lan no skill refund", "minh absent", "hoa speaks no en", "vy 0/1")


def test_a_member_without_the_skills_may_be_a_backup() -> None:
    inside = roster(
        {"lan": agent("lan"), "minh": agent("minh", skills=["refund"], backup="lan")},
        shop=team("lan", "minh", lead="minh"),
    )
    found = assign(Need("shop", ("refund",)), inside, states(("minh",)), NOON)
    assert found == Assignment(
        "lan",
        "backup for minh, who is absent",
        "minh",
        ("lan no skill refund", "minh absent", "lan 0/10"),
    )


def test_only_the_absent_with_the_skills_are_stood_in_for() -> None:
    found = assign(Need("pair", ("refund",)), SHOP, states(("lan", "minh")), NOON)
    assert (found.agent_id, found.backup_for) == ("vy", "minh")


def test_a_backup_of_several_stands_in_for_the_first_of_them() -> None:
    shared = roster(
        {
            "lan": agent("lan", backup="tu"),
            "minh": agent("minh", backup="tu"),
            "tu": agent("tu"),
        },
        shop=team("minh", "lan"),
    )
    found = assign(Need("shop"), shared, states(("lan", "minh")), NOON)
    assert (found.agent_id, found.backup_for) == ("tu", "minh")


def test_a_backup_and_a_lead_have_channels_of_their_own_too() -> None:
    narrow = roster(
        {
            "an": agent("an", channel_capacity={"zalo": 0}),
            "lan": agent("lan", backup="tu", away=True),
            "tu": agent("tu", channel_capacity={"zalo": 1}),
        },
        shop=team("lan"),
    )
    busy = {"tu": AgentState("tu", load=1, by_channel={"zalo": 1})}
    found = assign(Need("shop", channel="zalo"), narrow, busy, NOON)
    assert found == Assignment(
        None,
        "nobody free in shop",
        considered=("lan absent", "tu full on zalo 1/1", "an full on zalo 0/0"),
    )
    assert assign(Need("shop", channel="email"), narrow, busy, NOON).agent_id == "tu"


@pytest.mark.parametrize("load", [1, 2])
def test_who_takes_none_of_a_channel_is_not_waited_for_however_full(load: int) -> None:
    narrow = roster(
        {"an": agent("an"), "lan": agent("lan", capacity=2, channel_capacity={"zalo": 0})},
        shop=team("lan"),
    )
    found = assign(Need("shop", channel="zalo"), narrow, states((), lan=load), NOON)
    assert (found.agent_id, found.reason) == ("an", "lead of the team")


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (Need("returns", ("thai",)), "nobody in returns has the skills"),
        (Need("returns", ("refund",), "en"), "nobody in returns speaks en"),
        (Need("empty"), "nobody in empty has the skills"),
    ],
)
def test_what_nobody_in_the_team_can_do_is_the_leads_or_else_parked(
    need: Need, reason: str
) -> None:
    found = assign(need, SHOP, {}, NOON)
    assert (found.agent_id, found.reason) == ("an", "lead of the team")
    parked = assign(need, SHOP, states(("an",)), NOON)
    assert (parked.agent_id, parked.reason) == (None, reason)


AFTER_HOURS = roster(
    {
        "an": agent("an", calendar="late", capacity=3),
        "lan": agent("lan", calendar="day", backup="tu"),
        "minh": agent("minh", calendar="early", skills=["refund"], speaks=["vi"]),
        "tu": agent("tu", calendar="night", speaks=["vi"]),
        "ba": agent("ba", calendar="day"),
        "lost": agent("lost", calendar="never"),
    },
    shop=team("lan", "minh", backup="ba"),
    lost=team("lost", lead="lost"),
)
EVENING = NOON.replace(hour=18)


@pytest.mark.parametrize(
    ("need", "away", "day", "hour"),
    [
        (Need("shop"), ("ba",), 2, 20),  # tu, the backup of lan
        (Need("shop"), ("ba", "tu"), 3, 6),  # minh
        (Need("shop"), ("ba", "tu", "minh"), 3, 8),  # lan
        (Need("shop"), ("lan", "minh", "tu", "an"), 3, 8),  # ba, the team's backup
        (Need("shop", dropped=("tu", "minh", "lan")), ("ba",), 3, 13),  # an, the lead
        (Need("shop", ("refund",)), ("ba",), 3, 6),  # tu stands in only for lan, who can't
        (Need("shop", ("refund",), "en"), ("ba",), 3, 13),  # nobody in the team can
    ],
)
def test_a_parked_ticket_knows_when_somebody_is_back(
    need: Need, away: tuple[str, ...], day: int, hour: int
) -> None:
    found = assign(need, AFTER_HOURS, states(away), EVENING)
    assert (found.agent_id, found.again_at) == (None, EVENING.replace(day=day, hour=hour))


@pytest.mark.parametrize(
    ("need", "away"),
    [
        (Need("shop"), ("ba", "tu", "minh", "lan", "an")),
        (Need("shop", dropped=("an",)), ("ba", "tu", "minh", "lan")),
        (Need("lost"), ()),  # her calendar opens no more
    ],
)
def test_a_parked_ticket_may_wait_for_nobody_the_calendars_know_of(
    need: Need, away: tuple[str, ...]
) -> None:
    found = assign(need, AFTER_HOURS, states(away), EVENING)
    assert (found.agent_id, found.again_at) == (None, None)


@pytest.mark.parametrize(
    ("state", "hour"),
    [
        (AgentState("minh", capacity=0), 8),  # takes none: lan
        (AgentState("minh", away=True), 8),
        (AgentState("minh", load=10), 6),  # full today, perhaps not tomorrow
    ],
)
def test_nobody_waits_for_one_who_takes_nothing(state: AgentState, hour: int) -> None:
    live = {**states(("ba", "tu")), "minh": state}
    found = assign(Need("shop"), AFTER_HOURS, live, EVENING)
    assert found.again_at == EVENING.replace(day=3, hour=hour)


def test_while_one_is_full_the_ticket_waits_for_who_comes_first() -> None:
    found = assign(Need("shop"), AFTER_HOURS, states(("ba",), lan=10), NOON)
    assert found.considered == ("lan full 10/10", "minh absent")
    assert found.again_at == NOON.replace(hour=13)  # the lead


def test_a_ticket_that_is_given_waits_for_nobody() -> None:
    assert assign(Need("nights"), SHOP, {}, NOON).again_at is None


OWNED = Need("shop", channel="zalo")


@pytest.mark.parametrize(
    ("need", "away", "loads", "expected"),
    [
        (OWNED, (), {}, Assignment("lan", "the owner is present", considered=("lan 0/5",))),
        (
            OWNED,
            (),
            {"lan": 9},
            Assignment("lan", "the owner is present", considered=("lan full 9/5",)),
        ),
        (
            OWNED,
            ("lan",),
            {},
            Assignment("tu", "backup for lan, who is absent", "lan", ("lan absent", "tu 0/1")),
        ),
        (
            OWNED,
            ("lan",),
            {"tu": 1},
            Assignment(
                None,
                "the owner is absent and no backup is free",
                considered=("lan absent", "tu full 1/1"),
            ),
        ),
        (
            OWNED,
            ("lan", "tu"),
            {},
            Assignment(
                None,
                "the owner is absent and no backup is free",
                considered=("lan absent", "tu absent"),
            ),
        ),
        (
            replace(OWNED, dropped=("lan",)),
            (),
            {},
            Assignment(
                "tu", "backup for lan, who let it drop", "lan", ("lan let it drop", "tu 0/1")
            ),
        ),
        (
            replace(OWNED, dropped=("lan", "tu")),
            (),
            {},
            Assignment(
                None,
                "the owner let it drop and no backup is free",
                considered=("lan let it drop", "tu let it drop"),
            ),
        ),
    ],
)
def test_an_owner_keeps_his_ticket_or_his_backup_takes_it(
    need: Need, away: tuple[str, ...], loads: dict[str, int], expected: Assignment
) -> None:
    assert stand_in("lan", need, SHOP, states(away, **loads), NOON) == expected


def test_a_backup_full_on_the_channel_stands_in_for_no_owner() -> None:
    narrow = roster(
        {
            "lan": agent("lan", backup="tu", away=True),
            "tu": agent("tu", channel_capacity={"zalo": 0}),
        }
    )
    assert stand_in("lan", OWNED, narrow, {}, NOON).agent_id is None
    assert stand_in("lan", replace(OWNED, channel="email"), narrow, {}, NOON).agent_id == "tu"


def test_an_owner_who_has_left_the_desk_has_no_stand_in() -> None:
    assert stand_in("gone", OWNED, SHOP, {}, NOON).agent_id is None


BOSSES = roster(
    {name: agent(name, backup="ba") for name in ("an", "lan", "tu", "chi")}
    | {"ba": agent("ba"), "vy": agent("vy")},
    shop=team("lan", backup="tu", manager="chi"),
)


@pytest.mark.parametrize(
    ("extra", "needed"),
    [
        ((), ("lan", "ba", "tu", "an", "chi")),
        (("lan", "ba"), ("lan", "ba", "tu", "an", "chi")),
        (("vy", "left-us", ""), ("lan", "vy", "ba", "tu", "an", "chi")),
    ],
)
def test_candidates_are_members_their_backups_and_the_heads_of_the_team(
    extra: tuple[str, ...], needed: tuple[str, ...]
) -> None:
    assert candidates("shop", BOSSES, extra) == needed


def test_the_backup_of_an_extra_one_is_a_candidate() -> None:
    assert candidates("empty", SHOP, ["minh"]) == ("minh", "vy", "an")


def test_an_unknown_team_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="no team 'gone'"):
        assign(Need("gone"), SHOP, {}, NOON)
    with pytest.raises(ConfigurationError, match="no team 'gone'"):
        candidates("gone", SHOP)
