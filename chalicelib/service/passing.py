"""Which errors a retry may mend."""

from chalicelib.errors import BusyError, ConflictError


def is_passing(error: BaseException) -> bool:
    """Return whether a retry may help: AWS's troubles and other writers, not our own mistakes."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ExceptionGroup):
        return all(map(is_passing, error.exceptions))
    return isinstance(error, BusyError | ConflictError | BotoCoreError | ClientError)
