"""Deploying a stack, against a CloudFormation that does as it is told."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cloudformation import StackError, Stacks

URL = "https://bucket.example/template.yaml"


class FakeCloudFormation:
    """One stack; `fails` makes the next operation end in that status."""

    def __init__(self, status: str | None = None, fails: str = "") -> None:
        self.status = status
        self.fails = fails
        self.calls: list[str] = []
        self.looks = 0
        self.same = False

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if self.status is None:
            raise _error("ValidationError", f"Stack with id {StackName} does not exist")
        status = self.status
        if status.endswith("_IN_PROGRESS"):
            self.looks += 1
            self.status = self.fails or status.replace("_IN_PROGRESS", "_COMPLETE")
        outputs = [{"OutputKey": "TableName", "OutputValue": "t"}]
        return {"Stacks": [{"StackStatus": status, "StackId": "id", "Outputs": outputs}]}

    def create_stack(self, **request: Any) -> None:
        self.calls.append("create")
        self.request = request
        self.status = "CREATE_IN_PROGRESS"

    def update_stack(self, **request: Any) -> None:
        if self.same:
            raise _error("ValidationError", "No updates are to be performed.")
        self.calls.append("update")
        self.status = "UPDATE_IN_PROGRESS"

    def delete_stack(self, StackName: str) -> None:  # noqa: N803
        assert StackName == "id"
        self.calls.append("delete")
        self.status, self.fails = None, ""

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        failed = {"ResourceStatus": "CREATE_FAILED", "LogicalResourceId": "FrontlineTable"}
        later = {"ResourceStatus": "CREATE_FAILED", "LogicalResourceId": "Desk"}
        return {
            "StackEvents": [
                {**later, "ResourceStatusReason": "Resource creation cancelled"},
                {**failed, "ResourceStatusReason": "limit exceeded"},
            ]
        }


def _error(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "any")


def _deploy(client: FakeCloudFormation) -> dict[str, str]:
    return Stacks(client, pause=lambda: None).deploy("frontline-dev", URL, {"Stage": "dev"})


def test_a_stack_that_is_not_there_is_made() -> None:
    client = FakeCloudFormation()
    assert _deploy(client) == {"TableName": "t"}
    assert client.calls == ["create"]
    assert client.request["Parameters"] == [{"ParameterKey": "Stage", "ParameterValue": "dev"}]


def test_a_stack_that_is_there_is_changed() -> None:
    client = FakeCloudFormation("UPDATE_COMPLETE")
    _deploy(client)
    assert client.calls == ["update"]


def test_nothing_to_change_is_fine() -> None:
    client = FakeCloudFormation("CREATE_COMPLETE")
    client.same = True
    assert _deploy(client) == {"TableName": "t"}
    assert client.calls == []


def test_what_is_left_of_a_failed_attempt_is_removed_first() -> None:
    client = FakeCloudFormation("ROLLBACK_COMPLETE")
    _deploy(client)
    assert client.calls == ["delete", "create"]


def test_a_failure_tells_which_resource_failed_first_and_why() -> None:
    client = FakeCloudFormation(fails="ROLLBACK_COMPLETE")
    with pytest.raises(StackError, match=r"(?s)FrontlineTable: limit exceeded.*Desk: "):
        _deploy(client)


def test_deleting_what_is_not_there_is_fine() -> None:
    client = FakeCloudFormation()
    Stacks(client, pause=lambda: None).delete("frontline-dev")
    assert client.calls == []
