"""Starts ministack, in its own virtual environment, a little more like AWS than it is.

Its poller of queues looks once a second and its scheduler every ten; AWS's long polls and rules
are quicker, and deadlines are kept by them.
"""

import importlib
import os
import threading
import time

POLL_SECONDS = 0.2
SCHEDULER_SECONDS = 1


def main() -> None:
    """Serve until stopped; the port and the rest are ministack's own environment variables."""
    # Its broker of things would listen on every address of this machine.
    os.environ["IOT_MTLS_ENABLED"] = "0"
    eventbridge = importlib.import_module("ministack.services.eventbridge")
    setattr(eventbridge, "_SCHEDULER_TICK_INTERVAL", SCHEDULER_SECONDS)  # noqa: B010
    concurrency = importlib.import_module("ministack.core.concurrency")
    threading.Thread(target=_keep_awake, args=(concurrency.esm_wake,), daemon=True).start()
    importlib.import_module("ministack.app").main()


def _keep_awake(poller: threading.Event) -> None:
    while True:
        time.sleep(POLL_SECONDS)
        poller.set()


if __name__ == "__main__":
    main()
