"""`deskctl simulate` on what a stage recorded: told from its table, and nothing there changes."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import AgentAcknowledged, AgentReplied, AgentResolved
from infra.deskctl.cli import main
from infra.deskctl.report import OK, REFUSED
from tests.aws import TABLE, hooked, waiting_messages
from tests.config.documents import VALID
from tests.conftest import FrozenClock
from tests.desk.events import MAI, NAM, message
from tests.service.pump import Pump

SERVICES = ("dynamodb", "s3", "sqs", "sns", "sesv2", "ssm")
READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
QUEUES = ("timer_queue_url", "outbox_queue_url", "recompute_queue_url")

Simulate = Callable[..., tuple[int, str]]


@pytest.fixture
def stage(frontline: Frontline, clock: FrozenClock) -> Frontline:
    """A stage on which one customer was answered, a second wasn't, and alerts are on their way."""
    pump = Pump(frontline)
    for number, identity in enumerate((MAI, NAM), 1):
        event = message("tư vấn giúp tôi", clock(), number=number, identity=identity)
        frontline.log.append(event, "{}", clock())
        pump.settle()
        clock.tick(minutes=3)
    (_, first), *_ = frontline.tickets.of_teams(["care"], ["open"])
    for kind, said in (
        (AgentAcknowledged, {}),
        (AgentReplied, {"text": "dạ"}),
        (AgentResolved, {}),
    ):
        told: dict[str, Any] = {"id": str(kind.type), "ticket_id": first.id, **said}
        act = kind(occurred_at=clock(), agent_id=first.assignee_id, via="page", **told)
        frontline.log.append(act, "{}", clock())
        pump.settle()
        clock.tick(minutes=2)
    return frontline


@pytest.fixture
def simulate(stage: Frontline, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Simulate:
    desk = tmp_path / "new.yaml"
    desk.write_text(VALID, encoding="utf-8")

    def simulate(*more: str) -> tuple[int, str]:
        code = main(("simulate", "--desk", str(desk), *more), lambda _: stage)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return simulate


@contextmanager
def called(frontline: Frontline) -> Iterator[list[str]]:
    """Collect the name of every call that is made to AWS."""
    calls: list[str] = []
    with ExitStack() as stack:
        for service in SERVICES:
            hook = hooked(
                frontline.client(service),
                f"before-call.{service}",
                lambda model, **_: calls.append(model.name),
            )
            stack.enter_context(hook)
        yield calls


def everything(frontline: Frontline) -> dict[str, Any]:
    """Return all that a stage holds: items, files, messages in queues, parameters, mails."""
    from moto.ses.models import ses_backends

    urls = [getattr(frontline.settings, name) for name in QUEUES]
    files = frontline.client("s3").list_objects_v2(Bucket="mail").get("Contents", ())
    mails = ses_backends["123456789012"]["ap-southeast-1"].sent_messages
    return {
        "items": frontline.client("dynamodb").scan(TableName=TABLE)["Items"],
        "files": [(file["Key"], file["ETag"]) for file in files],
        "queues": [waiting_messages(frontline.client, url) for url in urls],
        "parameters": frontline.client("ssm").describe_parameters()["Parameters"],
        "mails": [mail.id for mail in mails],
    }


@pytest.mark.parametrize("more", [(), ("--roster",), ("--json",), ("--from", "2030-01-01")])
def test_a_what_if_changes_nothing(
    simulate: Simulate, stage: Frontline, more: tuple[str, ...]
) -> None:
    before = everything(stage)
    assert before["items"]
    assert before["mails"]
    with called(stage) as calls:
        simulate(*more)
    assert "Scan" in calls
    assert set(calls) <= READS
    assert everything(stage) == before


def test_a_stages_past_is_read_at_a_price(simulate: Simulate, stage: Frontline) -> None:
    code, said = simulate()
    assert code == OK
    assert f"read {len(everything(stage)['items'])} items" in said
    line = next(line for line in said.splitlines() if "yêu cầu · tickets" in line)
    assert line.split()[-2:] == ["2", "2"]
    assert simulate("--from", "2030-01-01")[0] == REFUSED


def test_it_is_the_same_in_whatever_order_the_table_is_read(
    simulate: Simulate, stage: Frontline
) -> None:
    first = simulate("--json", "--roster")
    assert json.loads(first[1])["today"]["tickets"] == 2
    order = Random(7)

    def shuffle(parsed: dict[str, Any], **_: Any) -> None:
        order.shuffle(parsed["Items"])

    with hooked(stage.client("dynamodb"), "after-call.dynamodb.Scan", shuffle):
        for _ in range(5):
            assert simulate("--json", "--roster") == first
