"""How the Bot Framework proves an activity: a token that names us and the activity's service.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import Field, ValidationError

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.json_body import read_object
from chalicelib.channels.teams.reference import is_service
from chalicelib.channels.tokens import bearer_token, signing_key, verify_token
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError

KEYS_URL = "https://login.botframework.com/v1/.well-known/keys"
ISSUER = "https://api.botframework.com"
LEEWAY = timedelta(minutes=5)


class Claimed(Wire):
    """What the token has to fit."""

    channel_id: Text = Field(alias="channelId")
    service_url: Text = Field(alias="serviceUrl")


def require_proven(request: WebhookRequest, app_ids: Sequence[str]) -> None:
    """Require the token to be the Bot Framework's, for one of `app_ids` and for this activity.

    Raises `InvalidSignatureError`, `PayloadTooLargeError`.
    """
    token = bearer_token(request.headers.get("authorization", ""))
    claims = verify_token(
        token,
        request.keys,
        audiences=app_ids,
        issuers=(ISSUER,),
        now=request.received_at,
        leeway=LEEWAY,
    )
    activity = _claimed(request.body)
    if claims.get("serviceurl") != activity.service_url or not is_service(activity.service_url):
        raise InvalidSignatureError("the token is for another service")
    endorsements = signing_key(token, request.keys).get("endorsements")
    if endorsements is not None and activity.channel_id not in _texts(endorsements):
        raise InvalidSignatureError("the key doesn't speak for this channel")


def _claimed(body: bytes) -> Claimed:
    try:
        return Claimed.model_validate(read_object(body))
    except (MalformedPayloadError, ValidationError):
        raise InvalidSignatureError("the activity names no service") from None


def _texts(endorsements: object) -> tuple[object, ...]:
    return tuple(endorsements) if isinstance(endorsements, list) else ()
