"""Logs and metrics. Ids and counts only: no message, phone, address or secret ever gets here."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

logger = Logger()


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Write one metric, which CloudWatch reads from the log (embedded metric format)."""
    if value == 0:
        return
    with single_metric(name=name, unit=MetricUnit.Count, value=value) as metric:
        for key, label in dimensions.items():
            metric.add_dimension(name=key, value=label)
