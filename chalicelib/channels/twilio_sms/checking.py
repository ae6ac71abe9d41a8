"""Whether Twilio sends an account's messages to us, and how it is told to.

https://www.twilio.com/docs/messaging/api/service-resource
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from urllib.parse import urlencode

from pydantic import ValidationError

from chalicelib.channels.base import ChannelAdapter, Checkup, HttpRequest, HttpResponse
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.twilio_sms.refusals import refusal
from chalicelib.channels.twilio_sms.sending import API, SERVICE, authorization, post_form
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import PermanentSendError, TransientSendError

SERVICES = "https://messaging.twilio.com/v1/Services"

_REFUSED = 400


class Number(Wire):
    sms_url: Text | None = None


class State(Wire):
    """A messaging service, or a list of numbers, or an account."""

    inbound_request_url: Text | None = None
    status_callback: Text | None = None
    use_inbound_webhook_on_number: bool = False
    incoming_phone_numbers: tuple[Number, ...] | None = None
    status: Text | None = None


def check_request(adapter: ChannelAdapter) -> HttpRequest:
    """Ask for the messaging service, for the number, or for the account of a mere name."""
    sender, account = adapter.secret("sender"), adapter.secret("account_sid")
    if sender.startswith(SERVICE):
        url = f"{SERVICES}/{sender}"
    elif sender.startswith("+"):
        query = urlencode({"PhoneNumber": sender})
        url = f"{API}/Accounts/{account}/IncomingPhoneNumbers.json?{query}"
    else:
        url = f"{API}/Accounts/{account}.json"
    return HttpRequest(method="GET", url=url, headers=authorization(adapter))


def read_check(adapter: ChannelAdapter, webhook_url: str, response: HttpResponse) -> Checkup:
    """Return what is wrong, if anything is. Raises `TransientSendError`."""
    try:
        answer = read_answer(response)
        if response.status >= _REFUSED:
            raise refusal(str(answer.get("code", "")), response)
        state = State.model_validate(answer)
    except PermanentSendError as error:
        return Checkup(problem=str(error))
    except ValidationError as error:
        raise TransientSendError("Twilio's answer is of no shape we know") from error
    return Checkup(problem=_problem(adapter.secret("sender"), webhook_url, state))


def subscribe_requests(adapter: ChannelAdapter, webhook_url: str) -> tuple[HttpRequest, ...]:
    """Only a messaging service can be told by its id; a number's webhook is set by hand."""
    sender = adapter.secret("sender")
    if not sender.startswith(SERVICE):
        return ()
    fields = [
        ("InboundRequestUrl", webhook_url),
        ("InboundMethod", "POST"),
        ("StatusCallback", webhook_url),
        ("UseInboundWebhookOnNumber", "false"),
    ]
    return (post_form(adapter, f"{SERVICES}/{sender}", fields),)


def _problem(sender: str, webhook_url: str, state: State) -> str | None:
    if sender.startswith(SERVICE):
        return _service_problem(webhook_url, state)
    if not sender.startswith("+"):
        return None if state.status == "active" else "the account is not active"
    if not state.incoming_phone_numbers:
        return "the account has no such number"
    if state.incoming_phone_numbers[0].sms_url != webhook_url:
        return "the number's messages go to another address"
    return None


def _service_problem(webhook_url: str, state: State) -> str | None:
    if state.use_inbound_webhook_on_number:
        return "the messaging service leaves messages to its numbers' own webhooks"
    if state.inbound_request_url != webhook_url:
        return "the messaging service's messages go to another address"
    if state.status_callback != webhook_url:
        return "the messaging service tells another address what became of a message"
    return None
