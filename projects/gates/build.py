"""Out of the construction: built, accepted with the residents, handed over, nothing left to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.models import Acceptance, Defect, Handover, Project
from projects.workflow import Transition, Unmet, gate


@gate(Transition.TO_AFTERCARE, "projects.completed", gettext_lazy("The works are completed"))
def completed(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Start and completion are entered."""
    for project in projects:
        url = reverse("ledgers:row", args=["projects", project.pk]) + f"?year={project.plan_year}"
        if project.started_on is None:
            what, due = _("Works have not started"), project.planned_start_on
            yield project.pk, Unmet(what, owes=project.unit.label, due=due, url=url, action=_("Enter"))
        if project.completed_on is None:
            progress = project.progress_percent
            what = _("Works are not completed")
            if progress is not None:
                share = {"progress": f"{progress.normalize():f}"}
                what = _("Works are not completed (%(progress)s %%)") % share
            due = project.planned_completion_on
            yield project.pk, Unmet(what, owes=project.unit.label, due=due, url=url, action=_("Enter"))


@gate(Transition.TO_AFTERCARE, "projects.accepted", gettext_lazy("The joint acceptance is passed"))
def accepted(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """All parties have signed, residents' representatives among them."""
    passed = Acceptance.objects.live().filter(project__in=projects, result=Acceptance.Result.PASSED)
    done = set(passed.values_list("project_id", flat=True))
    for project in projects:
        if project.pk not in done:
            yield (
                project.pk,
                Unmet(
                    _("No joint acceptance has been passed"),
                    evidence=_("acceptance sheet with the signature of every party"),
                    owes=project.unit.label,
                ),
            )


@gate(Transition.TO_AFTERCARE, "projects.handed_over", gettext_lazy("The community is handed over"))
def handed_over(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """The community has been handed to its neighbourhood."""
    rows = Handover.objects.live().filter(
        project__in=projects, kind=Handover.Kind.COMMUNITY, handed_on__isnull=False
    )
    done = set(rows.values_list("project_id", flat=True))
    for project in projects:
        if project.pk not in done:
            what = _("The community has not been handed over")
            yield project.pk, Unmet(what, evidence=_("handover sheet"), owes=project.unit.label)


@gate(Transition.TO_AFTERCARE, "projects.mended", gettext_lazy("Every defect is mended and verified"))
def mended(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """No defect is open or waits for its verification."""
    rows = Defect.objects.live().filter(project__in=projects).exclude(state=Defect.State.VERIFIED)
    counts = Counter(rows.values_list("project_id", flat=True).order_by())
    dues = dict(rows.values_list("project_id").annotate(due=Min("due_on")).order_by())
    for project in projects:
        count = counts[project.pk]
        if count:
            what = ngettext("%(count)d defect not closed", "%(count)d defects not closed", count)
            yield (
                project.pk,
                Unmet(what % {"count": count}, owes=project.unit.label, due=dues.get(project.pk)),
            )
