"""A simulator between a fake stack and a fake emulator, each on a free port."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.simulator.app import create_app

from .world import (
    EMAIL,
    MESSENGER,
    TELEGRAM,
    ZALO,
    FakeEmulator,
    FakeStack,
    free_port,
    serve,
)

RETRY_SCALE = 1 / 3000


@dataclass
class World:
    """The simulator's client, and both fakes."""

    http: httpx.Client
    stack: FakeStack
    emulator: FakeEmulator
    stack_path: Path

    def write_stack(self, stack_url: str = "", **secrets_by_channel: dict[str, str]) -> None:
        url = stack_url or self.stack.url
        accounts = [
            {
                "channel": channel,
                "account": "hoa-mai",
                "webhook_url": f"{url}/webhooks/{channel}/hoa-mai",
                "secrets": secrets,
            }
            for channel, secrets in secrets_by_channel.items()
        ]
        document = {"mail_bucket": "mail-bucket", "accounts": accounts}
        self.stack_path.write_text(json.dumps(document), "utf-8")


@pytest.fixture(scope="session")
def running_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    stack, emulator = FakeStack(), FakeEmulator()
    path = tmp_path_factory.mktemp("simulator") / "stack.json"
    with (
        serve(stack.app(), free_port()) as stack.url,
        serve(emulator.app(), free_port()) as emulator.url,
        serve(
            create_app(path, emulator_url=emulator.url, retry_scale=RETRY_SCALE), free_port()
        ) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=20) as client,
    ):
        yield World(client, stack, emulator, path)


@pytest.fixture
def world(running_world: World) -> World:
    """Hand out the one running world, with nothing in its memory."""
    assert running_world.http.delete("/").status_code == 204
    running_world.stack.forget()
    running_world.emulator.forget()
    running_world.write_stack(zalo=ZALO, messenger=MESSENGER, telegram=TELEGRAM, email=EMAIL)
    return running_world
