"""Inspections, and the defects they find until somebody else has verified the mending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from communities.models import CatalogueItem
from projects.models.contract import Liability
from projects.models.parts import ProjectPart
from projects.models.project import Project


class Inspection(ProjectPart):
    """One look at the works on one day."""

    class Kind(models.TextChoices):
        """Why somebody looked."""

        ROUTINE = "routine", _("routine inspection")
        SPECIAL = "special", _("special inspection")
        SAFETY = "safety", _("safety inspection")
        HIDDEN = "hidden", _("inspection of hidden works")
        MATERIAL = "material", _("inspection of materials")
        RESUMPTION = "resumption", _("inspection before works resume")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    held_on = models.DateField(_("held on"), null=True)
    inspector = models.CharField(_("inspector"), max_length=60)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)

    class Meta:
        ordering = ["-held_on", "project__code"]
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")

    def __str__(self) -> str:
        return f"{self.held_on} {self.get_kind_display()}"


class Defect(ProjectPart):
    """One fault: found, assigned with a due date, mended, and verified by another person.

    Found at an inspection, at acceptance, at a visit after completion, or reported by a resident.
    ``mended_by`` and ``verified_by`` are set by ``projects.defects`` alone.
    """

    class Origin(models.TextChoices):
        """Who found it."""

        INSPECTION = "inspection", _("inspection")
        ACCEPTANCE = "acceptance", _("acceptance")
        VISIT = "visit", _("visit after completion")
        RESIDENT = "resident", _("resident")

    class Severity(models.TextChoices):
        """How bad it is."""

        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")
        DANGEROUS = "dangerous", _("dangerous")

    class State(models.TextChoices):
        """Where its mending stands."""

        OPEN = "open", _("to be mended")
        MENDED = "mended", _("mended, to be verified")
        VERIFIED = "verified", _("verified")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    number = models.PositiveIntegerField(_("number"), editable=False, default=0)
    origin = models.CharField(_("found by"), max_length=12, choices=Origin.choices)
    inspection = models.ForeignKey(
        Inspection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="defects",
        verbose_name=_("inspection"),
    )
    item = models.ForeignKey(
        CatalogueItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("item"),
    )
    liability = models.ForeignKey(
        Liability,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="defects",
        verbose_name=_("who answers"),
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    description = models.CharField(_("defect"), max_length=500)
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.MINOR
    )
    found_on = models.DateField(_("found on"), null=True)
    assignee = models.CharField(_("to be mended by"), max_length=120)
    due_on = models.DateField(_("due on"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    mended_on = models.DateField(_("mended on"), null=True, blank=True, editable=False)
    mended_note = models.CharField(_("how it was mended"), max_length=500, blank=True, editable=False)
    mended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["project_id", "number"]
        verbose_name = _("defect")
        verbose_name_plural = _("defects")
        indexes = [models.Index(fields=["state", "due_on"], name="defect_state_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True)
                | models.Q(mended_by__isnull=True)
                | ~models.Q(verified_by=models.F("mended_by")),
                name="defect_verified_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description[:40]}"

    @classmethod
    def assign_codes(cls, rows: Sequence[Any]) -> None:
        """Number the new defects of each project, one after the other."""
        fresh: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            fresh[row["project_id"]].append(row)
        # Two reports at once must not get one number: the second waits for the project's row.
        list(Project.objects.filter(pk__in=fresh).order_by("pk").select_for_update().values_list("pk"))
        known = cls._base_manager.filter(project__in=fresh).values_list("project_id").order_by()
        last = dict(known.annotate(last=Max("number")))
        for project, listed in fresh.items():
            for number, row in enumerate(listed, start=last.get(project, 0) + 1):
                row["number"] = number
