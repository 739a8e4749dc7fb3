"""The world in which trust is tested."""

from tests.stack import breakable_stack, own_broker, stack
from tests.trust.world import world

__all__ = ["breakable_stack", "own_broker", "stack", "world"]
