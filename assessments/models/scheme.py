"""What a year is assessed by: indicators with points and formulas, and the bands of the grades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Capability

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class BandSet(models.Model):
    """A way to name scores: 优良中差 of the Ministry of Finance, or 优秀良好合格差 of Jiangxi."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["code"]
        verbose_name = _("set of grades")
        verbose_name_plural = _("sets of grades")

    def __str__(self) -> str:
        return self.name


class Band(models.Model):
    """One grade: every score from ``from_score`` on, up to the next grade.

    The bound belongs to the grade above it (≥): the national rule says 90–100, 80–89 …; the Jiangxi paper
    writes strict signs on both sides and leaves 95, 85 and 75 without a grade.
    """

    band_set = models.ForeignKey(BandSet, on_delete=models.CASCADE, related_name="bands")
    label = models.CharField(_("grade"), max_length=20)
    from_score = models.DecimalField(_("from score"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["band_set_id", "-from_score"]
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        constraints = [
            models.UniqueConstraint(fields=["band_set", "from_score"], name="band_bound_once"),
            models.UniqueConstraint(fields=["band_set", "label"], name="band_label_once"),
            models.CheckConstraint(
                condition=Q(from_score__gte=0, from_score__lte=100), name="band_within_hundred"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SchemeQuerySet(models.QuerySet["Scheme"]):
    """Schemes: read by everyone who reads assessments, drafts by those who write them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the adopted schemes; drafts too for whoever edits schemes."""
        if not user.is_authenticated or not user.may(Capability.ASSESSMENT_VIEW):
            return self.none()
        return self if user.may(Capability.SCHEME_EDIT) else self.adopted()

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the drafts, for whoever edits schemes."""
        if not user.is_authenticated or not user.may(Capability.SCHEME_EDIT):
            return self.none()
        return self.filter(state=Scheme.State.DRAFT)

    def adopted(self) -> Self:
        """Return the schemes that may be used."""
        return self.filter(state=Scheme.State.ADOPTED)


class Scheme(models.Model):
    """By what a year's work is assessed: blocks and indicators that add up to 100 points.

    A draft is edited; once adopted it never changes, and the database refuses it: a better one is a copy with
    the next number.
    """

    class State(models.TextChoices):
        """Whether it may be used."""

        DRAFT = "draft", pgettext_lazy("scheme", "draft")
        ADOPTED = "adopted", pgettext_lazy("scheme", "adopted")

    code = models.CharField(_("code"), max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(_("from plan year"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    band_set = models.ForeignKey(
        BandSet, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("set of grades")
    )
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="copies", verbose_name=_("copied from")
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    adopted_at = models.DateTimeField(_("adopted at"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "name", "-number"]
        verbose_name = _("assessment scheme")
        verbose_name_plural = _("assessment schemes")
        constraints = [
            models.UniqueConstraint(fields=["year", "name", "number"], name="scheme_version_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="scheme_code_once"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="scheme_year_is_a_year"),
            models.CheckConstraint(
                condition=Q(state="draft", sha256="") | (Q(state="adopted") & ~Q(sha256="")),
                name="scheme_adopted_is_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    def get_absolute_url(self) -> str:
        """Return the page of the scheme."""
        return reverse("assessments:scheme", args=[self.pk])


class Block(models.Model):
    """A group of indicators: 资金管理, 项目管理, 产出, 满意度."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="blocks")
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        ordering = ["scheme_id", "position"]
        verbose_name = _("block of indicators")
        verbose_name_plural = _("blocks of indicators")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="block_once_per_scheme"),
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """One thing that is assessed, for its points.

    ``formula`` names the function that gives its fact (empty: people give the points); ``method`` says how
    the fact becomes points, with the figures in ``params`` as text: ``target`` (the value that earns all
    points), ``per`` (points taken for each case), ``free`` (cases without a loss), ``floor`` (the value that
    earns nothing).
    """

    class Method(models.TextChoices):
        """How the fact becomes points."""

        SHARE = "share", _("points × value ÷ target")
        PER_CASE = "per_case", _("a loss for each case")
        MANUAL = "manual", _("points given by people")

    class Direction(models.TextChoices):
        """Whether more is better."""

        UP = "up", _("more is better")
        DOWN = "down", _("less is better")

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="indicators")
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="indicators")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    points = models.DecimalField(_("full points"), max_digits=6, decimal_places=2)
    formula = models.CharField(_("formula"), max_length=60, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.UP
    )
    params = models.JSONField(_("figures"), default=dict, blank=True)
    needs_evidence = models.BooleanField(_("evidence required"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        ordering = ["scheme_id", "position"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="indicator_once_per_scheme"),
            models.CheckConstraint(condition=Q(points__gt=0), name="indicator_has_points"),
            models.CheckConstraint(
                condition=Q(method="manual", formula="") | (~Q(method="manual") & ~Q(formula="")),
                name="indicator_manual_or_by_formula",
            ),
        ]

    def __str__(self) -> str:
        return self.name
