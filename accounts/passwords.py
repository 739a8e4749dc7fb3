"""What a password must be, by the profile the site has chosen (``PASSWORD_PROFILE``)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User

MINIMUM_LENGTH = 12


class ProfileValidator:
    """Refuses passwords that the site's profile does not allow."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError naming what is missing."""
        if len(password) < MINIMUM_LENGTH:
            raise ValidationError(
                ngettext(
                    "The password needs at least %(count)d character.",
                    "The password needs at least %(count)d characters.",
                    MINIMUM_LENGTH,
                )
                % {"count": MINIMUM_LENGTH},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("At least %(count)d characters.") % {"count": MINIMUM_LENGTH}
