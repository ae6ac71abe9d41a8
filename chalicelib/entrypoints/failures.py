"""What nobody foresaw: told to the log without a word of what a customer may have said."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import PurePath
from traceback import extract_tb

from chalicelib.entrypoints.observe import count, logger

FRAMES = 6


def log_failure(error: Exception, doing: str) -> None:
    """Log where `error` came from; its message is left out, since it may quote anything.

    `doing` is a key, and keys hold platforms' ids of customers, telephone numbers among them: only
    its digest is told, which tells one failure from another.
    """
    frames = extract_tb(error.__traceback__)[-FRAMES:]
    logger.error(
        "failed",
        doing=sha256(doing.encode()).hexdigest()[:12],
        error=type(error).__name__,
        code=getattr(error, "response", {}).get("Error", {}).get("Code"),
        at=[f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames],
    )


@contextmanager
def going_on(what: str) -> Iterator[None]:
    """Let a stream go on past a mistake of ours, told and counted; AWS's troubles are raised."""
    from chalicelib.service.passing import is_passing

    try:
        yield
    except Exception as error:
        if is_passing(error):
            raise
        log_failure(error, what)
        count("UnexpectedErrors")
