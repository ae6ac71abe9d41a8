"""A desk with customers' tickets, and those who call for them."""

from collections.abc import Callable

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.store.tokens import Scope
from tests.conftest import FrozenClock
from tests.desk.events import MAI, message
from tests.entrypoints.caller import Caller
from tests.service.pump import Pump

Write = Callable[..., str]


@pytest.fixture
def pump(frontline: Frontline) -> Pump:
    """Follows the table; nothing is sent to anybody."""
    return Pump(frontline)


@pytest.fixture
def customer_writes(frontline: Frontline, pump: Pump, clock: FrozenClock) -> Write:
    """Let a customer write; a second later, return the ticket that his words ended up on."""
    numbers = iter(range(1, 10_000))

    def write(text: str, identity: Identity = MAI, **more: object) -> str:
        event = message(
            text, frontline.clock(), number=next(numbers), identity=identity, name="Mai", **more
        )
        assert frontline.log.append(event, "{}", frontline.clock())
        pump.settle(deliver=False)
        clock.tick(seconds=1)
        ticket_id = frontline.contacts.by_identity(identity).ticket_id
        assert ticket_id
        return ticket_id

    return write


@pytest.fixture
def reader(frontline: Frontline) -> Caller:
    return Caller(frontline.tokens.create("bi", Scope.READ, frontline.clock()))


@pytest.fixture
def actor(frontline: Frontline) -> Caller:
    return Caller(frontline.tokens.create("crm", Scope.ACT, frontline.clock()))


@pytest.fixture
def admin(frontline: Frontline) -> Caller:
    return Caller(frontline.tokens.create("ops", Scope.ADMIN, frontline.clock()))
