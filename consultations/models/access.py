"""How a household shows that it is one: codes, of which only hashes are kept, and the phones they let in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from communities.models import Community, Household


class AccessCodeQuerySet(ScopedQuerySet["AccessCode"]):
    """Codes, in the scope of their community."""

    region_field: ClassVar[str] = "community__region"
    view_capability: ClassVar[Capability] = Capability.CONSULTATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.CODE_ISSUE


class AccessCode(models.Model):
    """What one printed slip opens: a secret of 128 bits in its QR code, and nine characters to type.

    The first three characters are ``locator``: they say which slip of the community is meant and are no
    secret.  The other six are kept as ``code_hash`` alone, the QR code's secret as ``secret_hash``.  The
    portal cannot print a slip again; it prints a new one and revokes the old.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="access_codes")
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="access_codes")
    locator = models.CharField(_("slip"), max_length=3)
    code_hash = models.CharField(max_length=64)
    secret_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("issued at"), auto_now_add=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    revoked_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0, editable=False)
    locked_at = models.DateTimeField(_("locked at"), null=True, editable=False)

    objects = models.Manager.from_queryset(AccessCodeQuerySet)()

    class Meta:
        ordering = ["community_id", "pk"]
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        constraints = [
            models.UniqueConstraint(fields=["community", "locator"], name="access_locator_once"),
            models.UniqueConstraint(
                fields=["household"],
                condition=models.Q(revoked_at__isnull=True),
                name="access_one_live_code",
            ),
        ]

    def __str__(self) -> str:
        return self.locator


class ResidentSession(models.Model):
    """One phone or browser that a household's slip has let in; the cookie's value is kept as a hash.

    ``privacy_version`` is the version of the privacy notice that was accepted there, before the first word.
    ``token`` is the cookie's value, known only in the request that made the row and never stored.
    """

    token: str = ""

    token_hash = models.CharField(max_length=64, unique=True)
    code = models.ForeignKey(AccessCode, on_delete=models.PROTECT, related_name="sessions")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("let in at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    privacy_version = models.CharField(_("privacy notice accepted"), max_length=20, blank=True)
    privacy_accepted_at = models.DateTimeField(_("accepted at"), null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("resident's session")
        verbose_name_plural = _("residents' sessions")
        indexes = [models.Index(fields=["code", "ended_at"], name="resident_session_of_code")]

    def __str__(self) -> str:
        return f"{self.pk}"
