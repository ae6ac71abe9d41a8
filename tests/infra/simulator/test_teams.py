"""Microsoft Teams, as the Bot Framework documents it; our adapter is its other end."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt
import pytest

from chalicelib.channels.base import HttpResponse, OutboundMessage, WebhookRequest
from chalicelib.channels.teams.adapter import TeamsAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageReceived, ReceiptReceived
from chalicelib.domain.messages import Button, Delivery
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

from .conftest import World
from .test_recorded import PAYLOADS, missing, shape

TEAMS = {
    "app_id": "0f3c7d9e-1b22-4c83-9a57-6de0b1c2f480",
    "app_password": "made~up",
    "tenant_id": "7c1f0a52-93d4-4e0b-8d2e-51b6a9c3e704",
}
CUSTOMER = "29:1hQz-Lan"


@pytest.fixture
def teams(world: World) -> World:
    world.write_stack(teams=TEAMS)
    return world


def write(world: World, **words: Any) -> dict[str, Any]:
    words = {"external_id": CUSTOMER, "name": "Trần Thị Lan", "text": "Alo shop", **words}
    answer = world.http.post("/customers/teams/hoa-mai", json=words)
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


def adapter(world: World) -> TeamsAdapter:
    plain = TeamsAdapter("hoa-mai", TEAMS)
    now = datetime.now(UTC)
    granted = plain.read_exchange(call(world, plain.exchange_request(now)), now)
    return TeamsAdapter("hoa-mai", {**TEAMS, **granted.secrets})


def received(world: World, place: int = 0) -> WebhookRequest:
    """Return a webhook as our door hands it to the adapter."""
    taken = world.stack.received[place]
    keys = world.http.get("/login.botframework.com/v1/.well-known/keys").json()
    return WebhookRequest(taken.headers, {}, taken.body, received_at=datetime.now(UTC), keys=keys)


def heard(world: World, place: int = 0) -> Any:
    request = received(world, place)
    TeamsAdapter("hoa-mai", TEAMS).verify(request)
    parsed = TeamsAdapter("hoa-mai", TEAMS).parse(request)
    assert parsed.unrecognised == ()
    return parsed.received[0].event


def outbound(thread: str | None, **more: Any) -> OutboundMessage:
    return OutboundMessage(
        id="1",
        to=Identity("teams", "hoa-mai", CUSTOMER),
        text="Dạ, shop nghe",
        sent_at=datetime.now(UTC),
        thread=thread,
        **more,
    )


def test_a_message_is_proven_and_understood(teams: World) -> None:
    told = write(teams, text="Ấm <này> & ấm kia")
    event = heard(teams)
    assert isinstance(event, MessageReceived)
    assert (event.text, event.name) == ("Ấm <này> & ấm kia", "Trần Thị Lan")
    assert [event.message_id] == told["message_ids"]


def test_an_activity_has_every_field_of_the_recorded_one(teams: World) -> None:
    path = PAYLOADS / "bot_framework" / "teams_direct_message.json"
    if not path.exists():
        pytest.skip("the recorded payloads are not here")
    write(teams)
    played = shape(teams.stack.received[0].json())
    assert missing(shape(json.loads(path.read_text("utf-8"))), played) == []


def test_the_token_is_for_this_app_and_this_service(teams: World) -> None:
    write(teams)
    token = teams.stack.received[0].headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == TEAMS["app_id"]
    assert claims["serviceurl"] == teams.stack.received[0].json()["serviceUrl"]


def test_an_answer_goes_where_the_message_came_from(teams: World) -> None:
    write(teams)
    ours = adapter(teams)
    buttons = (Button(title="Đổi hàng", payload="doi"),)
    request = ours.reply(outbound(heard(teams).thread, buttons=buttons))
    sent_id = ours.read_reply(call(teams, request))
    line = teams.http.get(f"/chats/teams/hoa-mai/{CUSTOMER}").json()[-1]
    assert (line["id"], line["text"], line["by"]) == (sent_id, "Dạ, shop nghe", "company")
    assert line["buttons"] == [{"title": "Đổi hàng", "payload": "doi"}]


def test_a_button_says_its_title(teams: World) -> None:
    write(teams, action="tap", text="Đổi hàng", payload="doi", reply_to_id="1772416800123")
    event = heard(teams)
    assert (event.text, event.thread_refs) == ("Đổi hàng", ("1772416800123",))


def test_who_reads_tells_up_to_where(teams: World) -> None:
    write(teams)
    ours = adapter(teams)
    sent_id = ours.read_reply(call(teams, ours.reply(outbound(heard(teams).thread))))
    write(teams, action="see")
    event = heard(teams, 1)
    assert isinstance(event, ReceiptReceived)
    assert event.delivery is Delivery.READ
    assert event.watermark_at is not None
    assert event.watermark_at.timestamp() * 1000 == pytest.approx(int(sent_id))


def test_a_picture_needs_our_token_and_a_file_its_own_address(teams: World) -> None:
    files = [{"type": "image", "text": "pixels"}, {"type": "file", "name": "a.pdf", "text": "pdf"}]
    write(teams, attachments=files)
    ours = adapter(teams)
    picture, file = heard(teams).attachments
    assert call(teams, ours.file_request(picture)).body == b"pixels"
    assert call(teams, ours.file_request(file)).body == b"pdf"
    assert teams.http.get(picture.url.replace("https://", "/", 1)).status_code == 401


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("throttle", TransientSendError, None),
        ("server_error", TransientSendError, None),
        ("expired_token", TransientSendError, None),
        ("blocked", PermanentSendError, SendFailure.BLOCKED),
    ],
)
def test_faults_on_order(
    teams: World, kind: str, error: type[Exception], reason: SendFailure | None
) -> None:
    write(teams)
    ours, thread = adapter(teams), heard(teams).thread
    teams.http.post("/faults", json={"channel": "teams", "kind": kind})
    with pytest.raises(error) as failed:
        ours.read_reply(call(teams, ours.reply(outbound(thread))))
    assert getattr(failed.value, "reason", None) is reason
    assert ours.read_reply(call(teams, ours.reply(outbound(thread))))


def post(world: World, path: str, document: object) -> httpx.Response:
    token = adapter(world).secret("access_token")
    headers = {"authorization": f"Bearer {token}"}
    return world.http.post(f"/smba.trafficmanager.net/apac{path}", json=document, headers=headers)


@pytest.mark.parametrize(
    ("path", "document", "status", "code"),
    [
        ("/v3/conversations/b:x/activities", {"type": "message"}, 404, "ConversationNotFound"),
        ("/v3/conversations/a:1/activities", {"type": "hologram"}, 400, "BadSyntax"),
        ("/v3/conversations/a:1/activities", {"type": "message", "text": " "}, 400, "BadSyntax"),
        (
            "/v3/conversations/a:1/activities",
            {"type": "message", "text": "a" * 20_000},
            413,
            "MessageSizeTooBig",
        ),
        ("/v3/conversations/a:1/activities", {"type": "message", "text": "a"}, 400, "BadArgument"),
        ("/v3/attachments/none/views/original", {}, 404, "NotFound"),
    ],
)
def test_refusals(teams: World, path: str, document: object, status: int, code: str) -> None:
    answer = post(teams, path, document)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_stranger_sends_nothing(teams: World) -> None:
    url = "/smba.trafficmanager.net/apac/v3/conversations/a:1/activities"
    for token in ("", "Bearer x", "Bearer made-up.1.x"):
        answer = teams.http.post(url, json={}, headers={"authorization": token})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"app_password": "wrong"}, 7000215),
        ({"app_id": "somebody-else"}, 700016),
    ],
)
def test_a_wrong_password_buys_nothing(teams: World, changed: dict[str, str], code: int) -> None:
    stranger = TeamsAdapter("hoa-mai", {**TEAMS, **changed})
    url = "https://desk.example/"
    check = stranger.read_check(url, call(teams, stranger.check_request(url)))
    assert check.problem == f"Microsoft refused a token: AADSTS{code}"


def test_teams_has_no_inbox_for_agents(teams: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Chào"}
    assert teams.http.post("/agents/teams/hoa-mai", json=words).status_code == 422
