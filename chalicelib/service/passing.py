"""Which errors a retry may mend."""

from chalicelib.errors import BusyError, ConflictError

OURS = ("ValidationException", "ValidationError", "InvalidParameterValue")
"""What AWS calls a request that no retry makes right."""


def is_passing(error: BaseException) -> bool:
    """Return whether a retry may help: AWS's troubles and other writers, not our own mistakes."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ExceptionGroup):
        return all(map(is_passing, error.exceptions))
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") not in OURS
    return isinstance(error, BusyError | ConflictError | BotoCoreError)
