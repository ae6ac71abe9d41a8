"""What the API is asked: the bodies and query strings it takes."""

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from chalicelib.api import cursors
from chalicelib.api.texts import cleaned
from chalicelib.domain.tickets import Status

TEXT_LIMIT = 20_000
REASON_LIMIT = 500
NAME_LIMIT = 40
EXTERNAL_ID_LIMIT = 512


def _clean(value: object) -> object:
    return cleaned(value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


Words = Annotated[
    str, BeforeValidator(_clean), Field(min_length=1, max_length=TEXT_LIMIT, pattern=r"\S")
]
Reason = Annotated[str, BeforeValidator(_clean), Field(max_length=REASON_LIMIT)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
Cursor = Annotated[
    str, AfterValidator(cursors.read), WithJsonSchema({"type": "string", "minLength": 1})
]
Limit = Annotated[int, Field(ge=1, le=200)]
Statuses = Annotated[tuple[Status, ...], Field(min_length=1), BeforeValidator(_listed)]


class Question(BaseModel):
    """Something asked; a name nobody knows is refused rather than overheard."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ActBody(Question):
    """An act. `agent` is on whose behalf; without it the token itself acts."""

    agent: Name | None = None


class TextBody(ActBody):
    """A message to the customer, or a note between colleagues."""

    text: Words


class Button(Question):
    """A choice: tapping it says `title` and tells us `payload`."""

    title: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=80)]
    payload: Annotated[str, Field(min_length=1, max_length=200)]


class Template(Question):
    """A message the platform has approved, with what goes into its places."""

    name: Annotated[str, Field(min_length=1, max_length=512)]
    language: Annotated[str, Field(min_length=2, max_length=10)] = "vi"
    parameters: tuple[Words, ...] = ()


class MessageBody(TextBody):
    """A message to the customer. `private`: to himself alone, though he wrote in public."""

    private: bool = False
    buttons: Annotated[tuple[Button, ...], Field(max_length=13)] = ()
    template: Template | None = None


class PreviewBody(Question):
    """An answer that is not sent yet."""

    text: Words
    private: bool = False


class AssignBody(Question):
    """Whom to hand a ticket over to: one agent, or one team whose roster then decides."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["agent"]}, {"required": ["team"]}]}
    )

    agent: Name | None = None
    team: Name | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.agent is None) == (self.team is None):
            raise ValueError("name either an agent or a team")
        return self


class TicketQuery(Question):
    """Which tickets: of all these at once. `assignee=none` are those that nobody has."""

    status: Statuses = tuple(Status)
    assignee: Name | None = None
    team: Name | None = None
    channel: Name | None = None
    contact: Name | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class ContactQuery(Question):
    """Who an identity is."""

    channel: Name
    account: Name
    external_id: Annotated[str, Field(min_length=1, max_length=EXTERNAL_ID_LIMIT)]


class QuarantineQuery(Question):
    limit: Limit = 50
    cursor: Cursor | None = None
