"""Forms of one block and of one indicator of a draft scheme; what contradicts what is said at its field."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.drafting import EMPTY_RULES, FIGURES, FIGURES_OF, SchemeRefused, wrong_with
from assessments.forms import EMPTY_LABELS, FIGURE_LABELS, POINTS
from assessments.formulas import Kind, known_formulas
from assessments.models import Indicator, Scheme

FIGURE_HELPS = {
    "target": _("For points × value ÷ target, in per cent; 100 when empty."),
    "floor": _("For points × value ÷ target, in per cent; 0 when empty."),
    "per": _("For a loss for each case, in points; 1 when empty."),
    "free": _("For a loss for each case; 0 when empty."),
    "least": _("For a loss for each case: so many points stay in any case; 0 when empty."),
}


class DraftForm(forms.Form):
    """What every form of a draft carries: the revision its reader saw, and a key against double sending."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, data: Any = None, *, scheme: Scheme, initial: dict[str, Any] | None = None) -> None:
        begun = {"revision": scheme.revision, "key": str(uuid.uuid4())}
        super().__init__(data, initial={**begun, **(initial or {})})
        self.scheme = scheme

    def refuse(self, problem: SchemeRefused) -> None:
        """Show what a service refused at the fields it names."""
        for name, said in problem.fields.items():
            self.add_error(name if name in self.fields else None, said)
        if not problem.fields:
            self.add_error(None, str(problem))


class BlockForm(DraftForm):
    """A block of indicators."""

    name = forms.CharField(label=_("Name of the block"), max_length=60)


class IndicatorForm(DraftForm):
    """An indicator in every respect."""

    block = forms.ChoiceField(label=_("Block"))
    name = forms.CharField(label=_("Indicator"), max_length=80)
    points = forms.DecimalField(
        label=_("Full points"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        decimal_places=2,
        widget=POINTS,
    )
    method = forms.ChoiceField(label=_("Method"), choices=Indicator.Method.choices)
    formula = forms.ChoiceField(
        label=_("Formula"), required=False, help_text=_("Empty where people give the points.")
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Indicator.Direction.choices)
    target = forms.DecimalField(label=FIGURE_LABELS["target"], required=False, decimal_places=2)
    floor = forms.DecimalField(label=FIGURE_LABELS["floor"], required=False, decimal_places=2)
    per = forms.DecimalField(label=FIGURE_LABELS["per"], required=False, decimal_places=2)
    free = forms.DecimalField(label=FIGURE_LABELS["free"], required=False, decimal_places=2)
    least = forms.DecimalField(label=FIGURE_LABELS["least"], required=False, decimal_places=2)
    empty = forms.ChoiceField(
        label=_("Nothing to judge by"), choices=[(rule, EMPTY_LABELS[rule]) for rule in EMPTY_RULES]
    )
    needs_evidence = forms.BooleanField(label=_("Evidence required"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self, data: Any = None, *, scheme: Scheme, indicator: Indicator | None = None, block: str = ""
    ) -> None:
        super().__init__(data, scheme=scheme, initial=_begun(indicator) if indicator else {"block": block})
        fields: dict[str, Any] = self.fields
        fields["block"].choices = [(row.code, row.name) for row in scheme.blocks.all()]
        fields["formula"].choices = [
            ("", "—"),
            *(
                (one.id, format_lazy("{}（{}）", one.label, _WAYS[one.kind]))
                for one in known_formulas().values()
            ),
        ]
        fields["note"].wide = True
        for name in FIGURES:
            fields[name].help_text = FIGURE_HELPS[name]

    def clean(self) -> dict[str, Any]:
        """Say at its field what contradicts what."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for name, said in wrong_with(self.values()).items():
                self.add_error(name, said)
        return data

    def values(self) -> dict[str, Any]:
        """Return the indicator as the service takes it."""
        data = self.cleaned_data
        return {
            "name": data["name"].strip(),
            "points": data["points"],
            "formula": data["formula"],
            "method": data["method"],
            "direction": data["direction"],
            "params": self._params(),
            "needs_evidence": data["needs_evidence"],
            "note": data["note"].strip(),
        }

    def _params(self) -> dict[str, str]:
        data = self.cleaned_data
        names = FIGURES_OF[data["method"]]
        params = {name: f"{data[name]:f}" for name in names if data[name] is not None}
        if data["method"] != Indicator.Method.MANUAL and data["empty"] != "zero":
            params["empty"] = data["empty"]
        return params


_WAYS = {Kind.SHARE: _("a share"), Kind.CASES: _("counts cases")}


def _begun(indicator: Indicator) -> dict[str, Any]:
    plain = ("name", "points", "method", "formula", "direction", "needs_evidence", "note")
    return {
        "block": indicator.block.code,
        **{name: getattr(indicator, name) for name in plain},
        **{name: indicator.params.get(name) for name in FIGURES},
        "empty": indicator.params.get("empty", "zero"),
    }
