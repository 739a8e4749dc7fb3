"""What a password must be, by the profile the site has chosen (``PASSWORD_PROFILE``).

The two standards contradict each other: GB/T 22239-2019 (身份鉴别 a) asks for complexity and regular change,
OWASP ASVS 5.0 (6.2.5, 6.2.10) forbids both.  ``mlps`` follows the first, ``asvs`` the second.  Both ask for
twelve characters and refuse common passwords and words that anybody here would guess first.
"""

from __future__ import annotations

import re
import secrets
import string
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import PasswordHistory, Region, User
from accounts.selects import LEVELS

MINIMUM_LENGTH = 12
CLASSES_NEEDED = 3
REMEMBERED = 5
MAXIMUM_AGE = timedelta(days=90)
INITIAL_LIFETIME = timedelta(hours=72)
# What a guesser who knows this portal tries first, beside the names of places.
CONTEXT_WORDS = frozenset(
    {"jilin", "zhujian", "gaizao", "laojiu", "xiaoqu", "portal", "住建", "改造", "老旧", "小区", "吉林"}
)
# Shorter pinyin (Da'an, Ji'an, Fuyu) occurs in many harmless words: it is refused to the place's own people.
SHORTEST_PLACE = 5
_LEVEL_SUFFIX = re.compile(r"(朝鲜族|满族|蒙古族)*(自治州|自治县|市本级|省|市|州|县|区)$")
# No 0 O o 1 l I: an initial password is read out and typed from paper.
_ALPHABETS = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789")


def follows_mlps() -> bool:
    """Tell whether the site follows GB/T 22239 rather than ASVS."""
    return bool(settings.PASSWORD_PROFILE == "mlps")


def is_due(user: User) -> bool:
    """Tell whether the user must choose a new password before anything else."""
    if user.must_change_password:
        return True
    if not follows_mlps():
        return False
    return user.password_changed_at is None or timezone.now() - user.password_changed_at > MAXIMUM_AGE


def expires_at(user: User) -> datetime | None:
    """Return when the password must be changed by; None when the profile knows no such day."""
    if not follows_mlps() or user.password_changed_at is None:
        return None
    return user.password_changed_at + MAXIMUM_AGE


def initial_has_lapsed(user: User) -> bool:
    """Tell whether an initial password was left unused for too long."""
    return user.must_change_password and (
        user.password_changed_at is None or timezone.now() - user.password_changed_at > INITIAL_LIFETIME
    )


def make_initial() -> str:
    """Return a random password to be handed over once: 16 characters of 55, about 92 bits."""
    while True:
        characters = [secrets.choice("".join(_ALPHABETS)) for _ in range(16)]
        if all(set(alphabet) & set(characters) for alphabet in _ALPHABETS):
            return "-".join("".join(characters[at : at + 4]) for at in range(0, 16, 4))


def context_words(user: User | None) -> set[str]:
    """Return the words a password must not contain: the portal's, the places', the user's own places'."""
    words = set(CONTEXT_WORDS)
    own = (
        set(user.region.ancestor_codes) | set(user.view_region.ancestor_codes)
        if user is not None and user.region_id and user.view_region_id
        else set()
    )
    for region in Region.objects.filter(level__in=LEVELS) | Region.objects.filter(code__in=own):
        pinyin = _letters(region.name_en.partition(" ")[0])
        if len(pinyin) >= SHORTEST_PLACE or (pinyin and region.code in own):
            words.add(pinyin)
        words.update(
            stem
            for stem in (_LEVEL_SUFFIX.sub("", name) for name in (region.name, region.short_name))
            if stem
        )
    return {word for word in words if len(word) > 1}


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter in string.ascii_lowercase)


def _classes(password: str) -> int:
    kinds = (str.isupper, str.islower, str.isdigit)
    return sum(any(kind(c) for c in password) for kind in kinds) + any(
        not any(kind(c) for kind in kinds) for c in password
    )


class ProfileValidator:
    """Refuses passwords that the site's profile does not allow."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError naming everything that is wrong."""
        errors = [
            *self._length(password),
            *self._composition(password),
            *self._context(password, user),
            *self._reuse(password, user),
        ]
        if errors:
            raise ValidationError(errors)

    def _length(self, password: str) -> list[ValidationError]:
        if len(password) >= MINIMUM_LENGTH:
            return []
        message = ngettext(
            "The password needs at least %(count)d character.",
            "The password needs at least %(count)d characters.",
            MINIMUM_LENGTH,
        )
        return [ValidationError(message % {"count": MINIMUM_LENGTH}, code="password_too_short")]

    def _composition(self, password: str) -> list[ValidationError]:
        if not follows_mlps() or _classes(password) >= CLASSES_NEEDED:
            return []
        return [
            ValidationError(
                _("Mix at least three of: %(kinds)s.") % {"kinds": _kinds()}, code="password_too_plain"
            )
        ]

    def _context(self, password: str, user: User | None) -> list[ValidationError]:
        plain = unicodedata.normalize("NFKC", password).casefold()
        found = sorted(word for word in context_words(user) if word in plain)
        if not found:
            return []
        message = _("The password contains a word that is easily guessed here: %(word)s.")
        return [ValidationError(message % {"word": found[0]}, code="password_in_context")]

    def _reuse(self, password: str, user: User | None) -> list[ValidationError]:
        if user is None or user.pk is None:
            return []
        # ASVS keeps no memory of passwords, but a change that changes nothing is none.
        depth = REMEMBERED if follows_mlps() else 1
        hashes = [user.password, *user.password_history.values_list("password", flat=True)[:depth]]
        if not any(check_password(password, used) for used in dict.fromkeys(hashes)):
            return []
        return [
            ValidationError(_("This password has been used before: choose another."), code="password_reused")
        ]

    def password_changed(self, password: str, user: User) -> None:
        """Remember the new password's hash; Django calls this whenever one has been saved."""
        PasswordHistory.objects.create(user=user, password=user.password)
        stale = user.password_history.values_list("pk", flat=True)[REMEMBERED:]
        PasswordHistory.objects.filter(pk__in=list(stale)).delete()

    def get_help_text(self) -> str:
        """Return the rules as sentences."""
        rules = [_("At least %(count)d characters; a sentence is fine.") % {"count": MINIMUM_LENGTH}]
        if follows_mlps():
            rules += [
                _("At least three of: %(kinds)s.") % {"kinds": _kinds()},
                _("None of your last %(count)d passwords; a new one every %(days)d days.")
                % {"count": REMEMBERED, "days": MAXIMUM_AGE.days},
            ]
        rules.append(_("No common password, no place name of the province, no word of this portal."))
        return " ".join(rules)


def _kinds() -> str:
    return _("capital letters, small letters, digits, other characters")
