"""The local cloud's processes: started once, known by their pid files, ended by pid."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60
END_PATIENCE = 10
LOOK = 0.1

_CHILDREN: dict[int, "subprocess.Popen[bytes]"] = {}
"""What this very program started."""


class NotReadyError(Exception):
    """A process ended or stayed silent instead of getting ready."""


@dataclass(frozen=True, slots=True)
class Process:
    """One background process with its pid file and its log beside it."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def is_alive(self) -> bool:
        """Whether it runs, however it was started."""
        return self._alive() is not None

    def is_running(self, command: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Return whether it runs, started by this very command and environment."""
        return (
            self.is_alive
            and self._how.is_file()
            and (self._how.read_text() == _described(command, environment))
        )

    def start(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path) -> None:
        """Start it; `environment` comes on top of ours. One that still runs is ended first."""
        self.stop()
        with self.log.open("wb") as log:
            child = subprocess.Popen(
                command,
                cwd=cwd,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _CHILDREN[child.pid] = child
        self._pid.write_text(str(child.pid))
        self._how.write_text(_described(command, environment))

    def stop(self) -> None:
        """End it if it runs, gently first."""
        pid = self._alive()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            if not _gone(pid):
                os.kill(pid, signal.SIGKILL)
                _gone(pid)
        self._pid.unlink(missing_ok=True)
        self._how.unlink(missing_ok=True)

    def wait_until_ready(self, url: str) -> None:
        """Wait until `url` answers 200. Raises `NotReadyError` with the end of the log."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if answers(url):
                return
            if self._alive() is None:
                break
            time.sleep(LOOK)
        last = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise NotReadyError(f"{self.name}: không chạy được · didn't get ready ({url})\n{last}")

    @property
    def _pid(self) -> Path:
        return self.folder / f"{self.name}.pid"

    @property
    def _how(self) -> Path:
        return self.folder / f"{self.name}.command"

    def _alive(self) -> int | None:
        """Return the pid while it is alive and still the process that we started."""
        try:
            pid = int(self._pid.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if not _has_ended(pid) and self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        """A pid may have gone to somebody else since: only a session's first process is ours."""
        try:
            return os.getsid(pid) == pid
        except ProcessLookupError:
            return False


def answers(url: str) -> bool:
    """Return whether a GET of `url` is answered 200."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _described(command: Sequence[str], environment: Mapping[str, str]) -> str:
    return "\n".join([*command, *(f"{key}={environment[key]}" for key in sorted(environment))])


def _gone(pid: int) -> bool:
    end = time.monotonic() + END_PATIENCE
    while time.monotonic() < end:
        if _has_ended(pid):
            return True
        time.sleep(LOOK)
    return False


def _has_ended(pid: int) -> bool:
    if pid in _CHILDREN:
        # A child of ours that ended stays until it is waited for.
        return _CHILDREN[pid].poll() is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
