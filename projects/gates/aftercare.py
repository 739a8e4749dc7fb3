"""Into the post-management: somebody looks after the community from the first day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.gating import Transition, Unmet, gate
from projects.models import ManagementArrangement, Project


@gate(Transition.TO_AFTERCARE, "projects.arranged", gettext_lazy("The management is arranged"))
def arranged(projects: Sequence[Project], _on: date) -> Iterator[tuple[int, Unmet]]:
    """Mode and day of the post-management have been agreed."""
    rows = ManagementArrangement.objects.live().filter(project__in=projects, agreed_on__isnull=False)
    done = set(rows.exclude(mode="").values_list("project_id", flat=True))
    for project in projects:
        if project.pk not in done:
            yield (
                project.pk,
                Unmet(
                    _("No management has been agreed"),
                    evidence=_("the agreement on mode, manager and fee"),
                    owes=project.unit.label,
                    url=reverse("projects:aftercare", args=[project.pk]),
                    action=_("Enter"),
                ),
            )
