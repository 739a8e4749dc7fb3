"""Facts from what residents said: how content they are, and whether they were answered in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from assessments.formulas import BehindRow, Fact, formula
from assessments.formulas.projects import facts_from, projects_of
from consultations.models import Comment, Disposition
from consultations.survey_results import satisfactions
from records.models import Limit

# Where the limit was taken away.
DEFAULT_DAYS = 7


@formula(
    "residents.content",
    label=_("content households ÷ households that answered"),
    words=_("%(part)s of %(whole)s answers content"),
)
def content(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return the households that are content with the finished works, of those that answered.

    The newest questionnaire of each project counts whose asking was over by the day (three queries).
    """
    unit_of = dict(projects_of(units, year).order_by().values_list("pk", "unit_id"))
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows: dict[int, list[BehindRow]] = defaultdict(list)
    for project, found in sorted(satisfactions(unit_of).items()):
        if found.asked_until is None or found.asked_until > on:
            continue
        unit = unit_of[project]
        pleased = int(found.content * found.base)
        sums[unit][0] += pleased
        sums[unit][1] += found.base
        rows[unit].append(BehindRow(found.consultation.pk, found.consultation.version, 1))
    return {
        unit.pk: Fact(sums[unit.pk][0], sums[unit.pk][1], {"consultations.consultation": rows[unit.pk]})
        if unit.pk in sums
        else Fact(0, 0)
        for unit in units
    }


@formula(
    "residents.answered_in_time",
    label=_("comments answered in time ÷ comments to be answered"),
    words=_("%(part)s of %(whole)s comments"),
)
def answered_in_time(units: Sequence[Region], year: int, on: date) -> Mapping[int, Fact]:
    """Return how many comments were answered within the days of the limit (three queries).

    A comment whose days are not over by the day and that has no answer counts neither way.
    """
    days = _answer_days()
    inside = [unit.pk for unit in units]
    comments = Comment.objects.filter(
        project__plan_year=year,
        project__unit__in=inside,
        project__is_removed=False,
        state__in=Comment.OWED,
        made_at__date__lte=on,
    ).order_by("pk")
    answers = Disposition.objects.filter(is_current=True, comment__project__plan_year=year).order_by()
    answered = dict(answers.values_list("comment_id", "answered_at__date"))
    rows: dict[int, list[BehindRow]] = defaultdict(list)
    for unit, pk, said in comments.values_list("project__unit_id", "pk", "made_at__date"):
        due = said + timedelta(days=days)
        answer = answered.get(pk)
        if answer is not None and answer <= on:
            rows[unit].append(BehindRow(pk, 1, int(answer <= due)))
        elif due < on:
            rows[unit].append(BehindRow(pk, 1, 0))
    return facts_from(units, "consultations.comment", rows)


def _answer_days() -> int:
    limit = Limit.objects.filter(code="consultations.answer_days").first()
    return int(limit.high) if limit is not None and limit.high is not None else DEFAULT_DAYS
