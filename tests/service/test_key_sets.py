"""Public keys of platforms: fetched once a day, and at once for a key that is new."""

import json

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import HttpRequest, HttpResponse, WebhookRequest
from chalicelib.channels.telegram.adapter import TelegramAdapter
from chalicelib.errors import InvalidSignatureError, TransientSendError, UnknownKeyError
from tests.conftest import START, FrozenClock

KEYS = HttpRequest(method="GET", url="https://login.example/keys")
UPDATE = b'{"update_id":1,"poll":{}}'


class Issuer:
    def __init__(self) -> None:
        self.fetched = 0
        self.kids = ["old"]
        self.down = False

    def send(self, request: HttpRequest) -> HttpResponse:
        if self.down:
            raise TransientSendError("down")
        assert request == KEYS
        self.fetched += 1
        return HttpResponse(status=200, headers={}, body=json.dumps({"keys": self.kids}).encode())


@pytest.fixture
def issuer(frontline: Frontline, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    def verify(_self: TelegramAdapter, request: WebhookRequest) -> None:
        if request.headers["kid"] not in request.keys["keys"]:
            raise UnknownKeyError("no such key")

    issuer = Issuer()
    frontline.__dict__["transport"] = issuer
    monkeypatch.setattr(TelegramAdapter, "keys_request", lambda _self: KEYS)
    monkeypatch.setattr(TelegramAdapter, "verify", verify)
    return issuer


def knock(frontline: Frontline, kid: str) -> None:
    request = WebhookRequest(headers={"kid": kid}, query={}, body=UPDATE)
    frontline.receiver.receive("telegram", "hoa-mai", request, START)


def test_keys_are_fetched_once_a_day(
    frontline: Frontline, issuer: Issuer, clock: FrozenClock
) -> None:
    for _ in range(3):
        knock(frontline, "old")
    assert issuer.fetched == 1
    clock.tick(hours=25)
    knock(frontline, "old")
    assert issuer.fetched == 2


def test_a_new_key_is_found_at_once(
    frontline: Frontline, issuer: Issuer, clock: FrozenClock
) -> None:
    knock(frontline, "old")
    issuer.kids = ["old", "new"]
    clock.tick(minutes=6)
    knock(frontline, "new")
    assert issuer.fetched == 2


def test_forged_keys_do_not_make_us_ask_again_and_again(
    frontline: Frontline, issuer: Issuer, clock: FrozenClock
) -> None:
    for _ in range(20):
        with pytest.raises(InvalidSignatureError):
            knock(frontline, "forged")
        clock.tick(seconds=10)
    assert issuer.fetched == 1


def test_without_keys_nothing_is_proven_and_the_platform_may_call_again(
    frontline: Frontline, issuer: Issuer
) -> None:
    issuer.down = True
    with pytest.raises(TransientSendError):
        knock(frontline, "old")
