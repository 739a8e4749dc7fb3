"""The form by which staff make a revision of a return: another workbook, another mapping, from a year on."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboards.models import ReturnDefinition
from dashboards.returns.filling import MappingWrong, prove
from dashboards.returns.layouts import MOST_BYTES, LayoutRefused, named_cells, read_layout
from projects.years import FIRST_YEAR, LAST_YEAR

LARGEST_MAPPING = 60_000


class RevisionForm(forms.Form):
    """Name, year, source, workbook and mapping; what is not sent stays as in the revision before."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, validators=[validate_slug])
    name = forms.CharField(label=pgettext_lazy("return", "Name"), max_length=80)
    year = forms.IntegerField(
        label=gettext_lazy("Holds from plan year"), min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=300)
    layout = forms.FileField(
        label=gettext_lazy("Form"),
        required=False,
        help_text=gettext_lazy(
            "The office's own .xlsx with a name on each cell to be filled; rows grow down from a named cell."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    mapping = forms.CharField(
        label=gettext_lazy("Mapping"),
        max_length=LARGEST_MAPPING,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=gettext_lazy("JSON: cells, rows and checks, as in the returns that come with the portal."),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, former: ReturnDefinition | None = None
    ) -> None:
        self.former = former
        initial: dict[str, Any] = {"key": str(uuid.uuid4())}
        if former is not None:
            initial |= {name: getattr(former, name) for name in ("code", "name", "year", "source")}
            initial["mapping"] = json.dumps(former.mapping, ensure_ascii=False, indent=1)
        super().__init__(data, files, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["source"].wide = fields["layout"].wide = fields["mapping"].wide = True
        if former is not None:
            fields["code"].disabled = True
        else:
            fields["layout"].required = True

    def clean_layout(self) -> bytes:
        """Return the workbook; refuse what is none, or could run something."""
        file = self.cleaned_data["layout"]
        if not file:
            return bytes(self.former.layout) if self.former is not None else b""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The form is larger than 2 MB."))
        content: bytes = file.read()
        try:
            names = named_cells(read_layout(content))
        except LayoutRefused as problem:
            raise forms.ValidationError(str(problem)) from problem
        if not names:
            raise forms.ValidationError(_("No cell of this workbook has a name: nothing could be filled in."))
        return content

    def clean_mapping(self) -> dict[str, Any]:
        """Return the mapping; refuse one that names what there is not."""
        try:
            mapping: dict[str, Any] = json.loads(self.cleaned_data["mapping"])
        except ValueError as problem:
            raise forms.ValidationError(_("This is not JSON.")) from problem
        try:
            prove(mapping)
        except MappingWrong as problem:
            raise forms.ValidationError(str(problem)) from problem
        return mapping

    def clean(self) -> dict[str, Any]:
        """Hold the mapping against the names of the form: a cell that is not there would be left out."""
        cleaned = super().clean() or {}
        layout, mapping = cleaned.get("layout"), cleaned.get("mapping")
        if layout and mapping:
            mapped = {*mapping.get("cells", {}), *mapping.get("rows", {})}
            absent = sorted(mapped - set(named_cells(read_layout(layout))))
            if absent:
                self.add_error(
                    "mapping",
                    _("The form has no cell with the name %(names)s.") % {"names": "、".join(absent)},
                )
        return cleaned
