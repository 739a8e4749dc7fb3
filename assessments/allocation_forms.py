"""Forms of the allocation pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Region
from accounts.requests import whole_number
from assessments import volumes
from assessments.allocating import TYPED, Limits, Order
from assessments.allocation_words import PARTS, factor_label
from assessments.models import AllocationRule, AllocationRun
from assessments.signing import signed_before
from funding.models import Source
from projects.years import FIRST_YEAR, LAST_YEAR
from records.units import FEN_PER_WAN_YUAN, FEN_PER_YUAN

# No coefficient and no score is larger.
LARGEST = {"k": Decimal(100), "score": Decimal(100), "p": Decimal(100)}


class WanField(forms.DecimalField):
    """A sum of money in 万元, to the 分."""

    unit = gettext_lazy("10,000 yuan")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=16, decimal_places=6, **kwargs)


class PercentField(forms.DecimalField):
    """A share in per cent."""

    unit = "%"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=7, decimal_places=2, **kwargs)


def fen(amount: Decimal | None) -> int | None:
    """Return 万元 as whole 分."""
    return None if amount is None else int(amount * FEN_PER_WAN_YUAN)


class OrderForm(forms.Form):
    """What is to be shared, by which rule and from which figures; and what was typed for each unit."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    title = forms.CharField(
        label=gettext_lazy("What money"),
        max_length=120,
        help_text=gettext_lazy(
            "As in the document: central subsidy 2027, early notice. One title is signed once."
        ),
    )
    rule = forms.ModelChoiceField(
        AllocationRule.objects.none(), label=gettext_lazy("Allocation rule"), empty_label=None
    )
    year = forms.IntegerField(label=gettext_lazy("Budget year"), min_value=2000, max_value=2100)
    total = WanField(
        label=gettext_lazy("Total"),
        required=False,
        help_text=gettext_lazy("Not needed for a subsidy per community: there the total follows."),
    )
    task_year = forms.IntegerField(
        label=gettext_lazy("Task volume of plan year"), min_value=2000, max_value=2100
    )
    choice = forms.ChoiceField(label=gettext_lazy("Task volume from"), required=False)
    score_year = forms.IntegerField(
        label=gettext_lazy("Scores of plan year"),
        min_value=2000,
        max_value=2100,
        help_text=gettext_lazy("Issued assessments; a score typed in the table replaces it."),
    )
    floor = WanField(label=gettext_lazy("Floor for each unit"), required=False)
    ceiling = WanField(label=gettext_lazy("Ceiling for each unit"), required=False)
    floor_percent = PercentField(label=gettext_lazy("At least, of last year's amount"), required=False)
    ceiling_percent = PercentField(label=gettext_lazy("At most, of last year's amount"), required=False)
    ratio = PercentField(
        label=gettext_lazy("Share of the base that is paid"),
        required=False,
        help_text=gettext_lazy("Only for a subsidy per community; the city sets it."),
    )
    note = forms.CharField(label=pgettext_lazy("of a scenario", "Note"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, region: Region, like: AllocationRun | None = None) -> None:
        self.region = region
        super().__init__(data, initial=_initial(like))
        fields: dict[str, Any] = self.fields
        fields["rule"].queryset = AllocationRule.objects.current()
        year = whole_number(str(self["task_year"].value() or ""))
        if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            year = timezone.localdate().year
        fields["choice"].choices = volumes.choices(region, year)
        self.typed: dict[str, dict[str, Fraction]] = {}
        self.bad_inputs: set[str] = set()

    def clean(self) -> dict[str, Any]:
        """Read the figures typed for units, and ask for what the rule needs."""
        values: dict[str, Any] = super().clean() or {}
        self._read_typed()
        if self.bad_inputs:
            self.add_error(None, _("Some figures typed in the table are not numbers: mend them first."))
        rule = values.get("rule")
        if (
            rule is not None
            and rule.by_factors
            and values.get("total") is None
            and "total" not in self.errors
        ):
            self.add_error("total", _("Say how much is to be shared."))
        if rule is not None and not rule.by_factors and values.get("ratio") is None:
            self.add_error("ratio", _("Say which share of the base is paid."))
        return values

    def _read_typed(self) -> None:
        for name in self.data:
            kind, _dash, code = name.partition("-")
            text = str(self.data[name]).strip()
            if kind not in TYPED or not code or not text:
                continue
            try:
                value = Decimal(text)
            except InvalidOperation:
                value = Decimal("NaN")
            if not value.is_finite() or not 0 <= value <= LARGEST[kind] or value.as_tuple().exponent < -6:  # type: ignore[operator]
                self.bad_inputs.add(name)
            else:
                self.typed.setdefault(code, {})[kind] = Fraction(value)

    def order(self) -> Order:
        """Return what was asked for; only units of the region are heard."""
        values = self.cleaned_data
        known = set(self.region.subtree().units().values_list("code", flat=True))
        percents = {
            name: None if values[name] is None else Fraction(values[name])
            for name in ("floor_percent", "ceiling_percent")
        }
        ratio = values["ratio"]
        return Order(
            region=self.region,
            rule=values["rule"],
            year=values["year"],
            task_year=values["task_year"],
            score_year=values["score_year"],
            total_fen=fen(values["total"]) or 0,
            choice=values["choice"] or volumes.choices(self.region, values["task_year"])[0][0],
            typed={code: own for code, own in self.typed.items() if code in known},
            limits=Limits(floor_fen=fen(values["floor"]), ceiling_fen=fen(values["ceiling"]), **percents),
            ratio=None if ratio is None else Fraction(ratio) / 100,
            previous=signed_before(self.region, values["year"]),
        )


def _initial(like: AllocationRun | None) -> dict[str, Any]:
    next_year = timezone.localdate().year + 1
    initial: dict[str, Any] = {
        "key": str(uuid.uuid4()),
        "year": next_year,
        "task_year": next_year,
        "score_year": next_year - 1,
    }
    if like is None:
        return initial
    limits: Mapping[str, Any] = like.inputs.get("limits", {})
    newest = AllocationRule.objects.current().filter(code=like.rule.code).first()
    return initial | {
        "title": like.title,
        "rule": newest.pk if newest else like.rule_id,
        "year": like.year,
        "total": _wan(like.total_fen) if like.rule.by_factors else None,
        "task_year": like.task_year,
        "choice": like.inputs.get("volumes", {}).get("choice", ""),
        "score_year": like.inputs["score_year"],
        "floor": _wan(limits.get("floor_fen")),
        "ceiling": _wan(limits.get("ceiling_fen")),
        "floor_percent": limits.get("floor_percent"),
        "ceiling_percent": limits.get("ceiling_percent"),
        "ratio": _ratio(like.inputs.get("ratio")),
        "note": like.note,
    }


def _wan(amount: int | None) -> str | None:
    return None if amount is None else f"{Decimal(amount).scaleb(-6).normalize():f}"


def _ratio(text: str | None) -> str | None:
    return None if text is None else f"{(Decimal(text) * 100).normalize():f}"


def typed_of(run: AllocationRun) -> dict[str, str]:
    """Return what was typed for a run, as the names and texts of the table's inputs."""
    members = {row["key"]: row for row in run.inputs.get("case", {}).get("members", ())}
    return {
        f"{kind}-{code}": members[code][kind]
        for code, kinds in run.inputs.get("typed", {}).items()
        for kind in kinds
        if code in members and members[code][kind] is not None
    }


class BatchForm(forms.Form):
    """The document by which a signed allocation is handed out."""

    source = forms.ModelChoiceField(
        Source.objects.none(), label=gettext_lazy("Source of money"), empty_label=None
    )
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=60)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)

    def __init__(self, data: Any = None, *, run: AllocationRun) -> None:
        super().__init__(data, initial={"title": run.title})
        fields: dict[str, Any] = self.fields
        fields["source"].queryset = Source.objects.live().filter(
            region=run.region, by_batch=True, is_active=True
        )


