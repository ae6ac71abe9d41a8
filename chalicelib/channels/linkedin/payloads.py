"""LinkedIn's notifications and comments, as far as we read them.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-social-action-notifications
https://learn.microsoft.com/linkedin/marketing/community-management/shares/comments-api
"""

from pydantic import AliasChoices, Field

from chalicelib.channels.linkedin.urns import CommentUrn
from chalicelib.channels.wire import Milliseconds, Printed, Text, Wire


class Message(Wire):
    text: Text = ""


class Content(Wire):
    type: Text = ""
    url: Text | None = None


class Comment(Wire):
    """A comment in a notification: `owner` wrote it. The text is told in one of two ways."""

    owner: Text | None = None
    text: Text | None = None
    message: Message = Message()
    entity: CommentUrn | None = None
    parent: CommentUrn | None = Field(default=None, alias="parentComment")
    content: tuple[Content, ...] | None = None

    @property
    def words(self) -> str:
        return (self.text or self.message.text).strip()


class Share(Wire):
    owner: Text | None = None
    text: Text = ""
    entity: Text | None = None


class GeneratedActivity(Wire):
    comment: Comment | None = None
    share: Share | None = None


class SourcePost(Wire):
    entity: Text | None = None


class Notification(Wire):
    id: Printed = Field(alias="notificationId")
    organisation: Text = Field(alias="organizationalEntity")
    action: Text
    at: Milliseconds = Field(alias="lastModifiedAt")
    source_post: Text | None = Field(default=None, alias="sourcePost")
    source: SourcePost | None = Field(default=None, alias="decoratedSourcePost")
    generated: Text | None = Field(default=None, alias="generatedActivity")
    decorated: GeneratedActivity = Field(
        default=GeneratedActivity(), alias="decoratedGeneratedActivity"
    )


class Moment(Wire):
    time: Milliseconds


class FetchedComment(Wire):
    """A comment as the Comments API gives it."""

    actor: Text
    created: Moment
    modified: Moment | None = Field(default=None, alias="lastModified")
    message: Message = Message()
    parent: Text | None = Field(default=None, alias="parentComment")
    content: tuple[Content, ...] | None = None


class FetchedPost(Wire):
    """A post as the Posts API gives it."""

    author: Text
    commentary: Text = ""
    created_at: Milliseconds = Field(validation_alias=AliasChoices("publishedAt", "createdAt"))
