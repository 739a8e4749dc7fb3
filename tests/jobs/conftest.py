"""The jobs that the tests ask for, and the machinery of the tests that start real processes."""

import pytest

from jobs import broker
from tests.jobs import handlers
from tests.stack import breakable_stack, own_broker, stack

__all__ = ["breakable_stack", "handlers", "own_broker", "stack"]


@pytest.fixture(autouse=True)
def _fresh_line_to_the_broker() -> None:
    broker.forget()
