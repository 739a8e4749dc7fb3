"""The form by which an exception is asked for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, User
from accounts.selects import LEVELS
from projects import waivers
from projects.models import Project

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WaiverForm(forms.Form):
    """What is waived, where, from when to when, and why; rules live in ``projects.waivers``."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    code = forms.ChoiceField(label=_("What is waived"))
    region = forms.ModelChoiceField(
        Region.objects.none(), to_field_name="code", label=_("Holds in"), empty_label=None
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        required=False,
        label=_("For one project alone"),
        help_text=_("Code of the project, as on its page."),
        to_field_name="code",
        widget=forms.TextInput,
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DAY)
    valid_until = forms.DateField(label=_("Valid until"), widget=DAY)
    document_no = forms.CharField(label=_("Document number"), required=False, max_length=60)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, user: User, asked: Mapping[str, str]) -> None:
        today = timezone.localdate()
        initial = {
            "key": str(uuid.uuid4()),
            "code": asked.get("code", ""),
            "project": asked.get("project", ""),
            "region": user.region.code,
            "valid_from": today,
            "valid_until": today + timedelta(days=7),
        }
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["code"].choices = [(code, label) for code, (_kind, label) in waivers.known_codes().items()]
        fields["region"].queryset = user.region.subtree().filter(level__in=LEVELS)
        fields["project"].queryset = Project.objects.visible_to(user).select_related("unit")

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}
