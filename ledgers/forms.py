"""The plain form of one ledger row, made from the columns of its ledger."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region
from accounts.selects import LEVELS
from communities.columns import working_unit
from ledgers.grid import GridScope, show_rows
from ledgers.reader import LIMITS
from ledgers.scoping import earlier_years, years_offered
from records.columns import ChoiceWidget, Column
from records.locks import ALL


class RowForm(forms.Form):
    """One row's cells as text fields and choices; rules live in the write path, not here."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, scope: GridScope, pk: int | None, data: Any = None) -> None:
        self.scope = scope
        self.pk = pk
        self.context = scope.context()
        self.row: dict[str, Any] = {"c": [""] * len(scope.ledger.resource.columns())}
        if pk is not None:
            self.row = show_rows(scope, scope.rows(pk=pk), self.context)[0]
        locks = self.row.get("l", {})
        self.may_edit = scope.may_edit and ALL not in locks
        initial = {"key": str(uuid.uuid4()), "version": self.row.get("v")}
        super().__init__(data, initial=initial)
        texts = dict(zip(scope.ledger.resource.fields, self.row["c"], strict=True))
        texts.update(self.row.get("d", {}))
        own = working_unit(self.context) if pk is None else None
        if own is not None:
            texts |= {key: own.label for key in ("region", "unit") if key in texts}
        if pk is None and scope.year is not None:
            texts |= {key: str(scope.year) for key in ("plan_year", "year") if key in texts}
        for column in scope.ledger.resource.columns():
            if column.readonly and pk is None:
                continue
            field = self._field(column, texts[column.key])
            closed = column.readonly or (column.stored is None and pk is not None)
            if closed or column.key in locks or not self.may_edit:
                field.disabled = True
                field.help_text = locks.get(column.key, field.help_text)
            self.fields[column.key] = field
        self.doubts = [
            {"key": key, **finding} for key, findings in self.row.get("f", {}).items() for finding in findings
        ]

    def _field(self, column: Column, text: str) -> forms.Field:
        choices = column.cell.choices(self.context)
        common: dict[str, Any] = {
            "label": column.header,
            "required": column.required,
            "initial": text,
            "help_text": column.help,
        }
        field: Any
        if choices and (isinstance(column.cell, ChoiceWidget) or len(choices) <= 80):
            listed = [("", "")] + [(choice, choice) for choice in choices]
            if text and text not in choices:
                listed.append((text, text))
            field = forms.ChoiceField(choices=listed, **common)
        else:
            field = forms.CharField(max_length=500, **common)
        # Read by the template: the unit stands after the field; what is asked for is not called optional.
        field.unit = column.unit.shown if column.unit else ""
        field.asked = column.asked
        made: forms.Field = field
        return made

    def tell_changes(self, changes: Mapping[str, tuple[int, str]]) -> None:
        """Let the label of each column that was changed lead to its changes: how many, and their address."""
        for key, (count, url) in changes.items():
            if key in self.fields:
                field: Any = self.fields[key]
                field.changes, field.changes_url = count, url

    def sent_cells(self) -> dict[str, str]:
        """Return the cells as sent: all that are open, and of a new row those that are filled.

        Cells that say what the version on screen said are no edits; the write path knows that version.
        """
        cells = {
            key: str(self.cleaned_data.get(key) or "")
            for key, field in self.fields.items()
            if key in self.scope.ledger.resource.fields and not field.disabled
        }
        return cells if self.pk is not None else {key: text for key, text in cells.items() if text}

    def show_answer(self, answer: dict[str, Any]) -> None:
        """Put what the write path says beside the fields it is about."""
        for conflict in answer.get("conflicts", ()):
            words = _(
                "%(by)s changed this to «%(theirs)s» at %(at)s (before: «%(base)s»). Yours: «%(mine)s»."
            )
            self.add_error(conflict["key"], words % conflict)
            # The next sending is made with the other side's value in view: it counts as seen.
            self._resend(version=str(answer.get("v", "")))
        for key, findings in answer.get("f", {}).items():
            for finding in findings:
                if finding["severity"] == "hard":
                    text = f"{finding['message']} {finding['mend']}".strip()
                    self.add_error(key if key in self.fields else None, text)
        if not self.errors and answer.get("message"):
            self.add_error(None, answer["message"])
        if self.errors:
            self._resend()

    def _resend(self, **changed: str) -> None:
        """Make the next sending of this form a new request."""
        sent = {name: self.data.get(name) for name in self.data}
        self.data = {**sent, "key": str(uuid.uuid4()), **changed}


class UploadForm(forms.Form):
    """The file, and what it is for."""

    file = forms.FileField(
        label=gettext_lazy("Workbook or table"),
        help_text=gettext_lazy(
            ".xlsx, .xls or .csv, at most 20 MB and 20,000 rows. Templates and ordinary tables."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv,.txt,.et"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, scope: GridScope, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.scope = scope
        if scope.ledger.by_year:
            self.fields["year"] = forms.TypedChoiceField(
                label=gettext_lazy("Plan year"),
                choices=[
                    *((year, str(year)) for year in years_offered(scope)),
                    (_("Years without rows"), [(year, str(year)) for year in earlier_years(scope)]),
                ],
                coerce=int,
                initial=scope.year,
            )
        regions = scope.user.region.subtree().filter(level__in=LEVELS)
        if scope.user.region.level not in {Region.Level.PROVINCE, Region.Level.PREFECTURE}:
            return
        chosen = scope.unit if scope.unit is not None and regions.filter(pk=scope.unit.pk).exists() else None
        self.fields["region"] = forms.ModelChoiceField(
            regions,
            to_field_name="code",
            label=gettext_lazy("Whose rows"),
            initial=(chosen or scope.user.region).code,
            help_text=gettext_lazy("Rows without a unit of their own belong to this one."),
        )

    def region(self) -> Region:
        """Return whose rows the file holds."""
        chosen: Region = self.cleaned_data.get("region") or self.scope.user.region
        return chosen

    def clean_file(self) -> Any:
        """Refuse what is too large before anything is kept."""
        file = self.cleaned_data["file"]
        if file.size > LIMITS.max_bytes:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it, or remove pictures."))
        return file
