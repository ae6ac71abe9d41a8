"""What a message is about: by the desk's rules, else by the keywords of each request type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.tickets import Priority
from chalicelib.routing.demands import Verdict
from chalicelib.routing.names import Name
from chalicelib.routing.rules import Rule
from chalicelib.routing.said import Said
from chalicelib.routing.speech import Phrase, Phrases, Speech

__all__ = ["Classification", "RequestType", "Said", "classify", "keywords_in"]


class RequestType(BaseModel):
    """What a customer may want, the team that answers, and the words that give it away.

    `channels` limits it to those. With channels and no keywords it takes whatever comes
    there and no keyword claims.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    team: str
    priority: Priority = Priority.NORMAL
    skills: tuple[str, ...] = ()
    keywords: Phrases = ()
    channels: tuple[str, ...] = ()

    def keywords_in(self, speech: Speech) -> Iterator[Phrase]:
        return (phrase for phrase in self._phrases if phrase.is_in(speech))

    @cached_property
    def _phrases(self) -> tuple[Phrase, ...]:
        return tuple(map(Phrase.of, self.keywords))


RequestTypes = Mapping[str, RequestType]


@dataclass(frozen=True, slots=True)
class Classification:
    """What a ticket is to be. What no rule sets is None or empty, and the request type's to say.

    `skills` are needed besides those of the request type. `rule` is the name of the rule that
    held; `by` is what decided the type, and `matched` the keyword, phrase or pattern in it.
    """

    request_type: str
    priority: Priority | None = None
    product: str | None = None
    skills: tuple[str, ...] = ()
    rule: str | None = None
    by: Literal["rule", "named", "keyword", "channel", "default"] = "default"
    matched: str | None = None


def classify(
    said: Said, rules: Iterable[Rule], request_types: RequestTypes, default: str
) -> Classification:
    """Return what the first rule that holds says, and from elsewhere what it leaves open.

    Without a rule the type is that which the sender's own system named; else the one with the
    longest keyword, of equals the first; else the channel's own; else `default`.
    """
    for rule in rules:
        verdict = rule.when.judge(said)
        if verdict.failed is None:
            return _by_rule(rule, verdict, said, request_types, default)
    return _by_itself(said, request_types, default)


def keywords_in(said: Said, request_types: RequestTypes) -> Iterator[tuple[str, Phrase]]:
    """Yield every keyword that was said, with the request type whose it is."""
    for name, kind in _taken_by(said.channel, request_types):
        for phrase in kind.keywords_in(said.speech):
            yield name, phrase


def _by_rule(
    rule: Rule, verdict: Verdict, said: Said, request_types: RequestTypes, default: str
) -> Classification:
    then = rule.then
    if then.request_type:
        decided = Classification(then.request_type, by="rule", matched=verdict.matched)
    else:
        decided = _by_itself(said, request_types, default)
    return replace(
        decided,
        rule=rule.name,
        priority=then.priority,
        product=then.product,
        skills=then.skills,
    )


def _by_itself(said: Said, request_types: RequestTypes, default: str) -> Classification:
    if said.request_type and said.request_type in request_types:
        return Classification(said.request_type, by="named")
    found = max(keywords_in(said, request_types), key=_length, default=None)
    if found:
        name, phrase = found
        return Classification(name, by="keyword", matched=phrase.text)
    allowed = _taken_by(said.channel, request_types)
    own = next((name for name, kind in allowed if kind.channels and not kind.keywords), None)
    return Classification(own, by="channel") if own else Classification(default)


def _length(found: tuple[str, Phrase]) -> int:
    return found[1].length


def _taken_by(channel: str, request_types: RequestTypes) -> Iterator[tuple[str, RequestType]]:
    """Yield the request types that a message of `channel` may have."""
    for name, kind in request_types.items():
        if not kind.channels or channel in kind.channels:
            yield name, kind