class ReviseForm(forms.Form):
    """The next revision of a rule: weights in per cent, what adjusts each term, bands, smallest amount."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=80)
    effective_from = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    unit_fen = forms.TypedChoiceField(
        label=gettext_lazy("Smallest amount"),
        coerce=int,
        choices=[
            (1, gettext_lazy("0.01 yuan")),
            (FEN_PER_YUAN, gettext_lazy("1 yuan")),
            (10_000, gettext_lazy("100 yuan (0.01 × 10,000 yuan)")),
            (FEN_PER_WAN_YUAN, gettext_lazy("10,000 yuan")),
        ],
    )
    bands = forms.CharField(
        label=gettext_lazy("Performance coefficient by score"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One line a band: from score (≥), then coefficient: 90 1.1. Left empty, it is the score ÷ 100."
        ),
    )

    def __init__(self, data: Any = None, *, rule: AllocationRule) -> None:
        self.rule = rule
        parameters = rule.parameters
        initial = {
            "name": rule.name,
            "document": rule.document,
            "effective_from": rule.effective_from,
            "source": rule.source,
            "unit_fen": parameters.get("unit_fen", 1),
            "bands": "\n".join(f"{band['from']} {band['p']}" for band in parameters.get("bands", ())),
        }
        for at, term in enumerate(parameters["terms"]):
            initial |= {f"weight_{at}": f"{(Decimal(term['weight']) * 100).normalize():f}"} | {
                f"{kind}_{at}": kind in term["by"] for kind in ("k", "p")
            }
        super().__init__(data, initial=initial)
        for at, _term in enumerate(parameters["terms"]):
            self.fields[f"weight_{at}"] = forms.DecimalField(min_value=0, max_value=100, decimal_places=4)
            for kind in ("k", "p"):
                self.fields[f"{kind}_{at}"] = forms.BooleanField(required=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the table of terms: what each is, with its fields."""
        return [
            {
                "label": factor_label(term["factor"]),
                "part": PARTS.get(term.get("part", ""), ""),
                "weight": self[f"weight_{at}"],
                "k": self[f"k_{at}"],
                "p": self[f"p_{at}"],
            }
            for at, term in enumerate(self.rule.parameters["terms"])
        ]

    def clean_bands(self) -> list[dict[str, str]]:
        """Return the bands; raise ValidationError naming the line that cannot be read."""
        bands = []
        for number, line in enumerate(self.cleaned_data["bands"].splitlines(), start=1):
            if not line.strip():
                continue
            parts = line.replace("，", " ").replace(",", " ").split()
            try:
                score, p = (Decimal(part) for part in parts)
            except (ValueError, InvalidOperation):
                raise forms.ValidationError(
                    _("Line %(number)d: write a score and a coefficient, such as 90 1.1.")
                    % {"number": number}
                ) from None
            bands.append({"from": f"{score:f}", "p": f"{p:f}"})
        return bands

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the revision."""
        values = self.cleaned_data
        return {
            "terms": [
                {
                    **term,
                    "weight": f"{(values[f'weight_{at}'] / 100).normalize():f}",
                    "by": [kind for kind in ("k", "p") if values[f"{kind}_{at}"]],
                }
                for at, term in enumerate(self.rule.parameters["terms"])
            ],
            "bands": values["bands"],
            "unit_fen": values["unit_fen"],
        }

    def clean(self) -> dict[str, Any]:
        """Accept weights that add up to 100 %."""
        values: dict[str, Any] = super().clean() or {}
        weights = [values.get(f"weight_{at}") for at in range(len(self.rule.parameters["terms"]))]
        known = [weight for weight in weights if weight is not None]
        if len(known) == len(weights) and sum(known) != 100:
            self.add_error(
                None, _("The weights add up to %(sum)s %%, not to 100 %%.") % {"sum": f"{sum(known):f}"}
            )
        return values
