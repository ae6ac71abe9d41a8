"""How long after its time each thing happened: told by tests, shown at the end of a run."""

from collections.abc import Callable
from datetime import timedelta

import pytest

Measured = Callable[[str, timedelta], None]

SECONDS = "seconds after its time: "


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Tell what happened how late."""
    return lambda what, late: record_property(SECONDS + what, late.total_seconds())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        (name.removeprefix(SECONDS), value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
        if name.startswith(SECONDS)
    ]
    if told:
        terminalreporter.section("seconds after their time")
        for what, late in told:
            terminalreporter.write_line(f"{late:7.3f}  {what}")
