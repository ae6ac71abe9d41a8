"""Hands a request to its platform, a mail to SES, a text message to End User Messaging."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.channels.base import HttpRequest, HttpResponse, Outgoing, SmsRequest
from chalicelib.notify.ses import send_mail
from chalicelib.notify.sms_voice import send_text_message
from chalicelib.notify.transport import Transport


@dataclass(frozen=True, slots=True)
class Courier:
    """`ses` and `sms_voice` make their clients when first called."""

    transport: Transport
    ses: Callable[[], Any]
    sms_voice: Callable[[], Any]

    def carry(self, request: Outgoing) -> HttpResponse:
        """Return the answer. Raises `TransientSendError` or `PermanentSendError`."""
        if isinstance(request, HttpRequest):
            return self.transport.send(request)
        if isinstance(request, SmsRequest):
            return _accepted(send_text_message(self.sms_voice(), request))
        return _accepted(send_mail(self.ses(), request))


def _accepted(message_id: str) -> HttpResponse:
    """Return an AWS answer in the form of the others'."""
    return HttpResponse(status=200, headers={}, body=json.dumps({"MessageId": message_id}).encode())
