"""The audit trail: who did what, when, from where, and whether it was allowed (GB/T 22239-2019, 安全审计)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.region import Region
from accounts.models.user import User
from accounts.roles import Capability

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Events, to be read."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what a user may read: all at the province, elsewhere the deeds of their region's people."""
        if not user.is_authenticated or not user.may(Capability.AUDIT_VIEW):
            return self.none()
        if user.view_region.level == Region.Level.PROVINCE:
            return self.all()
        return self.filter(actor__region__in=Region.objects.within(user.view_region).values("pk"))

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: what has happened stays as it was written."""
        raise TypeError("Audit events are never changed.")

    def delete(self) -> NoReturn:
        """Refuse: what has happened stays written."""
        raise TypeError("Audit events are never deleted.")


def kinds() -> list[tuple[str, Any]]:
    """Return what an event can be; named rather than listed in migrations, so that a new kind needs none."""
    return AuditEvent.Kind.choices


class AuditEvent(models.Model):
    """Something that somebody did, or tried to do.  Rows are only ever added."""

    class Kind(models.TextChoices):
        """What was done."""

        LOGIN = "login", _("Login")
        LOGIN_LOCK = "login.lock", _("Login locked")
        LOGOUT = "logout", _("Logout")
        SESSION_END = "session.end", _("Session ended")
        DENIED = "denied", _("Access refused")
        PASSWORD_CHANGE = "password.change", _("Password changed")
        PASSWORD_RESET = "password.reset", _("Initial password set")
        USER_CREATE = "user.create", _("Account created")
        USER_CHANGE = "user.change", _("Account changed")
        USER_CLOSE = "user.close", _("Account closed")
        USER_OPEN = "user.open", _("Account reopened")
        ROLE_CHANGE = "role.change", _("Role or region changed")
        TOKEN_CREATE = "token.create", _("API token created")
        TOKEN_REVOKE = "token.revoke", _("API token revoked")
        EXPORT = "export", _("Export")
        IMPORT = "import", _("Import")
        UNDO = "undo", _("Import undone")
        PLAN_ISSUE = "plan.issue", _("Plan issued")
        WAIVER_DECIDE = "waiver.decide", _("Exception decided")
        FUND_ISSUE = "fund.issue", _("Funds issued")
        SNAPSHOT_FREEZE = "snapshot.freeze", _("Snapshot frozen")
        BULLETIN_EDIT = "bulletin.edit", _("Bulletin edited")
        BULLETIN_ISSUE = "bulletin.issue", _("Bulletin issued")
        ASSESSMENT_ISSUE = "assessment.issue", _("Assessment issued")
        APPEAL_ANSWER = "appeal.answer", _("Appeal answered")
        ALLOCATION_SIGN = "allocation.sign", _("Allocation signed")
        CODE_ISSUE = "code.issue", _("Access slips issued")
        CODE_REVOKE = "code.revoke", _("Access slip revoked")
        CODE_LOCK = "code.lock", _("Access code locked")
        SETTINGS_CHANGE = "settings.change", _("Settings changed")

    class Outcome(models.TextChoices):
        """How it ended."""

        OK = "ok", pgettext_lazy("audit", "Done")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused")

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="audit_events",
        verbose_name=_("who"),
        help_text=_("Empty for visitors without an account and for the portal itself."),
    )
    kind = models.CharField(_("what"), max_length=20, choices=kinds)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OK)
    address = models.GenericIPAddressField(_("address"), null=True)
    detail = models.JSONField(_("detail"), default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            # The audit page: newest first, of one kind, of one person.
            models.Index(fields=["-at", "-id"], name="audit_recent"),
            models.Index(fields=["kind", "-at"], name="audit_kind_recent"),
            models.Index(fields=["actor", "-at"], name="audit_actor_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["ok", "failed", "refused"]), name="audit_outcome_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.outcome}"

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: what has happened stays written."""
        raise TypeError("Audit events are never deleted.")
