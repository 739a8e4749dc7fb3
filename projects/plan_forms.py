"""The forms that issue and change a plan; rules live in the services and the write path."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from projects.models import Milestone, PlanClause, Project
from records.planning import Outcome, Status
from records.units import FEN_PER_WAN_YUAN

MONEY = ("planned_investment_fen", "central_subsidy_fen")


def _day(label: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=timezone.localdate, widget=picker)


class IssueForm(forms.Form):
    """The document that issues a plan."""

    document_no = forms.CharField(label=gettext_lazy("Document number"), max_length=60)
    issued_on = _day(gettext_lazy("Issued on"))


class EvidenceForm(forms.Form):
    """Why an issued plan changes, and by which document."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept with the plan and shown wherever its figures differ."),
    )
    document_no = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=60,
        help_text=gettext_lazy("A document number, or the record of the vote."),
    )
    effective_on = _day(gettext_lazy("Effective on"))


class AdjustForm(EvidenceForm):
    """New planned figures of one project of an issued plan."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    planned_buildings = forms.IntegerField(
        label=gettext_lazy("Planned buildings"), required=False, min_value=0, max_value=100_000
    )
    planned_households = forms.IntegerField(
        label=gettext_lazy("Planned households"), required=False, min_value=0, max_value=10_000_000
    )
    planned_area = forms.DecimalField(
        label=gettext_lazy("Planned floor area"),
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        help_text=gettext_lazy("in ㎡"),
    )
    planned_investment_fen = forms.DecimalField(
        label=gettext_lazy("Planned investment"),
        required=False,
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=6,
        help_text=gettext_lazy("in 10,000 yuan"),
    )
    central_subsidy_fen = forms.DecimalField(
        label=gettext_lazy("Central subsidy"),
        required=False,
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=6,
        help_text=gettext_lazy("in 10,000 yuan"),
    )
    field_order = (
        "planned_buildings",
        "planned_households",
        "planned_area",
        "planned_investment_fen",
        "central_subsidy_fen",
    )

    def __init__(self, project: Project, data: Any = None) -> None:
        figures = {name: getattr(project, name) for name in self.field_order}
        for name in MONEY:
            if figures[name] is not None:
                figures[name] = f"{(Decimal(figures[name]) / FEN_PER_WAN_YUAN).normalize():f}"
        super().__init__(data, initial={"seen": project.version, **figures})
        self.project = project
        for name in self.field_order:
            if name in project.markers:
                # A mark (未知, 不适用) stays unless a number takes its place.
                self.fields[name].widget.attrs["placeholder"] = project.markers[name]

    def figures(self) -> dict[str, Any]:
        """Return the figures as stored, 分 and ㎡; what stays as it is, is left out."""
        found: dict[str, Any] = {}
        for name in self.field_order:
            value = self.cleaned_data[name]
            if value is None and name in self.project.markers:
                continue
            if value is not None and name in MONEY:
                value = int(value * FEN_PER_WAN_YUAN)
            found[name] = value
        return found

    def evidence(self) -> dict[str, Any]:
        """Return reason, document and day."""
        return {name: self.cleaned_data[name] for name in ("reason", "document_no", "effective_on")}


class ClauseForm(forms.Form):
    """One clause of a plan version."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=999)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What the residents read and comment on: plain words, short sentences."),
    )

    def __init__(self, clause: PlanClause | None, others: Any, data: Any = None) -> None:
        initial: dict[str, Any]
        if clause is not None:
            initial = {name: getattr(clause, name) for name in ("number", "title", "text")}
            initial["seen"] = clause.version
        else:
            last = others.order_by("number").last()
            initial = {"number": last.number + 1 if last else 1}
        super().__init__(data, initial=initial)

    def values(self) -> dict[str, Any]:
        """Return the fields as stored."""
        return {name: self.cleaned_data[name] for name in ("number", "title", "text")}

    def accept(self, outcome: Outcome) -> bool:
        """Tell whether the write path took the form; else put its words beside the fields."""
        if outcome.writes or outcome.status is Status.SAME:
            return True
        if outcome.conflicts:
            self.add_error(None, gettext("Somebody else has changed this clause meanwhile. Reload the page."))
        for finding in outcome.findings:
            words = f"{finding.message} {finding.mend}".strip()
            self.add_error(finding.field if finding.field in self.fields else None, words)
        return False


class StepForm(forms.Form):
    """A step that all projects of a bundle took together."""

    kind = forms.ChoiceField(label=gettext_lazy("Step"))
    actual_on = _day(gettext_lazy("Done on"))
    document_no = forms.CharField(label=gettext_lazy("Document number"), max_length=60)

    def __init__(self, kinds: Sequence[Milestone.Kind], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["kind"]
        field.choices = [(kind.value, kind.label) for kind in kinds]
