"""What would go wrong later with promises: policies never reached, alerts that reach nobody."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from chalicelib.desk.references import EVERY, Location, child, children, fault, find
from chalicelib.sla.ladder import ROLES
from chalicelib.sla.policy import Match, takes_all_of

ALERTS = (
    ("policies", EVERY, "reminders", EVERY),
    ("policies", EVERY, "escalation"),
    ("policies", EVERY, "escalation", EVERY),
)


def empty_promises(document: Any) -> list[InitErrorDetails]:
    """Return the errors of a desk's policies, or of those of a document that isn't a desk yet."""
    return [
        *_never_reached(document),
        *_agents_named_as_roles(document),
        *_alerts_in_vain(document),
    ]


def _never_reached(document: Any) -> Iterator[InitErrorDetails]:
    earlier: list[tuple[Any, Match]] = []
    for place, policy in find(document, ("policies", EVERY)):
        if match := _match(policy):
            if wider := [name for name, other in earlier if takes_all_of(other, match)]:
                yield fault("never_reached", {"name": wider[0]}, place)
            earlier.append((child(policy, "name"), match))


def _match(policy: Any) -> Match | None:
    try:
        return Match.model_validate(child(policy, "match") or {})
    except ValidationError:
        return None


def _agents_named_as_roles(document: Any) -> Iterator[InitErrorDetails]:
    for role in ROLES:
        for place, _ in find(document, ("agents", role)):
            yield fault("agent_named_as_role", {"name": role}, place)


def _alerts_in_vain(document: Any) -> Iterator[InitErrorDetails]:
    for pattern in ALERTS:
        for place, alert in find(document, pattern):
            yield from _by_slack(place, alert, document)
            yield from _by_sms(place, alert, document)
            yield from _to_nobody_above(place, alert, document)


def _by_slack(place: Location, alert: Any, document: Any) -> Iterator[InitErrorDetails]:
    for index, means in children(child(alert, "by")):
        if means == "slack" and not child(document, "slack"):
            yield fault("no_slack", {}, (*place, "by", index))


def _by_sms(place: Location, alert: Any, document: Any) -> Iterator[InitErrorDetails]:
    if "sms" not in _values(alert, "by"):
        return
    agents = dict(children(child(document, "agents")))
    for index, name in children(child(alert, "to")):
        agent = agents.get(name) if isinstance(name, str) else None
        if agent and not child(agent, "phone"):
            yield fault("no_phone", {"name": name}, (*place, "to", index))


def _to_nobody_above(place: Location, alert: Any, document: Any) -> Iterator[InitErrorDetails]:
    if "manager" in _values(alert, "to") and not _a_team_has("manager", document):
        yield fault("no_manager", {}, (*place, "to"))
    if child(alert, "reassign") == "next_level" and not _a_team_has("next_level", document):
        yield fault("no_next_level", {}, (*place, "reassign"))


def _a_team_has(key: str, document: Any) -> bool:
    return any(name for _, name in find(document, ("teams", EVERY, key)))


def _values(node: Any, name: str) -> list[Any]:
    return [value for _, value in children(child(node, name))]
