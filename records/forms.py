"""Form fields for files beside ledger rows."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.attachments import ACCEPTED, ACCEPTED_PHOTOS, FileRefused, Prepared, prepare
from records.limits import bounds_of, is_exact, plain
from records.models import Attachment, Limit


class AttachmentField(forms.FileField):
    """One file; its cleaned value is a ``Prepared`` that ``records.attachments.attach`` takes, or None."""

    def __init__(self, kind: Attachment.Kind | None = None, **options: Any) -> None:
        self.kind = kind
        options.setdefault("label", _("Photo") if kind is Attachment.Kind.PHOTO else _("File"))
        options.setdefault(
            "help_text",
            _("JPEG, PNG or WebP, at most 10 MB; place and device are removed.")
            if kind is Attachment.Kind.PHOTO
            else _("Picture, PDF, OFD or Office file, at most 10 MB."),
        )
        accept = ACCEPTED_PHOTOS if kind is Attachment.Kind.PHOTO else ACCEPTED
        options.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Prepared | None:
        """Return what would be kept; a refused file is an error of this field."""
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return prepare(file, self.kind)
        except FileRefused as problem:
            raise forms.ValidationError(str(problem)) from problem


class AttachForm(forms.Form):
    """A file for a row, sent by ``components/attachments.html``."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    purpose = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    file = AttachmentField()

    def __init__(self, *args: Any, kind: Attachment.Kind | None = None, **options: Any) -> None:
        options.setdefault("initial", {"key": str(uuid.uuid4())})
        super().__init__(*args, **options)
        self.fields["file"] = AttachmentField(kind)


class TakeAwayForm(forms.Form):
    """The reason for taking a file away."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class LimitForm(forms.Form):
    """The bounds a limit has, with source and reason; one that is a single figure has one field."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    source = forms.CharField(label=_("Source"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(
        label=_("Reason of the change"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, limit: Limit) -> None:
        names = bounds_of(limit)
        self.is_exact = is_exact(limit)
        self.names = names[:1] if self.is_exact else names
        begun = {name: plain(getattr(limit, name)) for name in self.names}
        super().__init__(data, initial={"seen": limit.revision, "source": limit.source, **begun})
        labels = {"low": _("At least"), "high": _("At most")}
        for name in self.names:
            label = _("Value") if self.is_exact else labels[name]
            self.fields[name] = forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=4)
        fields: dict[str, Any] = self.fields
        for name in self.names:
            fields[name].unit = limit.unit
        fields["source"].wide = fields["reason"].wide = True
        self.order_fields(["seen", *self.names])

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        figures = {name: data[name] for name in self.names}
        if self.is_exact:
            figures = {"low": data["low"], "high": data["low"]}
        return {"seen": data["seen"], "values": figures, "source": data["source"], "reason": data["reason"]}
