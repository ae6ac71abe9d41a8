"""Which events Meta sends of a page, and whether it still does: after an hour of failures it stops.

https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from pydantic import ValidationError

from chalicelib.channels.base import Checkup, HttpRequest, HttpResponse
from chalicelib.channels.meta import GRAPH, bearer, graph_answer
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.errors import PermanentSendError, SendFailure

FIELDS = (
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_reactions",
    "message_edits",
    "messaging_handovers",
    "standby",
)

# Where a bot has the threads, standby may be left off on purpose.
_NEEDED = tuple(field for field in FIELDS if field not in {"messaging_handovers", "standby"})

# A subscription replaces the one before: what is said on the page in public is asked for too.
_IN_PUBLIC = ("feed", "mention", "ratings")


class Subscription(Wire):
    id: Printed
    subscribed_fields: tuple[Text, ...] = ()


class Subscriptions(Wire):
    data: tuple[Subscription, ...]


def page_subscriptions(page_id: str, authorization: Mapping[str, str]) -> HttpRequest:
    url = f"{GRAPH}/{page_id}/subscribed_apps?fields=id,subscribed_fields"
    return HttpRequest(method="GET", url=url, headers=authorization)


def page_subscription(page_id: str, authorization: Mapping[str, str]) -> HttpRequest:
    """Return the call that has the page send its events to our app."""
    return _form(
        f"{GRAPH}/{page_id}/subscribed_apps",
        {"subscribed_fields": ",".join((*FIELDS, *_IN_PUBLIC))},
        authorization,
    )


def app_subscription(
    webhook_url: str, app_id: str, app_secret: str, verify_token: str
) -> HttpRequest:
    """Return the call that has the app send pages' events to `webhook_url`."""
    form = {
        "object": "page",
        "callback_url": webhook_url,
        "verify_token": verify_token,
        "fields": ",".join((*FIELDS, *_IN_PUBLIC)),
    }
    # An app's own access token is its id and its secret.
    return _form(f"{GRAPH}/{app_id}/subscriptions", form, bearer(f"{app_id}|{app_secret}"))


def read_subscriptions(response: HttpResponse, app_id: str) -> Checkup:
    """Return what the page says of our app. Raises `TransientSendError`."""
    try:
        apps = Subscriptions.model_validate(graph_answer(response)).data
    except PermanentSendError as error:
        is_account = error.reason is SendFailure.ACCOUNT
        return Checkup(problem=f"{error}: token or permission" if is_account else str(error))
    except ValidationError:
        return Checkup(problem="Meta's answer about the page can't be read")
    ours = next((app for app in apps if app.id == app_id), None)
    if ours is None:
        return Checkup(problem="the page sends our app nothing: subscribe it again")
    missing = [field for field in _NEEDED if field not in ours.subscribed_fields]
    if missing:
        return Checkup(problem=f"the page doesn't send {', '.join(missing)}: subscribe it again")
    return Checkup()


def _form(url: str, form: Mapping[str, str], authorization: Mapping[str, str]) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=url,
        headers={"content-type": "application/x-www-form-urlencoded", **authorization},
        body=urlencode(form).encode(),
    )
