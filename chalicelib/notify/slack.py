"""The desk's own Slack channel, by an incoming webhook: whoever has its address may post there.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

from collections.abc import Callable
from http import HTTPStatus

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.platform_api import post_json, retry_after
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

_GONE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
"""The address was taken back, or its channel archived."""


def post(send: Callable[[HttpRequest], HttpResponse], address: str, text: str) -> None:
    """Post `text`, in Slack's markup, to the webhook at `address`. Raises `SendError`."""
    # A link in it is to a page that only agents are let in to: there is nothing to unfurl.
    answer = send(post_json(address, {"text": text, "unfurl_links": False}))
    if answer.is_throttling:
        raise TransientSendError("Slack is called too often", retry_after(answer))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TransientSendError(f"Slack answered {answer.status}", retry_after(answer))
    if answer.is_refusal:
        reason = SendFailure.ACCOUNT if answer.status in _GONE else SendFailure.REJECTED
        raise PermanentSendError(f"Slack answered {answer.status}", reason)
