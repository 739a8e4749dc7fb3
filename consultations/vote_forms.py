"""The forms of votes: setting one up, adding a rule, entering a sheet."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from consultations import vote_setup
from consultations.models import Ballot, Consultation, Vote, VoteRule
from records.attachments import ACCEPTED, FileRefused, Prepared, prepare


class VoteForm(forms.Form):
    """One matter that is put to the households; what may be written, ``consultations.vote_setup`` decides."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    matter = forms.CharField(label=_("Matter"), max_length=200)
    explanation = forms.CharField(
        label=_("Explanation"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    rule = forms.ModelChoiceField(
        VoteRule.objects.none(),
        label=_("Rule"),
        empty_label=None,
        help_text=_("The rules with their sources stand under «Rules of votes»."),
    )
    place = forms.ChoiceField(
        label=_("Building or entrance"),
        required=False,
        help_text=_("Only for rules that count over one building or entrance."),
    )
    is_decisive = forms.BooleanField(
        label=_("Decides about the plan: voted down, the community leaves the plan"), required=False
    )

    def __init__(self, data: Any = None, *, consultation: Consultation, vote: Vote | None = None) -> None:
        first = VoteRule.objects.filter(is_active=True, scope=VoteRule.Scope.COMMUNITY).first()
        initial: dict[str, Any] = {"key": str(uuid.uuid4()), "is_decisive": True, "rule": first}
        if vote is not None:
            initial |= {
                "matter": vote.matter,
                "explanation": vote.explanation,
                "rule": vote.rule_id,
                "is_decisive": vote.is_decisive,
                "place": f"{vote.building_id}/{vote.entrance}".strip("/") if vote.building_id else "",
            }
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        offered = VoteRule.objects.filter(is_active=True)
        fields["rule"].queryset = offered | VoteRule.objects.filter(pk=vote.rule_id) if vote else offered
        fields["place"].choices = [("", _("the whole community")), *vote_setup.places_of(consultation)]

    def wish(self) -> vote_setup.Wish:
        """Return what the service takes."""
        return vote_setup.Wish(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule of a region's own, with its legal source."""

    class Meta:
        model = VoteRule
        fields = (
            "code",
            "name",
            "scope",
            "join_numerator",
            "join_denominator",
            "agree_numerator",
            "agree_denominator",
            "agree_is_exclusive",
            "agree_of_all",
            "proxies_per_holder",
            "source",
        )
        help_texts = {
            "agree_is_exclusive": _("«More than half» excludes the half; «two thirds or more» does not."),
            "agree_of_all": _("The agreement is counted of everybody on the roll, not of those taking part."),
            "source": _("Law or document, with its article."),
        }


class SheetForm(forms.Form):
    """One answer as it stands on paper, was given at the door, or by a proxy."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    place = forms.CharField(
        label=_("Home"),
        max_length=60,
        help_text=_("3-1-501 is 3栋 1单元 501."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "places", "autofocus": True}),
    )
    choice = forms.ChoiceField(label=_("answer"), choices=Ballot.Choice.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("channel"),
        choices=[pair for pair in Ballot.Channel.choices if pair[0] != Ballot.Channel.ONLINE],
        initial=Ballot.Channel.PAPER,
    )
    proxy_holder = forms.CharField(
        label=_("holder of the proxy"),
        max_length=60,
        required=False,
        help_text=_("The holder's own room, no name; only for answers by proxy."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sheet_no = forms.CharField(
        label=_("number of the sheet"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scan = forms.FileField(
        label=_("scanned sheet"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )
    replaces = forms.BooleanField(
        label=_("Replace the answer that is there"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, files: Any = None, *, channel: str = "", holder: str = "") -> None:
        initial = {
            "key": str(uuid.uuid4()),
            "channel": channel or Ballot.Channel.PAPER,
            "proxy_holder": holder,
        }
        super().__init__(data, files, initial=initial)

    def clean_scan(self) -> Prepared | None:
        """Return the scanned sheet as it will be kept, without what the camera noted."""
        file: UploadedFile[Any] | None = self.cleaned_data["scan"]
        if not file:
            return None
        try:
            return prepare(file)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def ask_to_replace(self) -> None:
        """Show the box that lets an answer be replaced."""
        self.fields["replaces"].widget = forms.CheckboxInput()
