"""The forms by which an ad-hoc table is set up: what its rows are, what is shown, what is asked of whom."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region, User
from ledgers.dispatching import sources
from ledgers.dispatching.columns import KINDS, unit_of_measure
from ledgers.models import Dispatch
from projects.years import FIRST_YEAR
from records.columns import Column
from records.headers import normalise_header
from records.parsing import search_key, tidy_name

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
if TYPE_CHECKING:
    _Base = forms.BaseFormSet["ColumnForm"]
else:
    # Django's class takes a type only in its stubs.
    _Base = forms.BaseFormSet

# Lines for new columns that the form offers.
LINES = 8


class DispatchForm(forms.Form):
    """What the table is called, what its rows are, and until when."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    document_no = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)
    source = forms.ChoiceField(label=gettext_lazy("What a row is"))
    year = forms.IntegerField(label=gettext_lazy("Plan year"), required=False, min_value=FIRST_YEAR)
    due_at = forms.DateTimeField(label=gettext_lazy("Due"), widget=MOMENT)
    text = forms.CharField(
        label=gettext_lazy("What is asked"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Shown to every unit above its table."),
    )

    def __init__(self, data: Any = None, *, dispatch: Dispatch | None = None) -> None:
        today = timezone.localdate()
        tomorrow = timezone.make_aware(datetime.combine(today + timedelta(days=1), time(17)))
        initial: dict[str, Any] = {"key": str(uuid.uuid4()), "year": today.year, "due_at": tomorrow}
        if dispatch is not None:
            names = ("title", "document_no", "source", "year", "due_at", "text")
            initial |= {name: getattr(dispatch, name) for name in names}
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["source"].choices = sources.choices()
        fields["year"].max_value = today.year + 5
        fields["text"].wide = True
        if dispatch is not None:
            # Other rows have other fields: that is another table.
            fields["source"].disabled = True

    def clean_title(self) -> str:
        """Take the title as names are written: it becomes the name of files and sheets."""
        return tidy_name(self.cleaned_data["title"]).replace("/", "／").replace("\\", "＼")

    def clean_due_at(self) -> datetime:
        """Refuse an hour that has passed."""
        due: datetime = self.cleaned_data["due_at"]
        if due <= timezone.now():
            raise forms.ValidationError(_("The hour it is due has passed already."))
        return due

    def clean(self) -> dict[str, Any]:
        """Ask for the plan year where the rows are those of one."""
        cleaned = super().clean() or {}
        source = cleaned.get("source")
        if source and not sources.by_year(source):
            cleaned["year"] = None
        elif source and not cleaned.get("year") and not self.has_error("year"):
            self.add_error("year", _("The plan year is missing."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


def _label(column: Column) -> str:
    """Return a field's name with its unit, as a page says it; workbooks have their own way."""
    if column.unit is None:
        return str(column.header)
    return _("%(field)s (%(unit)s)") % {"field": column.header, "unit": column.unit.shown}


class ChoiceForm(forms.Form):
    """Which fields are shown filled, which units are asked, which rows fit."""

    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Fields shown filled"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    column = forms.ChoiceField(label=gettext_lazy("Only rows whose field"), required=False)
    operator = forms.ChoiceField(label=gettext_lazy("Condition"), required=False)
    text = forms.CharField(label=gettext_lazy("Value"), required=False, max_length=100)

    def __init__(self, data: Any = None, *, dispatch: Dispatch, user: User) -> None:
        condition: dict[str, str] = next(iter(dispatch.conditions), {})
        chosen = list(dispatch.units.values_list("code", flat=True)) if data is None else []
        initial = {
            "shown": dispatch.shown,
            "units": chosen,
            "column": condition.get("column", ""),
            "operator": condition.get("operator", "is"),
            "text": condition.get("text", ""),
        }
        super().__init__(data, initial=initial, prefix="pick")
        offered = sources.fields(dispatch.source)
        labels = [(key, _label(column)) for key, column in offered.items()]
        fields: dict[str, Any] = self.fields
        fields["shown"].choices = labels
        fields["units"].queryset = user.region.subtree().units().order_by("path")
        fields["column"].choices = [("", _("All rows")), *labels]
        fields["operator"].choices = list(sources.OPERATORS.items())
        if dispatch.source == sources.UNITS:
            for name in ("column", "operator", "text"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """Return the fields shown and the conditions."""
        cleaned = self.cleaned_data
        conditions = []
        if column := cleaned.get("column"):
            operator = cleaned.get("operator") or "is"
            text = cleaned.get("text", "").strip()
            conditions = [{"column": column, "operator": operator, "text": text}]
        return {"shown": cleaned["shown"], "conditions": conditions}


class ColumnForm(forms.Form):
    """One new column; a line without a heading is none."""

    header = forms.CharField(label=gettext_lazy("Heading"), max_length=40, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: list(KINDS.items()), required=False)
    unit = forms.CharField(label=gettext_lazy("Unit of measure"), max_length=10, required=False)
    choices = forms.CharField(label=gettext_lazy("List"), max_length=300, required=False)
    help = forms.CharField(label=gettext_lazy("Explanation"), max_length=200, required=False)
    required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)

    def clean(self) -> dict[str, Any]:
        """Hold heading, kind, unit and list against each other."""
        cleaned = super().clean() or {}
        header, kind = tidy_name(cleaned.get("header", "")), cleaned.get("kind") or "count"
        cleaned["header"], cleaned["kind"] = header, kind
        told = any(cleaned.get(name) for name in ("unit", "choices", "help"))
        if not header and told:
            self.add_error("header", _("Give the column a heading."))
        unit = tidy_name(cleaned.get("unit", ""))
        if unit and unit_of_measure(kind, unit) is None:
            self.add_error("unit", _("Numbers of this kind are not counted in this unit."))
        cleaned["unit"] = unit
        listed = [
            tidy_name(text)
            for text in cleaned.get("choices", "").replace(",", "、").replace("，", "、").split("、")
        ]
        listed = list(dict.fromkeys(filter(None, listed)))
        if header and kind == "choice" and len(listed) < 2:
            self.add_error("choices", _("List at least two texts, with 、 between them."))
        cleaned["choices"] = listed if kind == "choice" else []
        return cleaned


class _Columns(_Base):
    """All new columns of a table: no two with one heading, none called like a field that is shown."""

    taken: frozenset[str] = frozenset()

    def clean(self) -> None:
        """Refuse a heading that another column has: an uploaded table could not tell them apart."""
        seen = set(self.taken)
        for form in self.forms:
            header = getattr(form, "cleaned_data", {}).get("header")
            if header:
                name = search_key(normalise_header(header)[0])
                if name in seen:
                    form.add_error("header", _("Another column has this heading."))
                seen.add(name)

    def values(self) -> list[dict[str, Any]]:
        """Return the definitions of the columns that have a heading."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("header")]


_ColumnSet = forms.formset_factory(ColumnForm, formset=_Columns, extra=0, max_num=LINES, absolute_max=LINES)


def column_forms(data: Any = None, *, dispatch: Dispatch, shown: list[str] | None = None) -> _Columns:
    """Return the lines for new columns: those there are, and empty ones."""
    known = [{**item, "choices": "、".join(item.get("choices", ()))} for item in dispatch.asked]
    blank = [{"kind": "count"}] * (LINES - len(known))
    made: Any = _ColumnSet(data, initial=known + blank, prefix="ask")
    offered = sources.fields(dispatch.source)
    heads = [str(sources.name_of_rows(dispatch.source)), _("Reporting unit")]
    heads += [str(offered[key].header) for key in (shown or ()) if key in offered]
    made.taken = frozenset(search_key(normalise_header(head)[0]) for head in heads)
    formset: _Columns = made
    return formset


class DueForm(forms.Form):
    """Another hour."""

    due_at = forms.DateTimeField(label=gettext_lazy("Due"), widget=MOMENT)
