"""`deskctl accounts`: who is well, and connecting one until an event proves it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import Checkup, HttpRequest, HttpResponse
from chalicelib.channels.telegram.adapter import TelegramAdapter
from infra.deskctl.accounts import ADD_SECRETS, IS_POLLED, NO_WEBHOOK, Connecting, show_all
from tests.conftest import START, FrozenClock
from tests.desks import DOCUMENT, shop

SUBSCRIBE = HttpRequest(method="POST", url="https://api.telegram.org/bot1/setWebhook")
CHECK = HttpRequest(method="GET", url="https://api.telegram.org/bot1/getWebhookInfo")


class Platform:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200

    def send(self, request: HttpRequest) -> HttpResponse:
        self.calls.append(request.url.rpartition("/")[2])
        return HttpResponse(status=self.status, headers={}, body=b"{}")


class Person:
    """Types what is asked for, reads what is told, and writes a message after a while."""

    def __init__(self, frontline: Frontline, **typed: str) -> None:
        self.frontline = frontline
        self.typed = typed
        self.told: list[str] = []
        self.asked: list[str] = []
        self.looks_until_event = 2

    def ask(self, question: str) -> str:
        name = question.split()[1].rstrip(":")
        self.asked.append(name)
        return self.typed.get(name, "")

    def sleep(self, seconds: float) -> None:
        assert isinstance(self.frontline.clock, FrozenClock)
        self.frontline.clock.tick(seconds=seconds)
        self.looks_until_event -= 1
        if self.looks_until_event == 0:
            self.frontline.pulse.heard("telegram", "hoa-mai")

    def connecting(self) -> Connecting:
        return Connecting(self.frontline, self.ask, self.told.append, self.sleep)


@pytest.fixture
def platform(frontline: Frontline, monkeypatch: pytest.MonkeyPatch) -> Platform:
    platform = Platform()
    frontline.__dict__["transport"] = platform
    monkeypatch.setattr(TelegramAdapter, "subscribe_requests", lambda _self, _url: (SUBSCRIBE,))
    monkeypatch.setattr(TelegramAdapter, "check_request", lambda _self, _url: CHECK)
    monkeypatch.setattr(TelegramAdapter, "read_check", lambda *_: Checkup())
    return platform


def connect(person: Person, channel: str = "telegram", account: str = "hoa-mai") -> Any:
    return person.connecting().connect(channel, account, timedelta(minutes=1))


def test_every_account_is_listed_and_a_sick_one_is_a_code_of_its_own(frontline: Frontline) -> None:
    well = show_all(frontline)
    assert well.code == 0
    assert [each["channel"] for each in well.data["accounts"]] == ["zalo", "telegram", "email"]
    frontline.healths.note("zalo", "hoa-mai", problem="token expired", last_event_at=START)
    sick = show_all(frontline)
    assert sick.code == 1
    assert "token expired" in sick.lines[1]
    assert "2026-11-23 09:00 +07" in sick.lines[1], "by the desk's clock, and saying so"
    assert json.loads(sick.render("json"))["accounts"][0]["problem"] == "token expired"


def test_secrets_are_asked_for_kept_and_never_told(
    frontline: Frontline, platform: Platform
) -> None:
    person = Person(frontline, bot_token="77:new-token", secret_token="s3cret")
    report = connect(person)
    assert person.asked == ["bot_token", "secret_token"]
    assert frontline.secrets.value("ssm:telegram/hoa-mai/bot_token") == "77:new-token"
    assert "77:new-token" not in "\n".join((*person.told, *report.lines))


def test_an_account_is_connected_when_an_event_has_come(
    frontline: Frontline, platform: Platform
) -> None:
    frontline.healths.note("telegram", "hoa-mai", problem="not subscribed")
    person = Person(frontline)
    report = connect(person)
    assert (report.code, report.data["connected"]) == (0, True)
    assert platform.calls == ["setWebhook", "getWebhookInfo"]
    assert any("/webhooks/telegram/hoa-mai" in line for line in person.told)
    assert show_all(frontline).code == 0


def test_without_an_event_it_is_not_connected(frontline: Frontline, platform: Platform) -> None:
    person = Person(frontline)
    person.looks_until_event = -1
    report = connect(person)
    assert (report.code, report.data["connected"]) == (1, False)


def test_an_older_event_proves_nothing(
    frontline: Frontline, platform: Platform, clock: FrozenClock
) -> None:
    frontline.pulse.heard("telegram", "hoa-mai")
    clock.tick(hours=1)
    person = Person(frontline)
    person.looks_until_event = -1
    assert connect(person).code == 1


def test_a_refused_subscription_is_told(frontline: Frontline, platform: Platform) -> None:
    platform.status = 401
    person = Person(frontline)
    connect(person)
    assert any("401" in line for line in person.told)


def test_an_account_that_is_not_on_the_desk_is_shown_as_it_must_stand_there(
    frontline: Frontline, platform: Platform
) -> None:
    person = Person(frontline, bot_token="1:x")
    report = connect(person, account="moi")
    assert report.code == 1
    assert "  - channel: telegram" in report.lines
    assert "      bot_token: ssm:telegram/moi/bot_token" in report.lines
    assert frontline.secrets.value("ssm:telegram/moi/bot_token") == "1:x"


def test_an_optional_secret_that_was_given_is_to_stand_on_the_desk_too(
    frontline: Frontline, platform: Platform
) -> None:
    """Without both of them a token of Zalo's is not exchanged, and dies after a day."""
    person = Person(frontline, app_secret="s", refresh_token="r")
    report = connect(person, "zalo", "moi")
    assert "      app_secret: ssm:zalo/moi/app_secret" in report.lines
    assert "      refresh_token: ssm:zalo/moi/refresh_token" in report.lines
    assert sum("oa_id" in line for line in report.lines) == 1, "required, given or not"
    one = Person(frontline, oa_id="1", app_secret="s")
    lines = connect(one, "zalo", "moi").lines
    assert sum("oa_id" in line for line in lines) == 1
    assert not [line for line in lines if "refresh_token" in line]


def test_a_secret_that_the_desk_does_not_name_is_told(
    frontline: Frontline, platform: Platform
) -> None:
    person = Person(frontline, address="hotro@hoamai.example", name="Hoa Mai")
    connect(person, "email", "hotro")
    place = person.told.index(ADD_SECRETS)
    assert person.told[place + 1] == "      name: ssm:email/hotro/name"
    assert not [line for line in person.told if "ssm:email/hotro/address" in line]


@pytest.mark.parametrize(
    ("channel", "secrets", "way_in"),
    [
        ("aws_sms", {"phone_number": "+12025550147"}, NO_WEBHOOK),
        ("tripadvisor", {"api_key": "k", "location_id": "89575"}, IS_POLLED),
    ],
)
def test_a_channel_without_a_webhook_names_no_address(
    frontline: Frontline, platform: Platform, channel: str, secrets: dict[str, str], way_in: str
) -> None:
    account = {"channel": channel, "account": "moi", "name": "Mới", "secrets": secrets}
    desk = shop(accounts=[*DOCUMENT["accounts"], account])
    frontline.desks.put(desk, source="", by="test", now=START, expected_version=1)
    person = Person(frontline)
    connect(person, channel, "moi")
    assert way_in in person.told
    assert not [line for line in person.told if "/webhooks/" in line]
    assert any(f"docs/channels/{channel}.md" in line for line in person.told)
