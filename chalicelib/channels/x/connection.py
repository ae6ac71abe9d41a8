"""How X's webhook and subscriptions are made, and whether they are well.

https://docs.x.com/x-api/webhooks/quickstart
https://docs.x.com/x-api/activity/quickstart
"""

from pydantic import ValidationError

from chalicelib.channels.base import Checkup, HttpRequest, HttpResponse
from chalicelib.channels.meta import bearer
from chalicelib.channels.platform_api import post_json, read_answer
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.channels.x.sending import API, throttled
from chalicelib.errors import PermanentSendError, TransientSendError

# Every event that is delivered costs money: none that is ignored is asked for.
SUBSCRIBED = (
    "dm.received",
    "dm.sent",
    "dm.read",
    "chat.received",
    "chat.sent",
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "post.create",
)


class Hook(Wire):
    id: Printed
    url: Text = ""
    valid: bool = False


class Hooks(Wire):
    data: tuple[Hook, ...] = ()


class Me(Wire):
    id: Printed


def webhooks_request(app_token: str) -> HttpRequest:
    return HttpRequest(method="GET", url=f"{API}/2/webhooks", headers=bearer(app_token))


def me_request(user_token: str) -> HttpRequest:
    return HttpRequest(method="GET", url=f"{API}/2/users/me", headers=bearer(user_token))


def create_request(app_token: str, webhook_url: str) -> HttpRequest:
    return post_json(f"{API}/2/webhooks", {"url": webhook_url}, bearer(app_token))


def revalidate_request(app_token: str, webhook_id: str) -> HttpRequest:
    url = f"{API}/2/webhooks/{webhook_id}"
    return HttpRequest(method="PUT", url=url, headers=bearer(app_token))


def subscriptions(user_token: str, user_id: str, webhook_id: str) -> tuple[HttpRequest, ...]:
    """Return one call per kind of event: X has no call for several."""
    return tuple(
        post_json(
            f"{API}/2/activity/subscriptions",
            {"event_type": kind, "filter": {"user_id": user_id}, "webhook_id": webhook_id},
            bearer(user_token),
        )
        for kind in SUBSCRIBED
    )


def read_check(webhook_url: str, user_id: str, response: HttpResponse) -> Checkup:
    """Read the answer to either question. Raises `TransientSendError`."""
    try:
        answer = read_answer(response)
    except PermanentSendError:
        answer = {}
    if response.is_throttling:
        raise throttled(response)
    if response.is_refusal:
        return Checkup(problem=_REFUSED.get(response.status, f"X answers {response.status}"))
    if isinstance(answer.get("data"), dict):
        return _whose(answer["data"], user_id)
    try:
        hooks = Hooks.model_validate(answer).data
    except ValidationError as error:
        raise TransientSendError("X's answer is of no shape we know") from error
    valid = [hook.valid for hook in hooks if hook.url == webhook_url]
    if not valid:
        return Checkup(problem="X knows no webhook of this address: register it")
    problem = None if any(valid) else "X found the webhook invalid and sends nothing: validate it"
    return Checkup(problem=problem)


def _whose(data: object, user_id: str) -> Checkup:
    try:
        me = Me.model_validate(data)
    except ValidationError as error:
        raise TransientSendError("X's answer is of no shape we know") from error
    return Checkup(problem=None if me.id == user_id else "the token is another account's")


_REFUSED = {
    401: "X does not take the token: authorise the app again",
    402: "the credits at X are used up",
    403: "X does not let the app do this: look at its access and scopes",
}
