"""Starts ministack, in its own virtual environment, a little more like AWS than it is.

Its poller of queues looks once a second and its scheduler every ten; AWS's long polls and rules
are quicker, and deadlines are kept by them. It unpacks a package for every worker anew, which
takes longer than the worker's own start; here all workers of a package read the same files. Its
Query looks at each entry of an index, and reads the condition anew for each: here it reads it once.
"""

import importlib
import os
import tempfile
import threading
import time
import zipfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

POLL_SECONDS = 0.2
SCHEDULER_SECONDS = 1
READERS_OF_CONDITIONS = ("_tokenize", "_condition_syntax_error")

_UNPACKING = threading.Lock()


class UnpackedOnce(zipfile.ZipFile):
    """A package whose files stand in one place, whatever folders they are asked for in.

    No function writes among its own files: on AWS it couldn't.
    """

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Make the empty folder `path` a link to the package's files."""
        folder = Path(path)
        with _UNPACKING:
            files = self._files()
        folder.rmdir()
        folder.symlink_to(files)

    def _files(self) -> Path:
        content = sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        files = Path(tempfile.gettempdir()) / f"package-{content}"
        if not files.exists():
            half = files.with_suffix(".half")
            super().extractall(half)
            half.rename(files)
        return files


def main() -> None:
    """Serve until stopped; the port and the rest are ministack's own environment variables."""
    # Its broker of things would listen on every address of this machine.
    os.environ["IOT_MTLS_ENABLED"] = "0"
    eventbridge = importlib.import_module("ministack.services.eventbridge")
    setattr(eventbridge, "_SCHEDULER_TICK_INTERVAL", SCHEDULER_SECONDS)  # noqa: B010
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    for name in READERS_OF_CONDITIONS:
        setattr(dynamodb, name, lru_cache(getattr(dynamodb, name)))
    workers = importlib.import_module("ministack.core.lambda_runtime")
    setattr(workers, "zipfile", SimpleNamespace(**vars(zipfile) | {"ZipFile": UnpackedOnce}))  # noqa: B010
    concurrency = importlib.import_module("ministack.core.concurrency")
    threading.Thread(target=_keep_awake, args=(concurrency.esm_wake,), daemon=True).start()
    importlib.import_module("ministack.app").main()


def _keep_awake(poller: threading.Event) -> None:
    while True:
        time.sleep(POLL_SECONDS)
        poller.set()


if __name__ == "__main__":
    main()
