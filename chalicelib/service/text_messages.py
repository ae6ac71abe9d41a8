"""What AWS publishes of text messages, and whose account it is about: that of the number."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from chalicelib.channels.aws_sms.adapter import AwsSmsAdapter
from chalicelib.channels.aws_sms.payloads import is_event, our_number
from chalicelib.channels.base import ChannelAdapter, WebhookRequest
from chalicelib.channels.json_body import read_object
from chalicelib.errors import ConfigurationError, MalformedPayloadError, PayloadTooLargeError
from chalicelib.service.receive import Outcome, Receiver
from chalicelib.store.accounts import Accounts
from chalicelib.store.quarantine import Quarantine, Quarantined


@dataclass(frozen=True, slots=True)
class TextMessages:
    adapter_for: Callable[[str, str], ChannelAdapter]
    receiver: Receiver
    quarantine: Quarantine
    accounts: Accounts
    clock: Callable[[], datetime]

    def take(self, published: str, at: datetime) -> Outcome:
        """Store what was published `at`; the same twice is the same.

        What can't be read, or was written to a number of no account, goes to quarantine. What
        became of somebody else's message is nobody's business here.
        """
        now = self.clock()
        request = WebhookRequest({}, {}, published.encode(), received_at=min(at, now))
        try:
            payload = read_object(request.body)
            adapter = self._account_of(our_number(payload))
            if adapter is None and is_event(payload):
                return Outcome()
            if adapter is None:
                return self._set_aside(published, "about a number of no account", now)
            parsed = adapter.parse(request)
        except (MalformedPayloadError, PayloadTooLargeError) as error:
            return self._set_aside(published, str(error), now)
        return self.receiver.store(adapter, parsed, now)

    def _account_of(self, number: str) -> ChannelAdapter | None:
        ours = AwsSmsAdapter.channel
        names = [name for name in self.accounts.all() if name[0] == ours]
        for name in names:
            # One that isn't configured keeps no other from its texts: the watch tells of it.
            with suppress(ConfigurationError):
                adapter = self.adapter_for(*name)
                if adapter.secret("phone_number") == number:
                    return adapter
        return None

    def _set_aside(self, published: str, reason: str, now: datetime) -> Outcome:
        digest = sha256(published.encode()).hexdigest()[:32]
        self.quarantine.put(
            Quarantined(
                id=f"{AwsSmsAdapter.channel}:published:{digest}",
                channel=AwsSmsAdapter.channel,
                account="",
                reason=reason,
                received_at=now,
                raw=published,
            )
        )
        return Outcome(quarantined=1)
