"""Webhooks of the simulator beside those that were recorded from the platforms."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import World

PAYLOADS = Path(__file__).parents[4] / "shared" / "payloads"


def shape(document: Any) -> Any:
    """Return names and types without values."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    if isinstance(document, list):
        return [shape(item) for item in document]
    return type(document).__name__


@pytest.mark.parametrize(
    ("channel", "recorded", "words"),
    [
        ("zalo", "zalo/prod_user_send_text_2026.json", {"text": "a"}),
        (
            "zalo",
            "zalo/prod_user_send_image_with_text_2026.json",
            {"text": "a", "attachments": [{"type": "image", "url": "https://a.example/a.jpg"}]},
        ),
        (
            "messenger",
            "messenger/bottender_audio_message.json",
            {"attachments": [{"type": "audio", "url": "https://a.example/a.mp4"}]},
        ),
        ("messenger", "messenger/live_read.json", {"action": "see"}),
        (
            "messenger",
            "messenger/doc_sticker_2026.json",
            {"attachments": [{"type": "sticker", "url": "https://a.example/a.png"}]},
        ),
        (
            "telegram",
            "telegram/kind_location_message.json",
            {"attachments": [{"type": "location", "latitude": 21.0, "longitude": 105.8}]},
        ),
    ],
)
def test_webhook_has_every_field_of_the_recorded_one(
    world: World, channel: str, recorded: str, words: dict[str, Any]
) -> None:
    path = PAYLOADS / recorded
    if not path.exists():
        pytest.skip("the recorded payloads are not here")
    customer = {"external_id": "700100200", "name": "Hồ Anh Tuấn"}
    world.http.post(f"/customers/{channel}/hoa-mai", json={**customer, **words})

    played = shape(world.stack.received[0].json())
    assert missing(shape(json.loads(path.read_text("utf-8"))), played) == []


# Older than the platforms' present form: ours is the newer.
OUTDATED = {"seq", "location.latitude", "location.longitude"}


def missing(expected: Any, found: Any, at: str = "") -> list[str]:
    """Return the places where `found` lacks a name of `expected`, or has another type."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            place
            for name, value in expected.items()
            for place in missing(value, found.get(name), f"{at}.{name}".strip("."))
        ]
    if isinstance(expected, list) and isinstance(found, list):
        pairs = zip(expected, found, strict=True)
        return [place for one, other in pairs for place in missing(one, other, f"{at}[]")]
    outdated = any(at.endswith(name) for name in OUTDATED)
    return [] if expected == found or outdated else [f"{at}: {expected} is {found}"]
