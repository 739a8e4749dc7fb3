"""Out of the survey: the community is known, and everybody who owns something in it has looked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.models import Survey, SurveyFinding, SurveySignOff
from projects.gates.words import blank_fields
from projects.gating import Transition, Unmet, gate
from projects.models import Project

# What a register must hold before a plan can be drawn (登记造册: 数量、栋数、户数、建筑面积、建成时间).
REGISTER = ("built_from", "building_count", "household_count", "floor_area")


@gate(Transition.TO_PLAN, "projects.register", gettext_lazy("The register is complete"))
def register(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Age, buildings, households and floor area of the community are entered."""
    for project in projects:
        community = project.community
        names = blank_fields(community, REGISTER)
        if names:
            yield (
                project.pk,
                Unmet(
                    what=_("Register: %(names)s not entered") % {"names": names},
                    owes=project.unit.label,
                    url=reverse("ledgers:row", args=["communities", community.pk]),
                    action=_("Enter"),
                ),
            )


@gate(Transition.TO_PLAN, "projects.survey", gettext_lazy("The survey is finished and signed"))
def survey(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Every department has entered its findings and signed."""
    latest = _latest_surveys(projects)
    blank, unsigned = _open_parts([found.pk for found in latest.values() if found.state == Survey.State.OPEN])
    for project in projects:
        found = latest.get(project.community_id)
        if found is None:
            what = _("No survey has been opened")
            url = reverse("communities:survey_open") + f"?community={project.community_id}"
            yield project.pk, Unmet(what, owes=project.unit.label, url=url, action=_("Open the survey"))
            continue
        if found.state == Survey.State.FINISHED:
            continue
        url = reverse("communities:survey", args=[found.pk])
        count = blank[found.pk]
        if count:
            what = ngettext("%(count)d item not surveyed", "%(count)d items not surveyed", count)
            yield (
                project.pk,
                Unmet(
                    what % {"count": count},
                    owes=project.unit.label,
                    due=found.due_on,
                    url=url,
                    action=_("Survey it"),
                ),
            )
        for part in unsigned[found.pk]:
            what = _("%(department)s has not signed its findings") % {"department": part.department.name}
            due, place = part.due_on or found.due_on, f"{url}#part-{part.pk}"
            yield project.pk, Unmet(what, owes=part.department.name, due=due, url=place, action=_("Sign"))
        if not count and not unsigned[found.pk]:
            what = _("The survey has not been closed")
            yield (
                project.pk,
                Unmet(what, owes=project.unit.label, due=found.due_on, url=url, action=_("Open the survey")),
            )


def _latest_surveys(projects: Sequence[Project]) -> dict[int, Survey]:
    asked = {project.community_id for project in projects}
    found = Survey.objects.live().filter(community__in=asked).order_by("opened_on", "pk")
    return {survey.community_id: survey for survey in found}


def _open_parts(surveys: Sequence[int]) -> tuple[Counter[int], Mapping[int, list[SurveySignOff]]]:
    """Return, by survey, how many items nobody has looked at, and the sign-offs that are missing."""
    findings = SurveyFinding.objects.live().filter(survey__in=surveys, condition="").order_by()
    unsigned: dict[int, list[SurveySignOff]] = defaultdict(list)
    parts = SurveySignOff.objects.live().filter(survey__in=surveys, signed_on=None)
    for part in parts.select_related("department"):
        unsigned[part.survey_id].append(part)
    return Counter(findings.values_list("survey_id", flat=True)), unsigned
