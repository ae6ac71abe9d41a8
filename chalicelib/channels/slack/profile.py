"""Who a person is, as users.info tells.

https://docs.slack.dev/reference/methods/users.info
"""

from urllib.parse import quote

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.json_body import read_object
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError


class Profile(Wire):
    real_name: Text | None = None
    display_name: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class User(Wire):
    """`locale` comes when it is asked for: `vi-VN`."""

    locale: Text | None = None
    profile: Profile = Profile()

    @property
    def name(self) -> str | None:
        return self.profile.real_name or self.profile.display_name or None

    @property
    def language(self) -> str | None:
        return self.locale.partition("-")[0].lower() if self.locale else None


class Told(Wire):
    user: User = User()


def profile_url(user_id: str) -> str:
    return f"https://slack.com/api/users.info?user={quote(user_id, safe='')}&include_locale=true"


def read_user(response: HttpResponse) -> User:
    """Return the person, without anything where Slack doesn't tell."""
    try:
        return Told.model_validate(read_object(response.body)).user
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return User()
