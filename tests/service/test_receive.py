"""A webhook fails closed when unproven, and is kept when proven but not understood."""

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.telegram.adapter import TelegramAdapter
from chalicelib.errors import InvalidSignatureError, UnknownAccountError
from chalicelib.service.receive import Outcome
from tests.conftest import START

SECRET = {"x-telegram-bot-api-secret-token": "test-secret-token"}
MESSAGE = (
    b'{"update_id":1,"message":{"message_id":1,"date":1795312800,"text":"xin chao",'
    b'"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Mai"}}}'
)


def request(body: bytes, **headers: str) -> WebhookRequest:
    return WebhookRequest(headers=headers or SECRET, query={}, body=body)


def test_a_proven_message_is_stored_once(frontline: Frontline) -> None:
    receive = frontline.receiver.receive
    assert receive("telegram", "hoa-mai", request(MESSAGE), START) == Outcome(new=1)
    assert receive("telegram", "hoa-mai", request(MESSAGE), START) == Outcome(repeated=1)


def test_an_unproven_one_is_refused(frontline: Frontline) -> None:
    with pytest.raises(InvalidSignatureError):
        frontline.receiver.receive(
            "telegram", "hoa-mai", request(MESSAGE, **{"x-other": "1"}), START
        )


@pytest.mark.parametrize(("channel", "account"), [("telegram", "nobody"), ("pigeon", "hoa-mai")])
def test_nobodys_account_is_unknown(frontline: Frontline, channel: str, account: str) -> None:
    with pytest.raises(UnknownAccountError):
        frontline.receiver.receive(channel, account, request(MESSAGE), START)


@pytest.mark.parametrize("body", [b"[]", b"not json", b'{"update_id":', b'{"update_id":9}'])
def test_what_is_not_understood_is_kept_whole(frontline: Frontline, body: bytes) -> None:
    outcome = frontline.receiver.receive("telegram", "hoa-mai", request(body), START)
    assert outcome == Outcome(quarantined=1)
    assert [part.raw for part in frontline.quarantine.list()] == [body.decode()]


def test_a_mistake_of_ours_while_parsing_loses_nothing(
    frontline: Frontline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: TelegramAdapter, request: WebhookRequest) -> Parsed:
        raise ZeroDivisionError

    monkeypatch.setattr(TelegramAdapter, "parse", broken)
    outcome = frontline.receiver.receive("telegram", "hoa-mai", request(MESSAGE), START)
    assert outcome == Outcome(quarantined=1)
    assert next(frontline.quarantine.list()).reason == "ZeroDivisionError while parsing"


def test_a_mistake_of_ours_while_verifying_lets_nothing_in(
    frontline: Frontline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: TelegramAdapter, request: WebhookRequest) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(TelegramAdapter, "verify", broken)
    with pytest.raises(InvalidSignatureError):
        frontline.receiver.receive("telegram", "hoa-mai", request(MESSAGE), START)
