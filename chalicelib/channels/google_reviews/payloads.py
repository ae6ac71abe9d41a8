"""Google's notifications and reviews, as far as we read them.

https://developers.google.com/my-business/reference/notifications/rest/v1/NotificationSetting
https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews
"""

import re
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, StringConstraints

from chalicelib.channels.iso_time import IsoTime
from chalicelib.channels.wire import Printed, Text, Wire

REVIEW_NAME = re.compile(
    r"(?P<business>accounts/[A-Za-z0-9_-]{1,64})"
    r"/locations/[A-Za-z0-9_-]{1,64}/reviews/(?P<id>[A-Za-z0-9_=-]{1,200})"
)
ReviewName = Annotated[str, StringConstraints(pattern=REVIEW_NAME, max_length=400)]
"""Google's name for a review, the same for as long as it stands."""


class PushMessage(Wire):
    """Older and newer Pub/Sub print the names differently, and both at once."""

    data: Text
    message_id: Printed = Field(validation_alias=AliasChoices("messageId", "message_id"))
    publish_time: IsoTime = Field(validation_alias=AliasChoices("publishTime", "publish_time"))


class Push(Wire):
    message: PushMessage


class Notification(Wire):
    """Version 4 of the API documents `reviewName`, version 1 `review_name`."""

    type: Text = Field(
        validation_alias=AliasChoices("type", "notificationType", "notification_type")
    )
    review_name: str | None = Field(
        default=None, validation_alias=AliasChoices("reviewName", "review_name")
    )


class Reviewer(Wire):
    display_name: Text | None = Field(default=None, alias="displayName")
    is_anonymous: bool = Field(default=False, alias="isAnonymous")


class ReviewReply(Wire):
    comment: Text = ""
    update_time: IsoTime = Field(alias="updateTime")


StarRating = Literal["STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE"]


class Review(Wire):
    """A review may be stars alone, and its author nobody we get to know."""

    name: ReviewName
    reviewer: Reviewer = Reviewer()
    star_rating: StarRating = Field(default="STAR_RATING_UNSPECIFIED", alias="starRating")
    comment: Text | None = None
    create_time: IsoTime = Field(alias="createTime")
    update_time: IsoTime = Field(alias="updateTime")
    review_reply: ReviewReply | None = Field(default=None, alias="reviewReply")
