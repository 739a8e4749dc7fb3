"""Joint acceptance with every signer, handover of the assets, and the public card of a building."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from communities.models import Building
from projects.models.parts import ProjectPart


class Acceptance(ProjectPart):
    """One joint acceptance (联合验收) of one project; ``projects.acceptances`` alone writes its result."""

    class Result(models.TextChoices):
        """What the signers came to."""

        PENDING = "pending", _("under way")
        PASSED = "passed", _("passed")
        FAILED = "failed", _("not passed")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    held_on = models.DateField(_("held on"), null=True)
    organiser = models.CharField(_("organised by"), max_length=120)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    result = models.CharField(
        _("result"), max_length=10, choices=Result.choices, default=Result.PENDING, editable=False
    )
    passed_on = models.DateField(_("passed on"), null=True, blank=True, editable=False)
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)

    class Meta:
        ordering = ["project_id", "-held_on"]
        verbose_name = _("joint acceptance")
        verbose_name_plural = _("joint acceptances")
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(is_removed=False, result__in=["pending", "passed"]),
                name="acceptance_one_current",
            ),
            models.CheckConstraint(
                condition=~models.Q(result="passed") | models.Q(passed_on__isnull=False),
                name="acceptance_passed_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.get_result_display()}"


class AcceptanceSigner(ProjectPart):
    """One party at a joint acceptance: who came, what they said, whether they signed."""

    class Party(models.TextChoices):
        """Whom a signer speaks for."""

        CLIENT = "client", _("client")
        STREET = "street", _("street office")
        NEIGHBOURHOOD = "neighbourhood", _("neighbourhood committee")
        RESIDENTS = "residents", _("residents' representative")
        DESIGNER = "designer", _("designer")
        BUILDER = "builder", _("builder")
        SUPERVISOR = "supervisor", _("supervisor")
        UTILITY = "utility", _("utility")
        MANAGEMENT = "management", _("property management")
        AUTHORITY = "authority", _("competent authority")

    class Opinion(models.TextChoices):
        """What the signer said."""

        AGREE = "agree", _("agrees")
        OBJECT = "object", _("objects")

    UPWARD: ClassVar[str] = "acceptance"
    PARENTS: ClassVar[tuple[str, ...]] = ("acceptance_id", "project_id")

    acceptance = models.ForeignKey(
        Acceptance, on_delete=models.PROTECT, related_name="signers", verbose_name=_("joint acceptance")
    )
    party = models.CharField(_("party"), max_length=20, choices=Party.choices)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=60)
    opinion = models.CharField(_("opinion"), max_length=10, choices=Opinion.choices, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)

    class Meta:
        ordering = ["acceptance_id", "party", "pk"]
        verbose_name = _("signer")
        verbose_name_plural = _("signers")

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.name}"


class Handover(ProjectPart):
    """One handover: of the community to its neighbourhood, or of a utility's assets to that utility."""

    class Kind(models.TextChoices):
        """What is handed over."""

        COMMUNITY = "community", _("community")
        ASSETS = "assets", _("utility assets")
        ARCHIVE = "archive", _("project archive")

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department or utility"),
    )
    assets = models.CharField(_("what was handed over"), max_length=300)
    giver = models.CharField(_("handed over by"), max_length=60)
    receiver = models.CharField(_("received by"), max_length=60)
    handed_on = models.DateField(_("handed over on"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    class Meta:
        ordering = ["project_id", "kind", "pk"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.assets}"


def new_card_token() -> str:
    """Return 128 random bits for the address of a card; it says nothing about the building."""
    return secrets.token_urlsafe(16)


class BuildingCard(models.Model):
    """The permanent public card of one building: its address stands on the building as a QR code.

    What the card shows is read from the ledgers when it is opened; the card itself is only the address.
    """

    building = models.OneToOneField(
        Building, on_delete=models.PROTECT, related_name="card", verbose_name=_("building")
    )
    token = models.CharField(max_length=32, unique=True, default=new_card_token, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("building card")
        verbose_name_plural = _("building cards")

    def __str__(self) -> str:
        return f"{self.building}"
