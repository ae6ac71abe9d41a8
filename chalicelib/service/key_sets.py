"""The public keys that platforms sign with, fetched when first needed and kept for a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import ChannelAdapter, WebhookRequest
from chalicelib.channels.platform_api import read_answer
from chalicelib.notify.transport import Transport

REMEMBERED = timedelta(hours=24)
SOONEST = timedelta(minutes=5)
"""How long an unknown key is taken for a forgery before the keys are fetched again."""


@dataclass(slots=True)
class KeySets:
    """One per container."""

    transport: Callable[[], Transport]
    clock: Callable[[], datetime]
    _known: dict[str, tuple[datetime, Mapping[str, Any]]] = field(default_factory=dict)

    def attach(self, adapter: ChannelAdapter, request: WebhookRequest) -> WebhookRequest:
        """Return `request` with the keys its proof is checked by, where there are such.

        Raises `TransientSendError` when the platform doesn't give them: it will call again.
        """
        return self._with(adapter, request, REMEMBERED)

    def attach_again(self, adapter: ChannelAdapter, request: WebhookRequest) -> WebhookRequest:
        """Return `request` with keys newly fetched, unless they were so just now."""
        return self._with(adapter, request, SOONEST)

    def _with(
        self, adapter: ChannelAdapter, request: WebhookRequest, longest: timedelta
    ) -> WebhookRequest:
        call = adapter.keys_request()
        if call is None:
            return request
        now = self.clock()
        known = self._known.get(call.url)
        if known is None or now - known[0] > longest:
            known = now, read_answer(self.transport().send(call))
            self._known[call.url] = known
        return replace(request, keys=known[1])
