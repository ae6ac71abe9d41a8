"""Twilio's webhooks, as far as we read them. All values are text.

https://www.twilio.com/docs/messaging/guides/webhook-request
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from pydantic import Field

from chalicelib.channels.sms import Words
from chalicelib.channels.wire import Printed, Text, Wire


class Telling(Wire):
    """What all have in common; a message that came in has `sms_status` `received` alone."""

    account_sid: Printed = Field(alias="AccountSid")
    message_sid: Printed = Field(alias="MessageSid")
    sender: Printed = Field(alias="From")
    recipient: Printed = Field(alias="To")
    sms_status: Text = Field("", alias="SmsStatus")
    message_status: Text = Field("", alias="MessageStatus")


class Incoming(Telling):
    body: Words = Field("", alias="Body")
    opt_out_type: Text = Field("", alias="OptOutType")
    answered_sid: Printed | None = Field(None, alias="OriginalRepliedMessageSid")


class Status(Telling):
    error_code: Text = Field("", alias="ErrorCode")
