"""Writes docs/channels/corpus.md: `make corpus`."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from tests.channels.corpus import Events, Expected, Kept, Nothing, channels, vectors

PAGE = Path(__file__).parents[2] / "docs" / "channels" / "corpus.md"

Told = Callable[[dict[str, Expected]], Iterator[tuple[str, str]]]

HEAD = """# Recorded payloads · What published webhooks become

Webhooks and signatures that platforms, their SDKs and other projects published, run through our
adapters. They are not ours to copy, so they lie outside this project; the tests run them where they
are there (`test_a_published_payload`, `test_a_published_signature`) and hold every line below.
Written by `make corpus`. Mails are counted on the page of [e-mail](email.md).

*Parsed* became events; *ignored* is of no use on purpose; *quarantined* was proven but is not
understood, and is kept for somebody to look at. No file raises an error.
"""


def page() -> str:
    """Return the whole page."""
    known = list(channels())
    parts = (
        HEAD,
        _table(known),
        _signatures(known),
        _list("Ignored on purpose", known, _ignored),
        _list("Quarantined", known, _kept),
    )
    return "\n".join(parts)


def _table(known: list[tuple[str, ModuleType]]) -> str:
    counted = {
        (folder, channel): _counts(table)
        for channel, module in known
        for folder, table in module.TABLES.items()
    }
    rows = [(*names, *map(str, counts)) for names, counts in counted.items()]
    total = [str(sum(column)) for column in zip(*counted.values(), strict=True)]
    return "\n".join(
        [
            "| folder | channel | files | parsed | ignored | quarantined |",
            "|---|---|---|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in (*rows, ("**all**", "", *total))),
            "",
        ]
    )


def _counts(table: dict[str, Expected]) -> tuple[int, int, int, int]:
    kinds = Counter(type(expected) for expected in table.values())
    return len(table), kinds[Events], kinds[Nothing], kinds[Kept]


def _signatures(known: list[tuple[str, ModuleType]]) -> str:
    lines = ["## Signatures", "", "| channel | vectors | taken | refused |", "|---|---|---|---|"]
    for channel, module in known:
        own = [vector for vector in vectors() if vector["scheme"] in module.SCHEMES]
        taken = sum(module.DECIDED.get(vector["id"], vector["valid"]) for vector in own)
        if own:
            lines.append(f"| {channel} | {len(own)} | {taken} | {len(own) - taken} |")
    return "\n".join([*lines, ""])


def _list(title: str, known: list[tuple[str, ModuleType]], told: Told) -> str:
    lines = [f"## {title}", ""]
    for _, module in known:
        for folder, table in module.TABLES.items():
            lines += [f"- `{folder}/{name}`: {why}" for name, why in told(table)]
    return "\n".join([*lines, ""])


def _ignored(table: dict[str, Expected]) -> Iterator[tuple[str, str]]:
    for name, expected in table.items():
        if isinstance(expected, Nothing):
            yield name, expected.because


def _kept(table: dict[str, Expected]) -> Iterator[tuple[str, str]]:
    for name, expected in table.items():
        if isinstance(expected, Kept):
            yield name, expected.reason
        elif isinstance(expected, Events) and expected.kept:
            yield name, f"a part: {expected.kept}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
