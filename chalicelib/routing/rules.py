"""The desk's own rules: when a message is so, its ticket is to be so."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Priority
from chalicelib.routing import patterns
from chalicelib.routing.demands import Demand, Verdict, demand, judge
from chalicelib.routing.said import Said
from chalicelib.routing.speech import Phrases

Value = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=patterns.LONGEST)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Stars = Annotated[int, Field(ge=1, le=5)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(_Model):
    """Demands on a message, of which all must be met. A list asks for any of what stands in it.

    `says` are words and phrases, `matches` regular expressions; `field` asks every form field
    that it names for one of the values. Without any demand it holds for every message.
    """

    channel: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    surface: tuple[Surface, ...] = ()
    tier: tuple[Value, ...] = ()
    choice: tuple[Value, ...] = ()
    field: dict[FieldName, Annotated[tuple[Value, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    rating: tuple[Stars, ...] = ()
    says: Phrases = ()
    matches: tuple[Pattern, ...] = ()
    language: tuple[LanguageCode, ...] = ()

    def judge(self, said: Said) -> Verdict:
        """Return the first demand that `said` doesn't meet, else what of the desk it met."""
        return judge(self._demands, said)

    @cached_property
    def _demands(self) -> tuple[tuple[str, Demand], ...]:
        return tuple((name, demand(name, wanted)) for name, wanted in self if wanted)


class Then(_Model):
    """What the ticket is to be; whatever is left out is decided as if there were no rule.

    `skills` are needed besides those of the request type.
    """

    request_type: str | None = None
    priority: Priority | None = None
    product: Value | None = None
    skills: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(value for _, value in self):
            raise ValueError("then says nothing: write request_type, priority, product or skills")
        return self


class Rule(_Model):
    """The first rule whose `when` holds counts. Its name stands on the ticket's timeline."""

    name: str = Field(min_length=1, max_length=100)
    when: When = When()
    then: Then
