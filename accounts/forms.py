"""What people type about accounts: login, passwords, administration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent, Department, Region, User
from accounts.requests import FIRST_DAY, LAST_DAY
from accounts.roles import Role

# Django's own form classes take a type only in the stubs.
if TYPE_CHECKING:
    _AccountModelForm = forms.ModelForm[User]
    _RegionModelChoiceField = forms.ModelChoiceField[Region]
else:
    _AccountModelForm = forms.ModelForm
    _RegionModelChoiceField = forms.ModelChoiceField


class LoginForm(forms.Form):
    """Login name and password, both taken as typed."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """A new password, typed twice, under the present one."""

    current_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated_password = forms.CharField(
        label=_("New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new_password"].help_text = " ".join(password_validators_help_texts()[:1])

    def clean_new_password(self) -> str:
        """Refuse what the site's password profile does not allow."""
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> None:
        """Refuse two different new passwords."""
        new, again = self.cleaned_data.get("new_password"), self.cleaned_data.get("repeated_password")
        if new and again and new != again:
            self.add_error("repeated_password", _("The two new passwords differ."))


class RegionChoiceField(_RegionModelChoiceField):
    """A place of the tree, named by its code; deeper places are set in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.objects.all(), to_field_name="code", empty_label="", **kwargs)

    def label_from_instance(self, region: Region) -> str:
        """Return the name, set in by its depth in the tree."""
        return "\u3000" * (len(region.ancestor_codes) - 1) + region.name


class AccountForm(_AccountModelForm):
    """An account as the security administrator sees it."""

    region = RegionChoiceField(
        label=_("Enters data in"), help_text=_("Rows of this region and below can be changed.")
    )
    view_region = RegionChoiceField(
        label=_("Sees"), help_text=_("Rows of this region and below can be read.")
    )

    class Meta:
        model = User
        fields = (
            "username",
            "display_name",
            "role",
            "duty",
            "department",
            "email",
            "region",
            "view_region",
            "expires_on",
        )
        labels = {
            "username": _("Login name"),
            "display_name": _("Name shown"),
            "role": _("Role"),
            "duty": _("Answers for"),
            "department": _("Department"),
            "email": _("E-mail"),
            "expires_on": _("Last day"),
        }
        help_texts = {
            "username": _("Small and capital letters, full and half width are the same name."),
            "duty": _("Liaisons only: they enter and sign what belongs to this department or utility."),
            "expires_on": _("After this day the account is closed by itself."),
        }
        widgets = {
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "username": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        }

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # The choices go by code, which Django's own initial values do not know.
            for name in ("region", "view_region"):
                self.initial[name] = getattr(self.instance, name).code
            # The audit trail names people by it.
            self.fields["username"].disabled = True
        # One that was closed since stays with those who answer for it until it is changed.
        departments = Department.objects.filter(Q(is_active=True) | Q(pk=self.instance.duty_id))
        duty = self.fields["duty"]
        assert isinstance(duty, forms.ModelChoiceField)
        duty.queryset, duty.empty_label = departments, ""
        if self.instance.pk == actor.pk:
            for name in ("role", "duty", "region", "view_region", "expires_on"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Ask a liaison for the department they answer for, and let nobody else have one."""
        cleaned = super().clean() or self.cleaned_data
        if "role" not in cleaned or "duty" not in cleaned:
            return cleaned
        if cleaned["role"] == Role.LIAISON and cleaned["duty"] is None:
            self.add_error("duty", _("Say which department or utility this liaison answers for."))
        elif cleaned["role"] != Role.LIAISON and cleaned["duty"] is not None:
            self.add_error("duty", _("Only a liaison answers for a department or utility; leave this empty."))
        return cleaned


def select(
    name: str, label: str, everything: str, choices: Iterable[tuple[str, Any]], chosen: str
) -> dict[str, Any]:
    """Return a select of components/filter_bar.html whose first option narrows nothing."""
    options = [("", everything), *choices]
    return {
        "name": name,
        "label": label,
        "options": [
            {"value": value, "label": label, "selected": value == chosen} for value, label in options
        ],
    }


class AccountFilterForm(forms.Form):
    """Narrows the list of accounts; a value that makes no sense narrows nothing."""

    q = forms.CharField(required=False, max_length=60)
    role = forms.ChoiceField(required=False, choices=[("", ""), *Role.choices])
    state = forms.ChoiceField(required=False, choices=[("", ""), ("open", ""), ("closed", "")])


DAYS_NAMED = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))


class AuditFilterForm(forms.Form):
    """Narrows the audit trail; a value that makes no sense narrows nothing."""

    q = forms.CharField(required=False, max_length=60)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *AuditEvent.Kind.choices])
    outcome = forms.ChoiceField(required=False, choices=[("", ""), *AuditEvent.Outcome.choices])
    since = forms.DateField(required=False, validators=DAYS_NAMED)
    until = forms.DateField(required=False, validators=DAYS_NAMED)
