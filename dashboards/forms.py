"""Forms of the bulletins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.composing import NARRATIVE
from dashboards.figures import month_end
from dashboards.models import Bulletin
from dashboards.snapshots import last_month_end

MOST_CHARACTERS = 4000


class PeriodForm(forms.Form):
    """Which month's bulletin is to be made, and on which plan year."""

    plan_year = forms.IntegerField(label=gettext_lazy("Plan year"), min_value=2000, max_value=2100)
    period = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$",
        label=gettext_lazy("Month"),
        error_messages={"invalid": gettext_lazy("Write the month as 2020-06.")},
        widget=forms.TextInput(attrs={"type": "month"}),
    )

    def clean(self) -> dict[str, Any]:
        """Accept a month that is over, and a plan year that has begun by then."""
        values: dict[str, Any] = super().clean() or {}
        if "period" not in values:
            return values
        year, month = (int(part) for part in values["period"].split("-"))
        if month_end(year, month) > last_month_end():
            self.add_error("period", _("This month is not over yet."))
        if values.get("plan_year", 0) > year:
            self.add_error("plan_year", _("This plan year had not begun in that month."))
        return {**values, "year": year, "month": month}


class NarrativeForm(forms.Form):
    """What people write in a draft; numbers come from the snapshot and are not typed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.CharField(label=gettext_lazy("Addressee"), max_length=200)
    remark = forms.CharField(
        label=gettext_lazy("Addition to the first paragraph"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example the position among the provinces, with its source."),
    )
    matters = forms.CharField(
        label=gettext_lazy("Matters to be explained"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Each line becomes a paragraph; without text the chapter is left out."),
    )
    next_steps = forms.CharField(
        label=gettext_lazy("Next steps"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    @classmethod
    def of(cls, bulletin: Bulletin) -> NarrativeForm:
        """Return the form filled from a draft."""
        return cls(initial={**bulletin.narrative, "seen": bulletin.revision})

    @property
    def narrative(self) -> dict[str, str]:
        """Return the texts."""
        return {name: self.cleaned_data[name] for name in NARRATIVE}


class IssueForm(forms.Form):
    """The revision the signer has read."""

    seen = forms.IntegerField()
