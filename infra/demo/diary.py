"""What people did in the story and when: the other half of every measurement."""

from dataclasses import dataclass, field
from datetime import datetime

from infra.demo.api import Json
from infra.demo.cast import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A customer's request. `attempts` are those of the webhook that told of it."""

    customer: Customer
    sent_at: datetime
    ticket_id: str
    message_id: str
    attempts: list[Json]

    @property
    def number(self) -> str:
        """The ticket's number as a person says it."""
        return f"{self.ticket_id[:4]}-{self.ticket_id[4:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An agent answered; `way` is mail, page or api."""

    case: Case
    text: str
    way: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """An agent followed a link. `seen_at` is when the API knew, None if it never did.

    `only_asked`: looking at the page changed nothing. `again` is the status of a second use.
    """

    pressed_at: datetime
    seen_at: datetime | None
    only_asked: bool
    again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WroteAgain:
    case: Case
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A talk went from public to private: its ticket tells of it, and is the only one."""

    is_told: bool
    is_one: bool


@dataclass(slots=True, kw_only=True)
class Diary:
    """`cases` by channel, `elsewhere` those of the last scene; None is what has not happened."""

    cases: dict[str, Case] = field(default_factory=dict)
    elsewhere: list[Case] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)
    back_at: datetime | None = None
    wrote_again: WroteAgain | None = None
    forged_status: int | None = None
    moved: Moved | None = None
