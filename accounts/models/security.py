"""What guards the login: counted failures and former passwords."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class LoginGuard(models.Model):
    """The recent tries of one kind under one key: login failures of a name or of an address, codes, posts.

    Names are kept as a digest: people type passwords into the wrong box, and names that do not exist are
    counted like those that do.
    """

    class Kind(models.TextChoices):
        """What the login counts; other apps count under kinds of their own (``accounts.throttle``)."""

        NAME = "name", _("Login name")
        ADDRESS = "address", _("Address")

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=64)
    failures = models.JSONField(
        _("failures"),
        default=list,
        help_text=_("Times of the failures still counted, in seconds of Unix time."),
    )
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)
    touched_at = models.DateTimeField(_("touched at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("login guard")
        verbose_name_plural = _("login guards")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="login_guard_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"


class PasswordHistory(models.Model):
    """A hash of a password that somebody has used, so that it is not chosen again too soon."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="password_history", verbose_name=_("user")
    )
    password = models.CharField(_("password hash"), max_length=128)
    set_at = models.DateTimeField(_("set at"), default=timezone.now)

    class Meta:
        ordering = ["-set_at", "-pk"]
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")
        indexes = [models.Index(fields=["user", "-set_at"], name="password_history_recent")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
