"""Why a message is taken for what it is: each rule with the demand it fell at, each keyword."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.routing.classify import RequestType, Said, keywords_in
from chalicelib.routing.rules import Rule


@dataclass(frozen=True, slots=True)
class RuleConsidered:
    """`failed` names the demand that wasn't met; None: the rule holds, by `matched` if by words."""

    rule: str
    failed: str | None = None
    matched: str | None = None


@dataclass(frozen=True, slots=True)
class KeywordFound:
    """A keyword that was said; the longest one decides where no rule does."""

    request_type: str
    keyword: str
    length: int


Considered = RuleConsidered | KeywordFound


def explain(
    said: Said, rules: Iterable[Rule], request_types: Mapping[str, RequestType]
) -> tuple[Considered, ...]:
    """Return all that `classify` looks at, the rules in their order and then the keywords.

    Rules below the one that counts are told of as well.
    """
    judged = ((rule.name, rule.when.judge(said)) for rule in rules)
    return (
        *(RuleConsidered(name, verdict.failed, verdict.matched) for name, verdict in judged),
        *(
            KeywordFound(name, phrase.text, phrase.length)
            for name, phrase in keywords_in(said, request_types)
        ),
    )
