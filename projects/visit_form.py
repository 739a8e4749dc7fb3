"""What is written down at a visit after completion."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Liability, UpkeepVisit

RATE = {"max_digits": 5, "decimal_places": 2, "min_value": 0, "max_value": 100, "required": False}


class VisitForm(forms.Form):
    """The visit, and one defect where something is broken; rules live in the write path."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    version = forms.IntegerField(widget=forms.HiddenInput)
    visited_on = forms.DateField(
        label=_("Visited on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    visitor = forms.CharField(label=_("Visitor"), max_length=60)
    satisfaction = forms.DecimalField(label=_("Satisfied residents"), help_text=_("in %"), **RATE)  # type: ignore[arg-type]
    fee_rate = forms.DecimalField(label=_("Fees collected"), help_text=_("in %"), **RATE)  # type: ignore[arg-type]
    is_managed = forms.NullBooleanField(
        label=_("Still managed"),
        widget=forms.Select(
            choices=[("unknown", _("not looked at")), ("true", _("yes")), ("false", _("no"))]
        ),
        required=False,
    )
    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    defect = forms.CharField(
        label=_("Defect found"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes to the responsible firm with a due day."),
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    liability = forms.ModelChoiceField(
        Liability.objects.none(), label=_("Responsible firm"), required=False, empty_label="—"
    )
    due_on = forms.DateField(
        label=_("To be mended by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, visit: UpkeepVisit, data: Any = None, *, visitor: str) -> None:
        initial = {
            "key": str(uuid.uuid4()),
            "version": visit.version,
            "visited_on": visit.visited_on or timezone.localdate(),
            "visitor": visit.visitor or visitor,
            "satisfaction": visit.satisfaction,
            "fee_rate": visit.fee_rate,
            "is_managed": visit.is_managed,
            "conclusion": visit.conclusion,
        }
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["liability"].queryset = (
            Liability.objects.live().filter(project=visit.project_id).select_related("item")
        )

    def clean(self) -> dict[str, Any]:
        """A defect needs a day until which it is mended."""
        cleaned = super().clean() or {}
        if cleaned.get("defect") and not cleaned.get("due_on"):
            self.add_error("due_on", _("A defect needs a day by which it is mended."))
        return cleaned

    def visit_values(self) -> dict[str, Any]:
        """Return what is written to the visit."""
        names = ("visited_on", "visitor", "satisfaction", "fee_rate", "is_managed", "conclusion")
        return {name: self.cleaned_data[name] for name in names}
