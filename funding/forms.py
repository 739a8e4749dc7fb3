"""Forms of the pages of money; rules live in the services and the write path."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from funding.models import Source
from funding.splitting import read_amount
from records.parsing import CellError


def _day(label: Any, **options: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=picker, **options)


class AmountField(forms.CharField):
    """An amount of money in 万元, or with its unit; its cleaned value is whole 分."""

    def clean(self, value: Any) -> int:
        """Return the amount in 分."""
        try:
            return read_amount(super().clean(value))
        except CellError as problem:
            raise forms.ValidationError(f"{problem.message} {problem.mend}".strip()) from problem


class BatchForm(forms.Form):
    """A batch as it is drafted."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    source = forms.ModelChoiceField(label=_("Source of money"), queryset=Source.objects.none())
    number = forms.CharField(label=_("Document number"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    amount_fen = AmountField(label=_("Amount in 10,000 yuan"), max_length=40)
    fiscal_year = forms.IntegerField(label=_("Budget year"), min_value=2000, max_value=2100)
    plan_year = forms.IntegerField(label=_("Plan year"), min_value=2000, max_value=2100)
    received_on = _day(
        _("Received on"), required=False, help_text=_("The days to pass it on run from this day.")
    )

    def __init__(self, user: User, data: Any = None) -> None:
        year = timezone.localdate().year
        initial = {"key": str(uuid.uuid4()), "fiscal_year": year, "plan_year": year}
        super().__init__(data, initial=initial)
        field = self.fields["source"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Source.objects.visible_to(user).filter(is_active=True, by_batch=True)


class IssueForm(forms.Form):
    """The document that issues a batch."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    number = forms.CharField(label=_("Document number"), max_length=60)
    issued_on = _day(_("Date of the document"), initial=timezone.localdate)
