"""`deskctl clock`: the desk's time, how it is made to pass, and where it may not be."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from infra.deskctl.cli import main
from infra.deskctl.clock import BACK, BEHIND, NOT_HERE, WRONG_PACE
from tests.aws import waiting_messages
from tests.conftest import START, FrozenClock
from tests.desk.events import message
from tests.service.pump import Pump

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def cloud(frontline: Frontline, clock: FrozenClock, tmp_path: Path) -> Frontline:
    """A local cloud that is told where its pace would be."""
    settings = replace(frontline.settings, pace_file=str(tmp_path / "pace.json"))
    return Frontline(settings, client=frontline.client, clock=clock)


@pytest.fixture
def run(cloud: Frontline, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        code = main(["clock", *arguments], lambda _stage: cloud)
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).rstrip("\n")

    return run


def told(run: Run) -> Any:
    return json.loads(run("show", "--json")[1])


def test_a_desk_lives_by_real_time_until_it_is_told_otherwise(run: Run) -> None:
    code, said = run("show")
    assert code == 0
    assert said == "2026-11-23 09:00:00 +07  1 giây thật = 1 giây · a real second is 1 s"


def test_its_time_goes_faster_from_where_it_is(run: Run, clock: FrozenClock) -> None:
    assert run("set", "--pace", "60")[0] == 0
    clock.tick(seconds=10)
    assert told(run) == {"desk_time": "2026-11-23T09:10:00+07:00", "pace": 60}


@pytest.mark.parametrize("at", ["2027-02-05T07:55", "2027-02-05T07:55+07:00", "2027-02-05T00:55Z"])
def test_its_time_goes_on_from_elsewhere_in_the_desks_own_zone(
    run: Run, clock: FrozenClock, at: str
) -> None:
    run("set", "--pace", "60", "--at", at)
    clock.tick(seconds=5)
    assert told(run)["desk_time"] == "2027-02-05T08:00:00+07:00"


def test_a_jump_leaves_the_pace_as_it_was(run: Run) -> None:
    run("set", "--pace", "60")
    run("set", "--at", "2027-02-05T07:55")
    assert told(run) == {"desk_time": "2027-02-05T07:55:00+07:00", "pace": 60}


def test_real_time_comes_back_and_says_what_that_means(run: Run, clock: FrozenClock) -> None:
    assert BACK not in run("set", "--pace", "60", "--at", "2027-02-05T07:55")[1]
    clock.tick(seconds=5)
    code, said = run("reset")
    assert (code, said.splitlines()[1]) == (0, BACK)
    assert datetime.fromisoformat(told(run)["desk_time"]) == clock()


@pytest.mark.parametrize("arguments", [["--pace", "60"], []])
def test_going_on_from_where_it_is_is_no_way_back(
    cloud: Frontline,
    clock: FrozenClock,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A real clock goes on between two looks at it."""

    def running() -> datetime:
        return clock.tick(microseconds=100)

    alive = Frontline(cloud.settings, client=cloud.client, clock=running)
    assert main(["clock", "set", "--pace", "30"], lambda _stage: alive) == 0
    assert main(["clock", "set", *arguments], lambda _stage: alive) == 0
    assert BACK not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pace", "0.5"], WRONG_PACE),
        (["--pace", "nan"], WRONG_PACE),
        (["--pace", "4000"], WRONG_PACE),
        (["--at", "2026-11-23T08:59"], BEHIND),
    ],
)
def test_a_time_that_no_desk_can_have_is_refused(
    run: Run, arguments: list[str], words: str
) -> None:
    assert run("set", *arguments) == (1, f"deskctl: {words}")
    assert told(run)["pace"] == 1


def test_a_time_that_is_none_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["clock", "set", "--at", "tomorrow"])
    assert "viết như · write it like 2027-02-05T07:55" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["show", "set", "reset"])
def test_aws_has_no_other_clock_and_is_not_even_asked(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def aws(stage: str) -> Frontline:
        raise AssertionError(f"{stage} was asked")

    assert main(["--stage", "dev", "clock", command], aws) == 1
    assert NOT_HERE in capsys.readouterr().err


def test_a_cloud_that_was_not_given_a_place_for_it_has_none(
    frontline: Frontline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clock", "set", "--pace", "60"], lambda _stage: frontline) == 1
    assert NOT_HERE in capsys.readouterr().err


def test_what_a_new_pace_brings_near_is_handed_over_at_once(
    run: Run, cloud: Frontline, aws: Any
) -> None:
    pump = Pump(cloud)
    cloud.log.append(message("khiếu nại", START - timedelta(seconds=1)), "{}", START)
    pump.settle(deliver=False)
    waiting = waiting_messages(aws, cloud.settings.timer_queue_url)
    run("set", "--pace", "60")
    assert waiting_messages(aws, cloud.settings.timer_queue_url) == waiting + 1
