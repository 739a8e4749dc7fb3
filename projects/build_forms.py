"""Forms of the construction: the acceptance sheet, signatures, defects on their way."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import CatalogueItem
from projects.models import AcceptanceSigner, Defect, Liability, Project
from records.attachments import Prepared
from records.forms import AttachmentField
from records.models import Attachment


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class KeyedForm(forms.Form):
    """A form that is counted once, however often it is sent."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"key": str(uuid.uuid4()), **(options.get("initial") or {})}
        super().__init__(*args, **options)

    def sent(self) -> list[str]:
        """Return what identifies the request's content."""
        return [
            f"{name}={value}" for name, value in sorted(self.data.items()) if name != "csrfmiddlewaretoken"
        ]


class AcceptanceForm(KeyedForm):
    """Day and organiser of a joint acceptance."""

    held_on = _day(_("Held on"))
    organiser = forms.CharField(label=_("Organised by"), max_length=120)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"held_on": timezone.localdate(), **(options.get("initial") or {})}
        super().__init__(*args, **options)


class SignerForm(KeyedForm):
    """One signature of the acceptance sheet."""

    party = forms.ChoiceField(label=_("Party"), choices=AcceptanceSigner.Party.choices)
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    name = forms.CharField(label=_("Name"), max_length=60)
    opinion = forms.ChoiceField(
        label=_("Opinion"), choices=AcceptanceSigner.Opinion.choices, initial=AcceptanceSigner.Opinion.AGREE
    )
    signed_on = _day(_("Signed on"))
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)

    def values(self) -> dict[str, Any]:
        """Return what the write path takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class ConclusionForm(KeyedForm):
    """Words that close an acceptance."""

    conclusion = forms.CharField(label=_("Conclusion"), max_length=500, required=False)


class DefectForm(KeyedForm):
    """A defect as it is found, with a photo."""

    description = forms.CharField(label=_("Defect"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    origin = forms.ChoiceField(label=_("Found by"), choices=Defect.Origin.choices)
    severity = forms.ChoiceField(label=_("Severity"), choices=Defect.Severity.choices)
    found_on = _day(_("Found on"))
    due_on = _day(_("Due on"))
    liability = forms.ModelChoiceField(Liability.objects.none(), label=_("Who answers"), required=False)
    item = forms.ModelChoiceField(CatalogueItem.objects.none(), label=_("Item"), required=False)
    assignee = forms.CharField(label=_("To be mended by"), max_length=120)
    photo = AttachmentField(Attachment.Kind.PHOTO, required=False)

    def __init__(self, project: Project, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        options["initial"] = {"found_on": today, **(options.get("initial") or {})}
        super().__init__(*args, **options)
        answers = Liability.objects.live().filter(project=project).select_related("item")
        fields: dict[str, Any] = self.fields
        fields["liability"].queryset = answers
        fields["liability"].label_from_instance = lambda row: f"{row.item.name} · {row.firm}"
        fields["item"].queryset = CatalogueItem.objects.in_use().order_by("position")

    def values(self) -> dict[str, Any]:
        """Return what the write path takes."""
        cleaned = dict(self.cleaned_data)
        item, liability = cleaned.pop("item"), cleaned.pop("liability")
        for name in ("key", "photo"):
            cleaned.pop(name)
        if item is None and liability is not None:
            item = liability.item
        return {
            **cleaned,
            "item_id": item.pk if item else None,
            "liability_id": liability.pk if liability else None,
        }

    @property
    def picture(self) -> Prepared | None:
        """Return the photo, if there is one."""
        found: Prepared | None = self.cleaned_data["photo"]
        return found


class MendForm(KeyedForm):
    """How and when a defect was mended, with a photo of it."""

    note = forms.CharField(label=_("How it was mended"), max_length=500)
    mended_on = _day(_("Mended on"))
    photo = AttachmentField(Attachment.Kind.PHOTO, label=_("Photo after mending"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"mended_on": timezone.localdate(), **(options.get("initial") or {})}
        super().__init__(*args, **options)


class AssignForm(KeyedForm):
    """Who must mend a defect by when."""

    assignee = forms.CharField(label=_("To be mended by"), max_length=120)
    due_on = _day(_("Due on"))


class ReasonForm(KeyedForm):
    """The reason for a step."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class HolidayForm(forms.Form):
    """The table of a year's holidays."""

    file = forms.FileField(
        label=_("Table of holidays"),
        help_text=_("CSV with the columns first, last, is_working, name, source; whole years are replaced."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse what cannot be a table of days."""
        file = self.cleaned_data["file"]
        if file.size > 200_000:
            raise forms.ValidationError(_("The file is too large for a table of holidays."))
        return file
