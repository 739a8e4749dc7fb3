"""How the tests themselves run."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("crowd")
def test_groups_hold_their_tests_together(request: pytest.FixtureRequest) -> None:
    """The groups are worked out from the names: a group that is not in the name is none."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run in one process")
    assert request.node.nodeid.endswith("@crowd")
