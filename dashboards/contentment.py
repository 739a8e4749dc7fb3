"""How content residents are, added up by unit from the newest questionnaire of each project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consultations.models import Consultation
from consultations.survey_results import satisfactions
from projects.models import ProjectQuerySet
from records.rates import percentage


@dataclass(frozen=True, slots=True)
class Contentment:
    """Answers of a set of communities: how many were asked, answered, and are content (step 4 or 5)."""

    communities: int = 0
    households: int = 0
    answered: int = 0
    content: int = 0

    def __add__(self, other: Contentment) -> Contentment:
        return Contentment(
            self.communities + other.communities,
            self.households + other.households,
            self.answered + other.answered,
            self.content + other.content,
        )

    @property
    def rate(self) -> Decimal | None:
        """Return content ÷ answered in per cent; None without an answer."""
        return percentage(self.content, self.answered)

    @property
    def response(self) -> Decimal | None:
        """Return answered ÷ households on the rolls in per cent."""
        return percentage(self.answered, self.households)


def contentment(projects: ProjectQuerySet, *, years: Sequence[int], on: date) -> dict[int, Contentment]:
    """Return, by unit, how content residents are whose asking was over by a day; three queries."""
    asked = projects.of_year(*years).filter(consultation_rows__kind=Consultation.Kind.SATISFACTION)
    unit_of = dict(asked.order_by().values_list("pk", "unit_id"))
    found: dict[int, Contentment] = defaultdict(Contentment)
    for project, told in satisfactions(unit_of).items():
        if told.asked_until is not None and told.asked_until <= on:
            found[unit_of[project]] += Contentment(
                1, told.households, told.base, int(told.content * told.base)
            )
    return dict(found)


def whole(parts: Iterable[Contentment]) -> Contentment:
    """Return the sum of parts."""
    return sum(parts, Contentment())
