"""Rows that bring the portal's own key along: is the key still that of the row it stands in?

Templates and exports carry hidden keys. People sort a part of the columns, copy a row to begin a new one, or
write over what is only shown; all of that would change the wrong row in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ledgers.registry import Ledger
from records.columns import CLEAR, Column, Context, Entry
from records.parsing import CellError, search_key
from records.planning import Outcome, Status

PART = 5000


@dataclass(slots=True)
class Keyed:
    """The entries of a file that came with a key, and what is needed to judge them."""

    ledger: Ledger
    context: Context
    entries: list[Entry]

    def release_copies(self) -> None:
        """Make rows new that were copied from another one, key and all, and then named differently.

        The row that is still called what the key is called keeps the key; where none is, the first does.
        """
        groups: dict[int, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            groups[entry.pk or 0].append(entry)
        repeated = {pk: group for pk, group in groups.items() if len(group) > 1}
        columns = [column for column in self._columns() if column.required]
        now = self._stored(columns, repeated)
        for pk, group in repeated.items():
            called = [self._agrees(entry, columns, now.get(pk, {})) for entry in group]
            owner = called.index(True) if True in called else 0
            for position, entry in enumerate(group):
                if position != owner and not called[position]:
                    entry.pk = entry.version = None
        self.entries = [entry for entry in self.entries if entry.pk is not None]

    def refuse_shown(self) -> None:
        """Refuse values in columns that are only shown, unless they are what the ledger says or once said."""
        columns = [column for column in self._columns() if column.readonly or not column.stored]
        told = [entry for entry in self.entries if entry.related]
        if not columns or not told:
            return
        now = self._stored(columns, [entry.pk or 0 for entry in told])
        for column in columns:
            odd = [
                entry
                for entry in told
                if column.key in entry.related and not self._same(column, entry, now.get(entry.pk or 0))
            ]
            before = self._formerly(column, odd)
            for entry in odd:
                if self._text(column, entry.related[column.key]) not in before.get(entry.pk or 0, ()):
                    shown = column.text(now.get(entry.pk or 0, {}).get(column.key), self.context)
                    entry.fail(column.key, only_shown(shown))

    def misplaced(self, outcomes: Mapping[int, Outcome]) -> dict[int, CellError]:
        """Return the entries (by ``id``) whose contents name another row than their key does."""
        names = {column.stored for column in self._columns() if column.required and column.stored}
        moved = [
            (entry, found)
            for entry in self.entries
            if (found := outcomes.get(id(entry))) is not None
            and (found.writes or found.status is Status.REJECTED)
            and not names.isdisjoint(found.changed)
        ]
        kept = {column.stored for column in self._columns() if column.stored} | set(self.model.PARENTS)
        ghosts = [
            Entry(entry.number, values={name: found.row[name] for name in kept if name in found.row})
            for entry, found in moved
        ]
        self.ledger.resource.identify(ghosts, self.context)
        first = self._columns()[0]
        return {
            id(entry): _other_row(self._label(first, found.before or {}), self._label(first, found.row))
            for (entry, found), ghost in zip(moved, ghosts, strict=True)
            if ghost.pk is not None and ghost.pk != entry.pk
        }

    def settle_foreign(self, outcomes: Mapping[int, Outcome]) -> None:
        """Take rows the user may only read as unchanged when they are: an export holds what one sees."""
        refused = {
            entry.pk or 0: (entry, outcomes[id(entry)])
            for entry in self.entries
            if id(entry) in outcomes and outcomes[id(entry)].status is Status.DENIED
        }
        columns = [column for column in self._columns() if column.stored]
        for pk, row in self._stored(columns, refused).items():
            entry, found = refused[pk]
            keys = {column.stored: column.key for column in columns}
            if all(row.get(keys.get(name, "")) == value for name, value in entry.values.items()):
                found.status, found.findings = Status.SAME, ()

    @property
    def model(self) -> Any:
        """Return the ledger's model."""
        return self.ledger.resource.model

    def _columns(self) -> Sequence[Column]:
        return self.ledger.resource.columns()

    def _stored(self, columns: Sequence[Column], pks: Any) -> dict[int, dict[str, Any]]:
        """Return what the ledger says in these columns, by record and column key; only of visible rows."""
        wanted = sorted(set(pks) - {0})
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(wanted), PART):
            rows = self.model._default_manager.visible_to(self.context.user).filter(
                pk__in=wanted[start : start + PART]
            )
            for row in self.ledger.resource.read_rows(rows):
                found[row["id"]] = {column.key: row.get(column.name) for column in columns}
        return found

    def _text(self, column: Column, value: Any) -> str:
        return search_key("" if value is CLEAR else column.text(value, self.context))

    def _same(self, column: Column, entry: Entry, row: Mapping[str, Any] | None) -> bool:
        value = entry.related[column.key]
        # A key without a visible row is refused as a whole by the plan.
        return row is None or self._text(column, value) == self._text(column, row.get(column.key))

    def _agrees(self, entry: Entry, columns: Sequence[Column], row: Mapping[str, Any]) -> bool:
        """Tell whether every required cell that is filled says what the record says."""
        for column in columns:
            told = (entry.values if column.stored else entry.related).get(column.name)
            if told is not None and self._text(column, told) != self._text(column, row.get(column.key)):
                return False
        return True

    def _formerly(self, column: Column, entries: Sequence[Entry]) -> dict[int, set[str]]:
        """Return every text a shown column has had for these records: an old download is no edit."""
        found: dict[int, set[str]] = defaultdict(set)
        if not entries:
            return found
        manager = self.model._default_manager
        parent, _sep, name = (column.lookup or column.stored or "").rpartition("__")
        pks = [entry.pk for entry in entries]
        owners = dict(manager.filter(pk__in=pks).values_list("pk", f"{parent}_id" if parent else "pk"))
        model = self.model._meta.get_field(parent).related_model if parent else self.model
        past: dict[int, set[str]] = defaultdict(set)
        for owner, value in model.history.filter(id__in=set(owners.values())).values_list("id", name):
            past[owner].add(self._text(column, value))
        return {pk: past[owner] for pk, owner in owners.items()}

    def _label(self, column: Column, row: Mapping[str, Any]) -> str:
        return column.text(row.get(column.name), self.context)


def only_shown(shown: str) -> CellError:
    """Return the refusal of an edit to a column that is only shown."""
    return CellError(
        "locked",
        _("This column is only shown here; the ledger says «%(text)s».") % {"text": shown},
        _("Put it back, and change it in the ledger it comes from."),
    )


def _other_row(key: str, contents: str) -> CellError:
    return CellError(
        "other_row",
        _("By its hidden key this row is «%(key)s», by its contents it is another row: «%(contents)s».")
        % {"key": key, "contents": contents},
        _("Perhaps only a part of the columns was sorted: undo that, or download the template again."),
    )
