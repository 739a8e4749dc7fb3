"""What the three hearings tell, read from their file; every day is counted from today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

STORIES = Path(__file__).parent.parent / "data" / "hearings.json"


@dataclass(frozen=True)
class Hearing:
    """One hearing as it is told; ``told`` is its entry of the file."""

    told: dict[str, Any]
    today: date

    @property
    def key(self) -> str:
        """Return how it ends: finished, open or rejected."""
        return str(self.told["key"])

    def day(self, name: str) -> date | None:
        """Return a day of the hearing, None for one that it does not reach."""
        return self.today + timedelta(days=self.told[name]) if name in self.told else None

    @property
    def opens_on(self) -> date:
        """Return the first day on which residents speak."""
        return self.today + timedelta(days=self.told["opens"])

    @cached_property
    def flats(self) -> list[tuple[int, str, str, int]]:
        """Return every flat: its building from 0, entrance, room and floor."""
        found = list(self._flats())
        return found[: len(found) - self.told["missing_flats"]]

    def _flats(self) -> Iterator[tuple[int, str, str, int]]:
        for building in range(self.told["buildings"]):
            for entrance in range(1, self.told["entrances"] + 1):
                for floor in range(1, self.told["floors"] + 1):
                    for flat in range(1, self.told["flats"] + 1):
                        yield building, f"{entrance}单元", f"{floor}{flat:02d}", floor

    @property
    def flat_area(self) -> Decimal:
        """Return the area of one flat in ㎡."""
        return Decimal(self.told["flat_area"])


def hearings(today: date) -> list[Hearing]:
    """Return the three hearings, with days counted from ``today``."""
    return [Hearing(told, today) for told in json.loads(STORIES.read_text(encoding="utf-8"))]
