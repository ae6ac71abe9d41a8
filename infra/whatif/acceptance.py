"""A desk as far as a history can tell: when somebody said that he has a ticket may be unknown."""

from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Metric


def without_acceptance(desk: Desk) -> Desk:
    """Return a desk in which nobody is asked to say that he has a ticket."""
    teams = {
        team_id: team.model_copy(update={"acknowledge_within": None})
        for team_id, team in desk.teams.items()
    }
    policies = tuple(
        policy.model_copy(
            update={
                "targets": {
                    metric: target
                    for metric, target in policy.targets.items()
                    if metric is not Metric.ACCEPT
                }
            }
        )
        for policy in desk.policies
    )
    return desk.model_copy(update={"teams": teams, "policies": policies})


def asks_for_acceptance(desk: Desk) -> bool:
    """Tell whether anything in a desk hangs on when owners say that they have a ticket."""
    return desk != without_acceptance(desk)
