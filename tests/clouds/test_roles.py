"""Every function at work with its own role, on a cloud that denies whatever is not granted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.cloudformation import Stacks
from infra.local.cloud import STACK
from tests.e2e.conftest import running
from tests.e2e.desk import HOME
from tests.e2e.world import World, until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A second cloud, which enforces permissions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTH", "true")
        for local in running(tmp_path_factory.mktemp("guarded")):
            yield from World.told_by(local.stack_file)


@pytest.fixture(scope="module")
def functions(guarded: World) -> dict[str, str]:
    """The functions' names, by the stack's outputs."""
    return Stacks(guarded.aws("cloudformation")).outputs(STACK)


def test_permissions_are_enforced(guarded: World) -> None:
    health = guarded.http.get(f"{guarded.stack['emulator_url']}/_ministack/health").json()
    assert health["auth"] == "enabled"


def test_a_message_and_its_answer_go_all_the_way(guarded: World) -> None:
    customer = guarded.customer("zalo")
    ticket = guarded.opened(customer, "Em khiếu nại: bát bị vỡ")
    assert ticket["assignee"] == "thao"
    until(lambda: guarded.heard_by(customer))
    mail = guarded.mail(f"thao@{HOME}", ticket, "assigned")
    # The timer, at its second.
    guarded.mail(f"thao@{HOME}", ticket, "reminder")
    # The mail function, by an agent's answer; redelivering, since it is refused at first.
    guarded.fault("zalo", "server_error")
    guarded.answer(mail, "Dạ em gửi lại bát mới ạ")
    until(lambda: guarded.heard_by(customer)[1:] == ["Dạ em gửi lại bát mới ạ"])
    texts = guarded.http.get(f"{guarded.platforms}/sms").json()
    assert any(ticket["number"] in text["text"] for text in texts)


def test_a_mail_with_a_file_is_taken_in_and_the_file_given_out(guarded: World) -> None:
    customer = guarded.customer("email")
    attachments = [{"name": "anh.txt", "text": "ảnh"}]
    ticket = guarded.opened(customer, "Em gửi ảnh", subject="Ảnh", attachments=attachments)
    (file,) = guarded.entries(ticket["id"], "message.received")[0]["attachments"]
    assert guarded.http.get(file["url"]).content.decode() == "ảnh"
    assert until(lambda: guarded.heard_by(customer))


def test_a_new_desk_is_recomputed(guarded: World) -> None:
    ticket = guarded.opened(guarded.customer("telegram"), "Em muốn đổi hạn")
    desk = guarded.get("/api/desk")
    policy = next(one for one in desk["policies"] if one["name"] == "Đổi hạn")
    policy["targets"] = {"first_response": "20m"}
    assert guarded.api("PUT", "/api/desk", json=desk).status_code == 200
    until(lambda: guarded.entries(ticket["id"], "sla.recomputed"))


def test_the_sweep_runs(guarded: World, functions: dict[str, str]) -> None:
    guarded.opened(guarded.customer("zalo"), "Em hẹn xa ạ")
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    about = {"version": "0", "id": "1", "account": "0", "region": "us-east-1", "resources": []}
    answer = guarded.aws("lambda").invoke(
        FunctionName=functions["SweepFunction"],
        Payload=json.dumps({**about, **event, "time": "2026-01-01T00:00:00Z"}),
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_a_function_that_lacks_a_permission_is_denied_until_it_has_it(
    guarded: World, functions: dict[str, str]
) -> None:
    iam = guarded.aws("iam")
    place = _policy_of(guarded, functions["DeskFunction"])
    granted = iam.get_role_policy(**place)["PolicyDocument"]
    customer = guarded.customer("telegram")
    iam.put_role_policy(
        **place, PolicyDocument=json.dumps(_without(granted, "dynamodb:UpdateItem"))
    )
    try:
        guarded.write(customer, "Shop ơi")
        until(lambda: "AccessDenied" in _logs(guarded, "/frontline/local/desk"))
        assert guarded.tickets_of(customer) == []
    finally:
        iam.put_role_policy(**place, PolicyDocument=json.dumps(granted))
    until(lambda: guarded.tickets_of(customer))


def _policy_of(world: World, function: str) -> dict[str, str]:
    """Return where the one policy of a function's own role is."""
    role = world.aws("lambda").get_function_configuration(FunctionName=function)["Role"]
    name = role.rpartition("/")[2]
    (policy,) = world.aws("iam").list_role_policies(RoleName=name)["PolicyNames"]
    return {"RoleName": name, "PolicyName": policy}


def _without(document: dict[str, Any], action: str) -> dict[str, Any]:
    """Return a policy that no longer grants `action`."""
    statements = [
        {**one, "Action": [each for each in _listed(one["Action"]) if each != action]}
        for one in document["Statement"]
    ]
    assert statements != document["Statement"]
    return {**document, "Statement": statements}


def _listed(action: str | list[str]) -> list[str]:
    return [action] if isinstance(action, str) else action


def _logs(world: World, group: str) -> str:
    logs = world.aws("logs")
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    return "".join(
        event["message"]
        for stream in streams
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])[
            "events"
        ]
    )
