"""Payloads that platforms, SDKs and other projects published, kept outside this project.

Each channel's `corpus.py` lists every file of its folders with what it must give: its events,
nothing (and why), or a part that is kept because it is not understood (and why). It has:

- `TABLES`: what is expected by folder and file name, the latter without `.json`
- `parsed(folder, name)`: what the adapter makes of that file
- `SCHEMES`: the names under which the signature vectors know this channel, if there are any
- `verifies(vector)`: whether the adapter takes a vector's proof
- `DECIDED`: vectors that we decide otherwise than their source says, by id, with the reason
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from chalicelib.channels.base import Parsed
from chalicelib.channels.registry import ADAPTERS
from chalicelib.domain.events import MessageEchoed, MessageReceived
from chalicelib.domain.messages import AttachmentKind

CORPUS = Path(__file__).parents[3] / "shared" / "payloads"


@dataclass(frozen=True)
class Events:
    """What was understood, and why some part beside it was `kept`."""

    types: str
    text: str = ""
    attachments: str = ""
    kept: str = ""


@dataclass(frozen=True)
class Nothing:
    because: str


@dataclass(frozen=True)
class Kept:
    """Not understood: quarantined for this `reason`."""

    reason: str


Expected = Events | Nothing | Kept

MESSAGE, ECHO = "message.received", "message.echoed"


def channels() -> Iterator[tuple[str, ModuleType]]:
    """Yield every channel that has a `corpus.py`, with it."""
    for channel in ADAPTERS:
        name = f"tests.channels.{channel}.corpus"
        if find_spec(name):
            yield channel, import_module(name)


def read(folder: str, name: str) -> Any:
    """Return a payload, out of the wrapper that some sources put around it."""
    payload = json.loads((CORPUS / folder / f"{name}.json").read_bytes())
    return payload.get("body", payload)


def vectors() -> list[dict[str, Any]]:
    """Return the published signatures, each with an `id` and the `scheme` it is of."""
    if not CORPUS.is_dir():
        return []
    older = json.loads((CORPUS / "vectors.json").read_bytes())
    newer = json.loads((CORPUS / "vectors_2.json").read_bytes())["vectors"]
    return [
        *({**each, "scheme": each["channel"]} for each in older),
        *({"id": f"{each['scheme']}-{place}", **each} for place, each in enumerate(newer)),
    ]


def seen(parsed: Parsed) -> Events:
    events = [each.event for each in parsed.received]
    said = [each for each in events if isinstance(each, MessageReceived | MessageEchoed)]
    kinds: list[AttachmentKind] = [each.kind for message in said for each in message.attachments]
    return Events(
        types=" ".join(type(event).type for event in events),
        text=" ".join(message.text for message in said),
        attachments=" ".join(kinds),
        kept=" ".join(part.reason for part in parsed.unrecognised),
    )
