"""What the API is asked: the bodies and query strings it takes."""

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from chalicelib.api import cursors, numbers
from chalicelib.api.texts import cleaned
from chalicelib.desk.model import TimeZone
from chalicelib.domain.durations import Duration
from chalicelib.domain.tickets import Priority, Status
from chalicelib.views.presence import MOST_CAPACITY

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
Line = Annotated[
    str, BeforeValidator(_clean), Field(min_length=1, max_length=100, pattern=r"^[^\r\n]+$")
]
LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}$")]
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
    """Whom to hand a ticket over to: one agent, or one team whose roster then decides.

    `note` is for who takes over.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["agent"]}, {"required": ["team"]}]}
    )

    agent: Name | None = None
    team: Name | None = None
    reason: Reason = ""
    note: Words | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.agent is None) == (self.team is None):
            raise ValueError("name either an agent or a team")
        return self


class PendBody(ActBody):
    """Until when to wait, or for how long; left out, until the customer writes."""

    until: AwareDatetime | Duration | None = None


class _News(Question):
    """Something new of one thing or another; what is left out stays as it is."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(value is None for name, value in self if name != "agent"):
            raise ValueError("nothing is said: name what is new")
        return self


class ChangeBody(ActBody, _News):
    """What a ticket really is."""

    request_type: Name | None = None
    priority: Priority | None = None
    product: Line | None = None
    tier: Line | None = None


class MergeBody(ActBody):
    """The ticket that goes on in this one: eight digits, with or without the dash."""

    ticket: Annotated[str, Field(pattern=numbers.PATTERN)]


class InviteBody(ActBody):
    """Whom to bring in, and a word to him."""

    address: Line
    text: Words | None = None


class ContactBody(_News):
    """What is known of a person. `manager` is the agent who looks after him."""

    name: Line | None = None
    language: LanguageTag | None = None
    tier: Line | None = None
    manager: Name | None = None
    time_zone: TimeZone | None = None


class CapacityBody(Question):
    """How many tickets an agent takes at a time; null is as many as the desk says."""

    capacity: Annotated[int, Field(ge=0, le=MOST_CAPACITY)] | None


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
