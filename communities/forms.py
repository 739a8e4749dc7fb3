"""Forms of the survey: opening it, answering an item, signing and reopening."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community, SurveyFinding
from records.forms import AttachmentField
from records.models import Attachment


class OpenSurveyForm(forms.Form):
    """Which communities are surveyed, and until when."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}))
    communities = forms.ModelMultipleChoiceField(
        Community.objects.none(),
        label=_("Communities"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one community.")},
    )

    def __init__(self, offered: Any, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"key": str(uuid.uuid4())})
        super().__init__(*args, **options)
        field = self.fields["communities"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = offered


class FindingForm(forms.Form):
    """One answer: condition, quantity, position, remark and a photo; sent by a page or by a phone's queue."""

    key = forms.CharField(max_length=80, min_length=8)
    version = forms.IntegerField(min_value=1)
    condition = forms.ChoiceField(
        label=_("Condition"),
        choices=SurveyFinding.Condition.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the condition.")},
    )
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=14, decimal_places=2, required=False)
    place = forms.CharField(label=_("Position"), max_length=120, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)
    photo = AttachmentField(Attachment.Kind.PHOTO, required=False)

    def answers(self) -> dict[str, Any]:
        """Return the finding's values as the write path takes them."""
        return {name: self.cleaned_data[name] for name in ("condition", "quantity", "place", "remark")}


class SignForm(forms.Form):
    """The name of who signs."""

    name = forms.CharField(label=_("Name"), max_length=60)


class ReasonForm(forms.Form):
    """Why a signature is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
