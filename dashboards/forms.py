"""Forms of the bulletins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import national
from dashboards.composing import NARRATIVE
from dashboards.figures import month_end
from dashboards.models import Bulletin
from dashboards.snapshots import last_month_end

MOST_CHARACTERS = 4000
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"


class PeriodForm(forms.Form):
    """Which month's bulletin is to be made, and on which plan year."""

    plan_year = forms.IntegerField(label=gettext_lazy("Plan year"), min_value=2000, max_value=2100)
    period = forms.RegexField(
        MONTH,
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


class TableForm(forms.Form):
    """A table of what many regions report, and the month it is of."""

    whole = forms.CharField(
        label=gettext_lazy("The regions together"),
        max_length=40,
        help_text=gettext_lazy("As the text shall call them, for example 全国 or 全省."),
    )
    period = forms.RegexField(
        MONTH,
        label=gettext_lazy("Month"),
        error_messages={"invalid": gettext_lazy("Write the month as 2020-06.")},
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    to = forms.CharField(label=gettext_lazy("Addressee"), max_length=200, required=False)
    table = forms.CharField(
        label=gettext_lazy("Table"),
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "Copied from a spreadsheet with its header row, or the text of a CSV file. Columns: region,"
            " planned and started communities, planned and started households (户 or 万户)."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Read the table; what cannot be read is said at its field."""
        values: dict[str, Any] = super().clean() or {}
        if "table" in values:
            try:
                values["read"] = national.read(values["table"])
            except national.Unreadable as fault:
                self.add_error("table", str(fault))
        if "period" in values:
            year, month = (int(part) for part in values["period"].split("-"))
            values["on"] = month_end(year, month)
        return values


class IssueForm(forms.Form):
    """The revision the signer has read."""

    seen = forms.IntegerField()
