"""Forms of the bulletins."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboards import reported
from dashboards.composing import NARRATIVE
from dashboards.models import Bulletin, ReportSchedule
from dashboards.periods import MONTH as MONTHLY
from dashboards.periods import MONTHS, WEEK, Period
from projects.months import month_end

MOST_CHARACTERS = 4000
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"


class PeriodForm(forms.Form):
    """Which period's report is to be made, and on which plan year."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("bulletin", "Report"), choices=Bulletin.Kind.choices, required=False
    )
    plan_year = forms.IntegerField(label=gettext_lazy("Plan year"), min_value=2000, max_value=2100)
    period = forms.RegexField(
        MONTH,
        label=gettext_lazy("Month"),
        error_messages={"invalid": gettext_lazy("Write the month as 2020-06.")},
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text=gettext_lazy("Of a quarter or year any of its months."),
    )
    week_end = forms.DateField(
        label=gettext_lazy("Last day of the week"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Of a weekly report only."),
    )

    def clean(self) -> dict[str, Any]:
        """Accept a period that is over, and a plan year that has begun by then."""
        values: dict[str, Any] = super().clean() or {}
        kind = values.get("kind") or MONTHLY
        if "period" not in values or "kind" not in values:
            return values
        if kind == WEEK and not values.get("week_end"):
            self.add_error("week_end", _("Choose the last day of the week."))
            return values
        period = _period(kind, values["period"], values.get("week_end"))
        if period.end >= timezone.localdate():
            self.add_error(
                "week_end" if kind == WEEK else "period",
                _("This month is not over yet.") if kind == MONTHLY else _("This period is not over yet."),
            )
        if values.get("plan_year", 0) > period.end.year:
            self.add_error("plan_year", _("This plan year had not begun in that month."))
        return {**values, "span": period}


def _period(kind: str, month: str, week_end: date | None) -> Period:
    """Return the period of a kind that contains a month, or the week that ends on a day."""
    if kind == WEEK and week_end is not None:
        return Period.ending(WEEK, week_end)
    year, number = (int(part) for part in month.split("-"))
    size = MONTHS[kind]
    last = -(-number // size) * size
    return Period.ending(kind, month_end(date(year, last, 1)))


class CorrectionForm(forms.Form):
    """What a correction puts right, and whether its numbers are taken from the ledgers anew."""

    reason = forms.CharField(
        label=gettext_lazy("What is corrected, and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands at the head of the correction."),
    )
    anew = forms.BooleanField(
        label=gettext_lazy("Freeze the numbers of the period again, from the ledgers as they stand now"),
        required=False,
    )


class ScheduleForm(forms.Form):
    """When a kind of report is made."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    is_active = forms.BooleanField(label=gettext_lazy("Made by itself"), required=False)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"), choices=ReportSchedule.Weekday.choices, coerce=int
    )
    day = forms.IntegerField(label=gettext_lazy("Day of the month"), min_value=1, max_value=28)
    hour = forms.IntegerField(label=gettext_lazy("From hour"), min_value=0, max_value=23)

    @classmethod
    def of(cls, schedule: ReportSchedule) -> ScheduleForm:
        """Return the form filled from the timetable; of a week the weekday is asked for, else the day."""
        names = ("is_active", "weekday", "day", "hour")
        initial = {name: getattr(schedule, name) for name in names}
        form = cls(initial={**initial, "seen": schedule.revision}, prefix=schedule.kind)
        form.fields["day" if schedule.kind == WEEK else "weekday"].widget = forms.HiddenInput()
        return form


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
                values["read"] = reported.read(values["table"])
            except reported.Unreadable as fault:
                self.add_error("table", str(fault))
        if "period" in values:
            year, month = (int(part) for part in values["period"].split("-"))
            values["on"] = month_end(date(year, month, 1))
        return values


class IssueForm(forms.Form):
    """The revision the signer has read."""

    seen = forms.IntegerField()
