"""The people who log in."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.department import Department
from accounts.models.region import Region
from accounts.roles import CAPABILITIES, Capability, Role


class UserManager(BaseUserManager["User"]):
    """Finds and makes accounts by their one normalised name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Make an account; without a password it cannot log in until one is set."""
        fields.setdefault("password_changed_at", timezone.now())
        user = self.model(username=normalise_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account whichever width or case its name was typed in."""
        return self.get(username=normalise_username(username or ""))


def normalise_username(username: str) -> str:
    """Return the one spelling of a login name: zhang, Zhang and ｚｈａｎｇ are the same account."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


class User(AbstractBaseUser):
    """An official with one role, a region where they may enter data and a region they may see.

    There are no superusers and no per-user permissions: what one may do follows from the role,
    where from the two regions.
    """

    username = models.CharField(
        _("login name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    display_name = models.CharField(_("name shown"), max_length=60)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="users",
        verbose_name=_("enters data in"),
        help_text=_("Rows of this region and below can be changed."),
    )
    view_region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="viewers",
        verbose_name=_("sees"),
        help_text=_("Rows of this region and below can be read."),
    )
    department = models.CharField(_("department"), max_length=60, blank=True)
    duty = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("answers for"),
        help_text=_("A liaison enters and signs only what belongs to this department or utility."),
    )
    email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("For the daily list of what is owed; without one none is sent.")
    )
    digest_on = models.DateField(_("day of the last daily list"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change password"), default=True)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)
    date_joined = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "role"]

    class Meta:
        ordering = ["username"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the one spelling of a login name."""
        return normalise_username(username)

    def clean(self) -> None:
        """Normalise the login name before uniqueness is checked; refuse to enter what one cannot see."""
        self.username = normalise_username(self.username)
        if self.region_id and self.view_region_id and not self.view_region.contains(self.region):
            raise ValidationError(
                {"view_region": _("The region seen must hold the region where data is entered.")},
                code="enters_unseen",
            )

    @property
    def is_expired(self) -> bool:
        """Tell whether the account's last day has passed (Asia/Shanghai)."""
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    def may(self, capability: Capability) -> bool:
        """Tell whether the role allows a capability; inactive and expired accounts may do nothing."""
        return self.is_active and not self.is_expired and capability in CAPABILITIES[Role(self.role)]

    def may_enter(self, region: Region) -> bool:
        """Tell whether the user may change rows of a region."""
        return self.may(Capability.LEDGER_EDIT) and self.region.contains(region)

    def get_full_name(self) -> str:
        """Return the name shown beside everything this person did."""
        return self.display_name
