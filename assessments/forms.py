"""Forms of assessments: they check input, the services decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.requests import day_named, whole_number
from assessments import words
from assessments.drafting import EMPTY_RULES, FIGURES, FIGURES_OF, VALUES, wrong_with
from assessments.entering import Loss, Points
from assessments.models import Appeal, Assessment, BandSet, Indicator, Scheme
from assessments.schemes import MONTHLY
from projects.months import month_before, month_end

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONG = forms.Textarea(attrs={"rows": 3})
POINTS = forms.NumberInput(attrs={"step": "0.01", "min": "0"})


class OpenForm(forms.Form):
    """Which plan year is assessed, by which scheme, with the facts of which day."""

    year = forms.IntegerField(label=_("Plan year"), min_value=2000, max_value=2100)
    scheme = forms.ModelChoiceField(Scheme.objects.none(), label=_("Assessment scheme"), empty_label=None)
    on = forms.DateField(label=_("Facts as of the end of"), widget=DAY)

    def __init__(self, data: Any = None) -> None:
        last = timezone.localdate().year - 1
        super().__init__(data, initial={"year": last, "on": date(last, 12, 31)})
        fields: dict[str, Any] = self.fields
        fields["scheme"].queryset = Scheme.objects.adopted().exclude(code=MONTHLY)


class EntryForm(forms.Form):
    """Points of the indicators that people judge, and one deduction for a finding."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, assessment: Assessment, may_deduct: bool) -> None:
        super().__init__(data, initial={"revision": assessment.revision})
        self.indicators = list(assessment.scheme.indicators.select_related("block"))
        entered = {line["code"]: line["entry"] for line in assessment.document["indicators"]}
        for indicator in self.indicators:
            if indicator.method == Indicator.Method.MANUAL:
                self._add(indicator, entered.get(indicator.code))
        if may_deduct:
            self._add_loss()

    def _add(self, indicator: Indicator, entry: Mapping[str, Any] | None) -> None:
        self.fields[f"points-{indicator.code}"] = forms.DecimalField(
            label=indicator.name,
            min_value=Decimal(0),
            max_value=indicator.points,
            decimal_places=2,
            required=False,
            widget=POINTS,
            initial=entry["points"] if entry else None,
            help_text=_("0 to %(most)s points") % {"most": words.plain(str(indicator.points))},
        )
        self.fields[f"reason-{indicator.code}"] = forms.CharField(
            label=_("%(name)s: reason") % {"name": indicator.name},
            max_length=500,
            required=False,
            initial=entry["reason"] if entry else "",
        )

    def _add_loss(self) -> None:
        choices = [("", "—"), *((row.code, f"{row.block.name} · {row.name}") for row in self.indicators)]
        self.fields["indicator"] = forms.ChoiceField(label=_("Deduct from"), choices=choices, required=False)
        self.fields["loss"] = forms.DecimalField(
            label=_("Points taken"),
            min_value=Decimal("0.01"),
            max_value=Decimal(100),
            decimal_places=2,
            required=False,
            widget=POINTS,
        )
        self.fields["finding"] = forms.CharField(label=_("Finding"), max_length=500, required=False)
        self.fields["document_no"] = forms.CharField(
            label=_("Document number"), max_length=80, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the points of a deduction that is begun."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("indicator") and data.get("loss") is None and "loss" not in self.errors:
            self.add_error("loss", _("How many points are taken?"))
        return data

    def points(self) -> list[Points]:
        """Return the points that were given or changed."""
        changed = set(self.changed_data)
        return [
            Points(
                row.code,
                self.cleaned_data[f"points-{row.code}"],
                self.cleaned_data.get(f"reason-{row.code}", ""),
            )
            for row in self.indicators
            if {f"points-{row.code}", f"reason-{row.code}"} & changed
            and self.cleaned_data.get(f"points-{row.code}") is not None
        ]

    def losses(self) -> list[Loss]:
        """Return the deduction, where one was entered."""
        data = self.cleaned_data
        if not data.get("indicator"):
            return []
        return [Loss(data["indicator"], data["loss"], data.get("finding", ""), data.get("document_no", ""))]


class AppealForm(forms.Form):
    """What is wrong with a published score."""

    indicator = forms.ChoiceField(label=_("Against"), required=False)
    text = forms.CharField(label=_("What is wrong and why"), max_length=1000, widget=LONG)

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        lines = assessment.document["indicators"]
        fields: dict[str, Any] = self.fields
        fields["indicator"].choices = [
            ("", _("the whole assessment")),
            *((line["code"], line["name"]) for line in lines),
        ]


class AnswerForm(forms.Form):
    """What becomes of an appeal."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[choice for choice in Appeal.Outcome.choices if choice[0] != Appeal.Outcome.OPEN],
    )
    text = forms.CharField(label=_("Answer"), max_length=1000, widget=LONG)


class EvidenceForm(forms.Form):
    """What is laid beside an indicator."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    title = forms.CharField(label=_("Title"), max_length=200)
    document_no = forms.CharField(label=_("Document number"), max_length=80, required=False)

    def __init__(self, data: Any = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["indicator"].choices = [
            (line["code"], line["name"]) for line in assessment.document["indicators"]
        ]


class CopyForm(forms.Form):
    """From which plan year on the copy is meant, and what it is called."""

    year = forms.IntegerField(label=_("From plan year"), min_value=2000, max_value=2100)
    name = forms.CharField(label=_("Name of the scheme"), max_length=120)


class SchemeForm(forms.Form):
    """The head of a draft scheme and a line for each indicator."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the scheme"), max_length=120)
    source = forms.CharField(label=_("Source"), max_length=300)
    band_set = forms.ModelChoiceField(BandSet.objects.all(), label=_("Set of grades"), empty_label=None)

    def __init__(self, data: Any = None, *, scheme: Scheme) -> None:
        head = {"name": scheme.name, "source": scheme.source, "band_set": scheme.band_set_id}
        super().__init__(data, initial={**head, "revision": scheme.revision})
        self.blocks = list(scheme.blocks.all())
        for block in self.blocks:
            self.fields[f"block-{block.code}"] = forms.CharField(
                label=_("Block %(number)s") % {"number": block.position},
                max_length=60,
                initial=block.name,
            )
        self.indicators = list(scheme.indicators.select_related("block"))
        for indicator in self.indicators:
            self._add(indicator)

    def _add(self, indicator: Indicator) -> None:
        code, fields = indicator.code, self.fields
        fields[f"points-{code}"] = forms.DecimalField(
            label=_("Points"),
            min_value=Decimal("0.01"),
            max_value=Decimal(100),
            decimal_places=2,
            initial=indicator.points,
            widget=POINTS,
        )
        for name in FIGURES_OF[indicator.method]:
            fields[f"{name}-{code}"] = forms.DecimalField(
                label=FIGURE_LABELS[name],
                required=False,
                decimal_places=2,
                initial=indicator.params.get(name),
                widget=forms.NumberInput(attrs={"step": "0.01"}),
            )
        if indicator.method == Indicator.Method.SHARE:
            fields[f"empty-{code}"] = forms.ChoiceField(
                label=_("Nothing to judge by"),
                choices=[(rule, EMPTY_LABELS[rule]) for rule in EMPTY_RULES],
                initial=indicator.params.get("empty", "zero"),
            )

    def clean(self) -> dict[str, Any]:
        """Say at its field what contradicts what in an indicator."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        for row in self.indicators:
            values = {name: getattr(row, name) for name in VALUES}
            values |= {"points": data[f"points-{row.code}"], "params": self._params(row)}
            for name, said in wrong_with(values).items():
                field = f"{name}-{row.code}"
                self.add_error(field if field in self.fields else None, f"{row.name}：{said}")
        names = [data[f"block-{block.code}"] for block in self.blocks]
        for block in self.blocks:
            if names.count(data[f"block-{block.code}"]) > 1:
                self.add_error(f"block-{block.code}", _("There is a block of this name."))
        return data

    def block_names(self) -> dict[str, str]:
        """Return the names of the blocks by code."""
        return {block.code: self.cleaned_data[f"block-{block.code}"] for block in self.blocks}

    def block_fields(self) -> list[Any]:
        """Return the fields of the blocks' names."""
        return [self[f"block-{block.code}"] for block in self.blocks]

    def rows(self) -> list[dict[str, Any]]:
        """Return the lines of the table: indicator and its fields."""
        return [
            {
                "indicator": row,
                "points": self[f"points-{row.code}"],
                "figures": [self[f"{name}-{row.code}"] for name in FIGURES_OF[row.method]],
                "empty": self[f"empty-{row.code}"] if f"empty-{row.code}" in self.fields else None,
            }
            for row in self.indicators
        ]

    def lines(self) -> list[dict[str, Any]]:
        """Return what the service takes for each indicator."""
        return [
            {"code": row.code, "points": self.cleaned_data[f"points-{row.code}"], "params": self._params(row)}
            for row in self.indicators
        ]

    def _params(self, row: Indicator) -> dict[str, str]:
        data = self.cleaned_data
        params = {
            name: f"{data[f'{name}-{row.code}']:f}"
            for name in FIGURES
            if data.get(f"{name}-{row.code}") is not None
        }
        rule = data.get(f"empty-{row.code}")
        return {**params, "empty": rule} if rule and rule != "zero" else params


FIGURE_LABELS = {
    "target": _("all points at"),
    "floor": _("no points at"),
    "per": _("loss per case"),
    "free": _("cases without loss"),
    "least": _("at least"),
}
EMPTY_LABELS = {"zero": _("no points"), "full": _("no loss"), "leave_out": _("left out")}


def chosen(data: QueryDict) -> list[tuple[int, int]]:
    """Return the assessments ticked in a list with the revision the reader saw: ``17:3``."""
    pairs = []
    for value in data.getlist("assessment"):
        pk, _colon, revision = value.partition(":")
        found, seen = whole_number(pk), whole_number(revision)
        if found is not None and seen is not None:
            pairs.append((found, seen))
    return pairs


def month_of(data: QueryDict) -> date:
    """Return the last day of the month asked for, of the last one that is over where none is named."""
    first = day_named(f"{data.get('month', '')[:7]}-01")
    return month_end(first or month_before(timezone.localdate()))
