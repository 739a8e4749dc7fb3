"""Returns to offices above (统计报表): a form as they issue it, and what of ours goes into which cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ReturnDefinitionQuerySet(models.QuerySet["ReturnDefinition"]):
    """Definitions hold for the whole province: whoever reads boards reads them, staff make new ones."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the definitions, for whoever may see numbers."""
        if not user.is_authenticated or not user.may(Capability.DASHBOARD_VIEW):
            return self.none()
        return self.all()

    def holding(self, year: int) -> list[ReturnDefinition]:
        """Return of each return the definition that holds in a year: the last revision of the last year."""
        latest: dict[str, ReturnDefinition] = {}
        for found in self.filter(year__lte=year).order_by("code", "year", "revision").defer("layout"):
            latest[found.code] = found
        return sorted(latest.values(), key=lambda found: (found.position, found.code))


class ReturnDefinition(models.Model):
    """One revision of a return: the form (a workbook with named cells) and the mapping, as data.

    ``mapping`` has ``cells`` (name of a cell → measure and unit), ``rows`` (name of the first cell of an area
    → what a row is and the measures of its columns) and ``checks`` (what must agree with what).  Nothing of a
    revision changes: another form or mapping is the next revision.
    """

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    year = models.PositiveSmallIntegerField(_("holds from"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    source = models.CharField(_("source"), max_length=300)
    # The workbook itself: it belongs to the revision like its mapping, and is a few kilobytes.
    layout = models.BinaryField(_("form"), editable=False)
    mapping = models.JSONField(_("mapping"), default=dict)
    position = models.PositiveSmallIntegerField(default=100)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(ReturnDefinitionQuerySet)()

    class Meta:
        ordering = ["position", "code", "-year", "-revision"]
        verbose_name = _("definition of a return")
        verbose_name_plural = _("definitions of returns")
        constraints = [
            models.UniqueConstraint(fields=["code", "year", "revision"], name="return_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}.{self.revision}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep a new revision; raises TypeError for one that is there: what was sent stays explainable."""
        if not self._state.adding:
            raise TypeError("A revision of a return is never changed; make the next one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise TypeError: revisions stay."""
        raise TypeError("A revision of a return is never deleted.")
