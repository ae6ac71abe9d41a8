"""Every published payload gives what its channel's table says, and every signature is decided."""

from typing import Any

import pytest

from chalicelib.channels.base import Parsed
from chalicelib.domain.events import MessageEchoed

from .corpus import CORPUS, Events, Kept, Nothing, channels, seen, vectors
from .corpus_page import PAGE, page

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

MODULES = dict(channels())
FOLDERS = {folder: channel for channel, module in MODULES.items() for folder in module.TABLES}
FILES = [(folder, name) for folder, of in FOLDERS.items() for name in MODULES[of].TABLES[folder]]
SCHEMES = {scheme: module for module in MODULES.values() for scheme in module.SCHEMES}


@pytest.mark.parametrize(("folder", "name"), FILES, ids="-".join)
def test_a_published_payload(folder: str, name: str) -> None:
    module = MODULES[FOLDERS[folder]]
    parsed, expected = module.parsed(folder, name), module.TABLES[folder][name]
    match expected:
        case Events():
            assert seen(parsed) == expected
        case Nothing():
            assert parsed == Parsed()
        case Kept(reason):
            assert seen(parsed) == Events("", kept=reason)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_published_payload_is_listed(folder: str) -> None:
    listed = set(MODULES[FOLDERS[folder]].TABLES[folder])
    assert {path.stem for path in (CORPUS / folder).glob("*.json")} == listed


@pytest.mark.parametrize(
    ("name", "is_a_persons"), [("oa_send_text", False), ("prod_oa_send_text_2026", True)]
)
def test_a_published_echo_with_admin_is_a_persons(name: str, is_a_persons: bool) -> None:
    (received,) = MODULES["zalo"].parsed("zalo", name).received
    assert isinstance(received.event, MessageEchoed)
    assert not received.event.ours
    assert bool(received.event.author_id) is is_a_persons


def test_the_page_about_them_is_the_current_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make corpus"


def decided() -> list[dict[str, Any]]:
    return [vector for vector in vectors() if vector["scheme"] in SCHEMES]


@pytest.mark.parametrize("vector", decided(), ids=lambda vector: str(vector["id"]))
def test_a_published_signature(vector: dict[str, Any]) -> None:
    module = SCHEMES[vector["scheme"]]
    expected = module.DECIDED.get(vector["id"], vector["valid"])
    assert module.verifies(vector) is expected
