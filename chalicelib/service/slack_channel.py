"""The desk's own Slack channel, whose address is a secret."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.errors import ConfigurationError, PermanentSendError, SendFailure
from chalicelib.notify import slack
from chalicelib.notify.transport import Transport
from chalicelib.store.secrets import Secrets

REMEMBERED = timedelta(minutes=5)

Reference = str | list[str]


@dataclass(slots=True)
class SlackChannel:
    """One per container: of a burst of alerts only the first asks for the address."""

    transport: Transport
    secrets: Secrets
    clock: Callable[[], datetime]
    _known: tuple[datetime, Reference, str] | None = None

    def post(self, reference: Reference | None, text: str) -> None:
        """Post `text` where `reference` leads. Raises `SendError`."""
        if reference is None:
            raise PermanentSendError("the desk has no Slack channel", SendFailure.ACCOUNT)
        slack.post(self.transport.send, self._address(reference), text)

    def _address(self, reference: Reference) -> str:
        now = self.clock()
        known = self._known
        if known and known[1] == reference and now - known[0] <= REMEMBERED:
            return known[2]
        try:
            found = self.secrets.resolve({"slack": reference})["slack"]
        except ConfigurationError as error:
            raise PermanentSendError(str(error), SendFailure.ACCOUNT) from error
        address = found if isinstance(found, str) else found[-1]
        self._known = now, reference, address
        return address
