"""The command `python -m infra.demo`: sets up, tells the story, measures, leaves it running."""

import argparse
import base64
import os
import sys
from collections.abc import Sequence

import httpx

from infra.demo import everywhere
from infra.demo.addresses import greet, say_where
from infra.demo.api import Api
from infra.demo.cast import SCREENSHOT_BASE64, customers, passers_by
from infra.demo.collect import collect
from infra.demo.outside import Outside
from infra.demo.promises import table
from infra.demo.stage import Stage, StoryError, now
from infra.demo.story import play, tidy
from infra.demo.terminal import Terminal
from infra.local import stack
from infra.local.__main__ import DEFAULT_PORT, FAILURES
from infra.local.cloud import Cloud
from infra.local.up import ROOT, Local

DESK = ROOT / "examples" / "demo.desk.yaml"
FOLDER = ROOT / ".local"
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 when every promise was kept, else 1."""
    port = _parser().parse_args(arguments).port
    terminal = Terminal(sys.stdout)
    try:
        local = Local(Cloud(port), FOLDER)
        local.up(DESK)
        local.pace_file.unlink(missing_ok=True)
        return _tell(terminal, stack.read(FOLDER / "stack.json"), port)
    except FAILURES as error:
        print(error, file=sys.stderr)
        return 1
    except (StoryError, httpx.HTTPError) as error:
        terminal.note(f"Chuyện dừng giữa chừng: {error}", "The story stopped half way.")
        return 1
    except KeyboardInterrupt:
        terminal.note("Đã dừng; mọi thứ vẫn chạy.", "Stopped; the local cloud runs on.")
        return INTERRUPTED


def _tell(terminal: Terminal, known: stack.Stack, port: int) -> int:
    everybody, others = customers(now()), passers_by(now())
    api = Api(known["api_url"], known["token"])
    tidy(api, (*everybody.values(), *others))
    greet(terminal, known)
    stage = _stage(terminal, known, api)
    play(stage, everybody)
    everywhere.play(stage, others)
    rows = table(stage.diary, collect(stage), base64.b64decode(SCREENSHOT_BASE64))
    terminal.title("Lời hứa và số đo", "Promises, and what was measured")
    terminal.table(rows)
    say_where(stage, known, port)
    if all(row.kept for row in rows):
        return 0
    terminal.note(
        "✗ là lời hứa không giữ được lần này. Máy đang bận thì kể lại; nhật ký: .local/*.log.",
        "✗ is a promise not kept this time. On a busy machine try again; logs: .local/*.log.",
    )
    return 1


def _stage(terminal: Terminal, known: stack.Stack, api: Api) -> Stage:
    return Stage(
        api=api,
        outside=Outside(known["platforms_url"]),
        terminal=terminal,
        agents=api.agents(),
        webhook_urls={one["channel"]: one["webhook_url"] for one in known["accounts"]},
        started_at=now(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.demo", description=__doc__)
    usual = int(os.environ.get("PORT") or DEFAULT_PORT)
    parser.add_argument("--port", type=int, default=usual, help="PORT, or 4566")
    return parser


if __name__ == "__main__":
    sys.exit(main())
