"""The command `python -m infra.simulator`."""

import argparse
from pathlib import Path

import uvicorn

from infra.simulator.app import create_app

HOST = "127.0.0.1"


def main() -> None:
    """Serve the simulator on 127.0.0.1 until stopped."""
    args = _parser().parse_args()
    app = create_app(args.stack, emulator_url=args.emulator_url, retry_scale=args.retry_scale)
    print(f"Giả lập nền tảng · platform simulator: http://{HOST}:{args.port}/", flush=True)
    # h11, because dropping a connection (POST /faults) reaches for its transport.
    uvicorn.run(app, host=HOST, port=args.port, http="h11", ws="none", log_level="warning")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=4601)
    parser.add_argument("--stack", type=Path, required=True, help="stack.json of the local cloud")
    parser.add_argument("--emulator-url", default="http://127.0.0.1:4566")
    parser.add_argument(
        "--retry-scale",
        type=float,
        default=1 / 60,
        help="real seconds per second of a platform's retry schedule (default 1/60)",
    )
    return parser


if __name__ == "__main__":
    main()
