"""What nobody foresaw: told to the log without a word of what a customer may have said."""

from pathlib import PurePath
from traceback import extract_tb

from chalicelib.entrypoints.observe import logger

FRAMES = 6


def log_failure(error: Exception, route: str) -> None:
    """Log where `error` came from; its message is left out, since it may quote anything."""
    frames = extract_tb(error.__traceback__)[-FRAMES:]
    logger.error(
        "request failed",
        route=route,
        error=type(error).__name__,
        code=getattr(error, "response", {}).get("Error", {}).get("Code"),
        at=[f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames],
    )
