"""The desk: a company's whole configuration as one validated document."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from chalicelib.channels.registry import adapter_class
from chalicelib.desk.references import broken_references
from chalicelib.desk.texts import Texts
from chalicelib.domain.durations import Duration
from chalicelib.routing.classify import RequestType
from chalicelib.routing.roster import Agent, Roster, Team
from chalicelib.routing.rules import Rule
from chalicelib.sla.calendar import Calendar
from chalicelib.sla.policy import Policy

Language = Literal["vi", "en"]
SLUG = r"^[a-z0-9-]{1,40}$"
ID = r"^[a-z0-9][a-z0-9_-]{0,39}$"
ID_PATTERNS = (SLUG, ID)

# What AWS allows in the name of a parameter (https://docs.aws.amazon.com/systems-manager/) and
# of a secret, which may be followed by a key of its JSON.
REFERENCE = re.compile(r"ssm:/?[\w.-]+(/[\w.-]+)*|secretsmanager:[\w/+=.@:-]+(#[^#]+)?", re.ASCII)

GUEST = "guest:"
"""Begins the id of somebody brought in by his mail address; no agent's id has a colon."""

Slug = Annotated[str, StringConstraints(pattern=SLUG)]
Id = Annotated[str, StringConstraints(pattern=ID)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\r\n]+$")]


def guest_address(agent_id: str) -> str | None:
    """Return the mail address of a guest, None for an agent of the desk."""
    return agent_id.removeprefix(GUEST) if agent_id.startswith(GUEST) else None


def is_reference(secret: str) -> bool:
    """Return whether a secret is only named here, and kept in SSM or Secrets Manager."""
    return secret.startswith(("ssm:", "secretsmanager:"))


def _secret(value: Any) -> Any:
    for text in value if isinstance(value, list) and value else [value]:
        if not isinstance(text, str) or not text:
            raise PydanticCustomError("secret", "a secret is a text, or a list of texts")
        if is_reference(text) and not REFERENCE.fullmatch(text):
            raise PydanticCustomError("secret_reference", "a reference needs a name")
    return value


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise PydanticCustomError("time_zone", "no time zone {name}", {"name": name}) from error
    return name


Secret = Annotated[str | list[str], BeforeValidator(_secret)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


LateAnswer = Literal["paid", "template", "elsewhere"]
"""Pay the platform's price; send the account's template; write to another identity of his."""


class DeskModel(BaseModel):
    """A part of the desk: never changed, and without a key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AccountTemplate(DeskModel):
    """`language` as the platform writes it: `vi`, `en_US`."""

    name: Annotated[str, Field(min_length=1, max_length=512)]
    language: Annotated[str, Field(min_length=2, max_length=10)] = "vi"


class Account(DeskModel):
    """One connected page, OA, bot or mailbox. `language` overrides the desk's.

    `template` is one that the platform has approved, whose only place takes an answer's text.
    `quiet_after`: how long in open hours no event may come before somebody is told.
    """

    channel: str
    account: Slug
    name: Line
    secrets: dict[str, Secret] = Field(default_factory=dict, repr=False)
    language: Language | None = None
    template: AccountTemplate | None = None
    quiet_after: Duration | None = None


class First(DeskModel):
    """Who goes first in the queue: customers of these tiers, tickets escalated so often."""

    tiers: tuple[str, ...] = ("vip",)
    escalated: int = Field(default=2, ge=1)


class Routing(DeskModel):
    """How tickets go on.

    `reopen_within`: how long after its resolution a message reopens a ticket.
    `remind_before_window_closes`: how long before the platform's reply window closes, or begins
    to cost, the owner of an unanswered ticket is reminded. `late_answers`: what may be tried, in
    this order, with an answer that may not go freely any more. `sticky`: the customer's account
    manager, or who answered him last, is asked first. `away_after`: who lets so many tickets in a
    row go by unacknowledged is taken for absent. `guest_domains`: where the addresses of people
    lie who may be brought in on a ticket; those of the agents' own when nothing is said.
    """

    reopen_within: Duration = timedelta(hours=72)
    remind_before_window_closes: Duration = timedelta(hours=2)
    late_answers: tuple[LateAnswer, ...] = ("template", "elsewhere")
    sticky: bool = True
    first: First = First()
    away_after: int = Field(default=3, ge=1)
    guest_domains: tuple[str, ...] = ()


class Desk(DeskModel):
    """The whole configuration. Every name in it leads somewhere.

    `slack` is the address of an incoming webhook, where alerts go that name it as their means.
    """

    name: Line
    language: Language = "vi"
    time_zone: TimeZone = "Asia/Ho_Chi_Minh"
    accounts: tuple[Account, ...]
    calendars: dict[Id, Calendar]
    agents: dict[Id, Agent]
    teams: dict[Id, Team]
    request_types: dict[Id, RequestType]
    default_request_type: str
    rules: tuple[Rule, ...] = ()
    policies: tuple[Policy, ...] = ()
    routing: Routing = Routing()
    slack: Secret | None = Field(default=None, repr=False)
    texts: Texts = Texts()

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        if errors := broken_references(self):
            raise ValidationError.from_exception_data("Desk", errors)
        return self

    @property
    def roster(self) -> Roster:
        return Roster(agents=self.agents, teams=self.teams, calendars=self.calendars)

    def agent(self, agent_id: str) -> Agent:
        """Return an agent, or the guest that `guest:` and his address stand for."""
        address = guest_address(agent_id)
        if address is None:
            return self.agents[agent_id]
        return Agent(name=address.partition("@")[0], email=address, language=self.language)

    def account(self, channel: str, account: str) -> Account | None:
        """Return the account, or None when the desk has no such account."""
        pairs = {(known.channel, known.account): known for known in self.accounts}
        return pairs.get((channel, account))

    def webhook_path(self, account: Account) -> str:
        """Return where an account's events arrive: at its own door, or at one it shares."""
        door = adapter_class(account.channel).door
        shared = self.account(door, account.account) if door else None
        return f"/webhooks/{(shared or account).channel}/{account.account}"

    def team_calendar(self, team_id: str) -> Calendar:
        return self.calendars[self.teams[team_id].calendar]

    def calendar_of(self, policy: Policy | None, team_id: str) -> Calendar:
        """Return the calendar in which `policy` counts time: its own, or the team's."""
        own = policy.calendar if policy else None
        return self.calendars[own] if own else self.team_calendar(team_id)

    def language_of(self, channel: str, account: str) -> Language:
        """Return the language in which the desk speaks on an account."""
        known = self.account(channel, account)
        return (known and known.language) or self.language
