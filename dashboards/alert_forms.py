"""Forms of the alerts: explaining, closing, setting a rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.alerts.registry import Way
from dashboards.models import AlertRule

WORDS = forms.Textarea(attrs={"rows": 3})


class ExplainForm(forms.Form):
    """Why an alert is so, and what is being done."""

    explanation = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=WORDS)
    measures = forms.CharField(label=gettext_lazy("Measures"), max_length=1000, widget=WORDS)
    promised_on = forms.DateField(
        label=gettext_lazy("To be mended by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CloseForm(forms.Form):
    """Why an alert is closed though its cause lasts."""

    reason = forms.CharField(label=gettext_lazy("Reason of closing"), max_length=500, widget=WORDS)


class RuleForm(forms.Form):
    """Thresholds and figures of a rule; each figure of the rule has a field of its own."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    yellow = forms.DecimalField(
        label=gettext_lazy("Yellow from"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    red = forms.DecimalField(
        label=gettext_lazy("Red from"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300, widget=WORDS)
    is_active = forms.BooleanField(label=gettext_lazy("The rule is in use"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason of the change"), max_length=500, widget=WORDS)

    def __init__(self, data: Any = None, *, rule: AlertRule, way: Way) -> None:
        initial: dict[str, Any] = {
            "seen": rule.revision,
            "yellow": rule.yellow,
            "red": rule.red,
            "source": rule.source,
            "is_active": rule.is_active,
        }
        self.names = tuple(way.params)
        initial |= {f"param_{name}": rule.params.get(name) for name in self.names}
        super().__init__(data, initial=initial)
        for name, label in way.params.items():
            self.fields[f"param_{name}"] = forms.IntegerField(label=label, min_value=0, max_value=100_000)
        fields: dict[str, Any] = self.fields
        fields["yellow"].unit = fields["red"].unit = way.unit
        fields["source"].wide = fields["reason"].wide = True
        self.falling = way.falling
        self.order_fields(["seen", "yellow", "red", *(f"param_{name}" for name in self.names)])

    def clean(self) -> dict[str, Any]:
        """Accept thresholds in their order: red is worse than yellow."""
        values: dict[str, Any] = super().clean() or {}
        yellow, red = values.get("yellow"), values.get("red")
        if yellow is not None and red is not None and (yellow < red if self.falling else yellow > red):
            self.add_error("red", _("Red must be worse than yellow."))
        return values

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        names = ("seen", "yellow", "red", "source", "is_active", "reason")
        params = {name: self.cleaned_data[f"param_{name}"] for name in self.names}
        return {**{name: self.cleaned_data[name] for name in names}, "params": params}
