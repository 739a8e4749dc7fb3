"""For a worker of the stack: the facts are frozen, and before the scores are reckoned it can be killed."""

import os
import time
from pathlib import Path
from typing import Any

from assessments import computing

_reckon = computing.scores_of


def _slowly(*args: Any) -> Any:
    Path(os.environ["TEST_REACHED"]).touch()
    time.sleep(60)
    return _reckon(*args)


computing.scores_of = _slowly  # type: ignore[assignment]
