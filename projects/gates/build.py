"""Out of the construction: built, accepted with the residents, handed over, nothing left to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects import acceptances
from projects.gating import Transition, Unmet, gate
from projects.models import Acceptance, Defect, Handover, Project


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
    """All parties have signed, residents' representatives among them; every missing signature is named."""
    rows = Acceptance.objects.live().filter(project__in=projects).exclude(result=Acceptance.Result.FAILED)
    current = {row.project_id: row for row in rows}
    running = [row for row in current.values() if row.result == Acceptance.Result.PENDING]
    missing = acceptances.waiting(running) if running else {}
    sheet = _("acceptance sheet with the signature of every party")
    for project in projects:
        found = current.get(project.pk)
        if found is not None and found.result == Acceptance.Result.PASSED:
            continue
        url, owes = reverse("projects:acceptance", args=[project.pk]), project.unit.label
        if found is None:
            what, action = _("No joint acceptance has been held"), _("Hold the acceptance")
            yield project.pk, Unmet(what, evidence=sheet, owes=owes, url=url, action=action)
            continue
        for one in missing[found.pk]:
            due, action = found.held_on, _("Enter signatures")
            what = one.words
            yield project.pk, Unmet(what, evidence=sheet, owes=owes, due=due, url=url, action=action)
        if not missing[found.pk]:
            what, action = _("The acceptance has not been passed yet"), _("Pass the acceptance")
            yield (
                project.pk,
                Unmet(what, evidence=sheet, owes=owes, due=found.held_on, url=url, action=action),
            )


@gate(Transition.TO_AFTERCARE, "projects.handed_over", gettext_lazy("The community is handed over"))
def handed_over(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """The community is with its neighbourhood, and every utility has what was laid for it.

    合格后小区移交社区、专营设施同步移交专营部门.
    """
    rows = Handover.objects.live().filter(project__in=projects, handed_on__isnull=False)
    done = set(rows.values_list("project_id", "kind", "department_id").order_by())
    communities = {pk for pk, kind, _department in done if kind == Handover.Kind.COMMUNITY}
    assets = acceptances.assets_to_hand_over(projects)
    for project in projects:
        common: dict[str, Any] = {
            "evidence": _("handover sheet"),
            "owes": project.unit.label,
            "url": reverse("projects:acceptance", args=[project.pk]) + "#handovers",
            "action": _("Enter the handover"),
        }
        if project.pk not in communities:
            yield project.pk, Unmet(_("The community has not been handed over"), **common)
        for asset in assets.get(project.pk, ()):
            if (project.pk, Handover.Kind.ASSETS, asset.department.pk) not in done:
                told = {"department": asset.department.name, "items": "、".join(asset.items)}
                what = _("Not handed over to %(department)s: %(items)s") % told
                yield project.pk, Unmet(what, **common, code="projects.handed_over.assets")


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
                Unmet(
                    what % {"count": count},
                    evidence=_("photo after mending, and the name of who verified it"),
                    owes=project.unit.label,
                    due=dues.get(project.pk),
                    url=reverse("projects:quality", args=[project.pk]),
                    action=_("Open the defects"),
                ),
            )
