"""Slack, as docs.slack.dev has it; our adapter and Slack's own library are its other ends."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from chalicelib.channels.base import HttpResponse, OutboundMessage, WebhookRequest
from chalicelib.channels.slack.adapter import SlackAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageEchoed, MessageReceived
from chalicelib.domain.messages import Attachment, AttachmentKind, Button
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

from .conftest import World
from .test_recorded import PAYLOADS, missing, shape

SLACK = {
    "signing_secret": "8f742231b10e8888abcd99yyyzzz85a5",
    "bot_token": "xoxb-made-up",
    "agent_team_id": "T0HOAMAI",
}
CUSTOMER = "U0LAN"
SHARED, DIRECT = "C0LAN:1772416700.000100", "D0LAN:1772416700.000100"


@pytest.fixture
def slack(world: World) -> World:
    world.write_stack(slack=SLACK)
    return world


def write(world: World, **words: Any) -> dict[str, Any]:
    words = {"external_id": CUSTOMER, "name": "Trần Thị Lan", "text": "Alo shop", **words}
    answer = world.http.post("/customers/slack/hoa-mai", json=words)
    assert answer.status_code == 202, answer.text
    result: dict[str, Any] = answer.json()
    return result


def call(world: World, request: Any) -> HttpResponse:
    """Make a call of ours as the transport does, at the simulator."""
    url = str(request.url).replace("https://", "/", 1)
    answer = world.http.request(
        request.method, url, headers=dict(request.headers), content=request.body
    )
    return HttpResponse(
        status=answer.status_code, headers=dict(answer.headers), body=answer.content
    )


def adapter(**secrets: str) -> SlackAdapter:
    return SlackAdapter("hoa-mai", {**SLACK, **secrets})


def heard(world: World, place: int = 0) -> Any:
    taken = world.stack.wait_for(place + 1)[place]
    request = WebhookRequest(taken.headers, {}, taken.body, received_at=datetime.now(UTC))
    adapter().verify(request)
    parsed = adapter().parse(request)
    assert parsed.unrecognised == ()
    return parsed.received[0].event


def send(world: World, **more: Any) -> str:
    message = OutboundMessage(
        **{
            "id": "1",
            "to": Identity("slack", "hoa-mai", CUSTOMER),
            "text": "Dạ <còn> & đẹp",
            "sent_at": datetime.now(UTC),
            **more,
        }
    )
    ours = adapter()
    return ours.read_reply(call(world, ours.reply(message)))


def test_a_message_is_proven_and_understood(slack: World) -> None:
    told = write(slack, text="Ấm <này> & ấm kia")
    event = heard(slack)
    assert isinstance(event, MessageReceived)
    assert (event.text, event.identity.external_id) == ("Ấm <này> & ấm kia", CUSTOMER)
    assert [event.message_id] == told["message_ids"]


@pytest.mark.parametrize("recorded", ["opsdroid_payload_message", "event_message_user"])
def test_an_event_has_every_field_of_the_recorded_one(slack: World, recorded: str) -> None:
    path = PAYLOADS / "slack" / f"{recorded}.json"
    if not path.exists():
        pytest.skip("the recorded payloads are not here")
    write(slack)
    played = shape(slack.stack.received[0].json())
    lacking = missing(shape(json.loads(path.read_text("utf-8"))), played)
    # Only a workspace of a larger organisation has one.
    assert [each for each in lacking if "enterprise_id" not in each] == []


def test_slacks_own_library_takes_the_signature(slack: World) -> None:
    write(slack)
    (taken,) = slack.stack.received
    verifier = SignatureVerifier(SLACK["signing_secret"])
    assert verifier.is_valid(
        body=taken.body,
        timestamp=taken.headers["x-slack-request-timestamp"],
        signature=taken.headers["x-slack-signature"],
    )


def test_a_retry_says_which_it_is(slack: World) -> None:
    slack.stack.statuses = [500]
    write(slack)
    first, second = slack.stack.wait_for(2)
    assert "x-slack-retry-num" not in first.headers
    assert second.headers["x-slack-retry-num"] == "1"
    assert heard(slack, 0) == heard(slack, 1)


def test_an_answer_is_shown_and_comes_back_as_ours(slack: World) -> None:
    write(slack)
    buttons = (Button(title="Đổi hàng", payload="doi"),)
    sent_id = send(slack, thread=heard(slack).thread, buttons=buttons)
    line = slack.http.get(f"/chats/slack/hoa-mai/{CUSTOMER}").json()[-1]
    assert (line["id"], line["text"], line["by"]) == (sent_id, "Dạ <còn> & đẹp", "company")
    assert line["buttons"] == [{"title": "Đổi hàng", "payload": "doi"}]
    echo = heard(slack, 1)
    assert isinstance(echo, MessageEchoed)
    assert (echo.ours, echo.message_id, echo.text) == (True, sent_id, "Dạ <còn> & đẹp")


def test_a_person_can_be_written_to_first(slack: World) -> None:
    assert send(slack).startswith("D0LAN:")


def test_a_talk_in_a_shared_channel_stays_in_its_thread(slack: World) -> None:
    write(slack, reply_to_id=SHARED)
    event = heard(slack)
    assert (event.thread, event.thread_refs) == (SHARED, (SHARED,))
    assert send(slack, thread=event.thread).startswith("C0LAN:")
    assert heard(slack, 1).thread_refs == (SHARED,)


def test_a_colleague_answers_in_slack_itself(slack: World) -> None:
    words = {
        "external_id": CUSTOMER,
        "text": "Em gửi lại",
        "reply_to_id": "C0LAN:1772416700.000100",
    }
    assert slack.http.post("/agents/slack/hoa-mai", json=words).status_code == 202
    echo = heard(slack)
    assert isinstance(echo, MessageEchoed)
    assert (echo.ours, echo.identity.external_id) == (False, CUSTOMER)


def test_a_pressed_button_comes_in_a_form(slack: World) -> None:
    write(
        slack, action="tap", text="Đổi hàng", payload="doi", reply_to_id="D0LAN:1772416700.000100"
    )
    assert slack.stack.received[0].headers["content-type"] == "application/x-www-form-urlencoded"
    event = heard(slack)
    assert (event.text, event.thread_refs) == ("Đổi hàng", (DIRECT,))


def test_a_file_is_given_to_who_has_the_token(slack: World) -> None:
    write(slack, attachments=[{"type": "image", "name": "men nứt.jpg", "text": "pixels"}])
    (file,) = heard(slack).attachments
    ours = adapter()
    response = call(slack, ours.file_request(file))
    assert ours.file_location(file, response) is None
    assert response.body == b"pixels"
    stranger = adapter(bot_token="xoxb-other")
    with pytest.raises(PermanentSendError):
        stranger.file_location(file, call(slack, stranger.file_request(file)))


def test_a_file_is_found_by_its_id(slack: World) -> None:
    write(slack, attachments=[{"type": "file", "text": "pdf"}])
    (file,) = heard(slack).attachments
    ours, by_id = adapter(), Attachment(kind=AttachmentKind.FILE, file_id=file.file_id)
    location = ours.file_location(by_id, call(slack, ours.file_request(by_id)))
    assert call(slack, location).body == b"pdf"


def test_who_a_customer_is(slack: World) -> None:
    write(slack)
    ours, now = adapter(), datetime.now(UTC)
    for user_id, name in ((CUSTOMER, "Trần Thị Lan"), ("U0NOBODY", None)):
        told = ours.read_profile(user_id, call(slack, ours.profile_request(user_id)), now)
        assert (told.name if told else None) == name


def test_whether_the_token_lives(slack: World) -> None:
    url = "https://desk.example/"
    for token, problem in (
        ("xoxb-made-up", None),
        ("xoxb-other", "Slack refused with invalid_auth"),
    ):
        ours = adapter(bot_token=token)
        assert ours.read_check(url, call(slack, ours.check_request(url))).problem == problem


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("throttle", TransientSendError, None),
        ("server_error", TransientSendError, None),
        ("blocked", PermanentSendError, SendFailure.BLOCKED),
        ("expired_token", PermanentSendError, SendFailure.ACCOUNT),
    ],
)
def test_faults_on_order(
    slack: World, kind: str, error: type[Exception], reason: SendFailure | None
) -> None:
    slack.http.post("/faults", json={"channel": "slack", "kind": kind})
    with pytest.raises(error) as failed:
        send(slack)
    assert getattr(failed.value, "reason", None) is reason
    assert send(slack)


def post(world: World, method: str, **parameters: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {SLACK['bot_token']}"}
    return world.http.post(f"/slack.com/api/{method}", json=parameters, headers=headers)


@pytest.mark.parametrize(
    ("method", "parameters", "error"),
    [
        ("chat.postMessage", {"channel": "general", "text": "a"}, "channel_not_found"),
        ("chat.postMessage", {"channel": CUSTOMER, "text": " "}, "no_text"),
        ("chat.postMessage", {"channel": CUSTOMER, "text": "a" * 40_001}, "msg_too_long"),
        ("files.info", {"file": "F0NONE"}, "file_not_found"),
        ("chat.sing", {}, "unknown_method"),
    ],
)
def test_refusals_are_answered_with_200(
    slack: World, method: str, parameters: dict[str, Any], error: str
) -> None:
    answer = post(slack, method, **parameters)
    assert answer.status_code == 200
    assert answer.json() == {"ok": False, "error": error}


def test_without_a_token_nobody_is_known(slack: World) -> None:
    assert slack.http.post("/slack.com/api/auth.test").json()["error"] == "not_authed"


def test_a_made_up_name_becomes_an_id(slack: World) -> None:
    external_id = write(slack, external_id="lan")["external_id"]
    assert heard(slack).identity.external_id == external_id


def test_slack_tells_nobody_what_was_seen(slack: World) -> None:
    words = {"external_id": CUSTOMER, "action": "see"}
    assert slack.http.post("/customers/slack/hoa-mai", json=words).status_code == 422


@pytest.mark.parametrize(
    ("path", "text", "status"),
    [
        ("/services/T0HOAMAI/B0HOAMAI/madeup", "Quá hạn", 200),
        ("/services/T0HOAMAI/B0HOAMAI/madeup", "", 400),
        ("/services/nowhere", "Quá hạn", 404),
    ],
)
def test_an_incoming_webhook_takes_posts_and_keeps_its_address_to_itself(
    slack: World, path: str, text: str, status: int
) -> None:
    answer = slack.http.post(f"/hooks.slack.com{path}", json={"text": text})
    assert answer.status_code == status
    assert "madeup" not in slack.http.get("/calls").text
