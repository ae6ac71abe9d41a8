"""Stacks: made, changed and deleted, and what went wrong when they were not."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
TIME_LIMIT = timedelta(minutes=30)
BROKEN = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


class StackError(Exception):
    """A stack did not become what was asked; the words name the resources and the reasons."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of one account and region; `pause` is called between two looks."""

    client: Any
    pause: Callable[[], None] = lambda: time.sleep(3)

    def deploy(self, name: str, template_url: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Make or change a stack and return its outputs. Raises `StackError`."""
        if self._status(name) in BROKEN:
            self.delete(name)
        request = {
            "StackName": name,
            "TemplateURL": template_url,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            "Capabilities": CAPABILITIES,
        }
        if self._status(name) is None:
            self.client.create_stack(**request, OnFailure="DELETE")
        elif not self._update(request):
            return self.outputs(name)
        self._wait(name, ("CREATE_COMPLETE", "UPDATE_COMPLETE"))
        return self.outputs(name)

    def outputs(self, name: str) -> dict[str, str]:
        """Return a stack's outputs; empty when there is no such stack."""
        stack = self._describe(name) or {}
        return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}

    def delete(self, name: str) -> None:
        """Delete a stack; what it retains stays. Raises `StackError`."""
        stack = self._describe(name)
        if stack is not None:
            # Only the id still names a stack once it is gone.
            self.client.delete_stack(StackName=stack["StackId"])
            self._wait(stack["StackId"], ("DELETE_COMPLETE",))

    def _update(self, request: Mapping[str, Any]) -> bool:
        """Begin a change; return whether there is one."""
        try:
            self.client.update_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return False
            raise StackError(str(error)) from error
        return True

    def _wait(self, name: str, wanted: tuple[str, ...]) -> None:
        end = time.monotonic() + TIME_LIMIT.total_seconds()
        while time.monotonic() < end:
            status = self._status(name) or "DELETE_COMPLETE"
            if status in wanted:
                return
            if not status.endswith(("_IN_PROGRESS", "_CLEANUP_IN_PROGRESS")):
                raise StackError("\n".join([f"{name}: {status}", *self._reasons(name)]))
            self.pause()
        raise StackError(f"{name}: not done after {TIME_LIMIT}")

    def _reasons(self, name: str) -> Iterator[str]:
        """Yield why resources failed, the first cause first."""
        events = self.client.describe_stack_events(StackName=name)["StackEvents"]
        for event in reversed(events):
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = event.get("ResourceStatusReason", "no reason given")
                yield f"  {event['LogicalResourceId']}: {reason}"

    def _status(self, name: str) -> str | None:
        stack = self._describe(name)
        return stack["StackStatus"] if stack else None

    def _describe(self, name: str) -> dict[str, Any] | None:
        try:
            stack: dict[str, Any] = self.client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return stack
