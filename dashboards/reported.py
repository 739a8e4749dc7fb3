"""The table of what each of many regions reports, as somebody hands it in: read, summed and ranked.

Nothing is filled in: what a row leaves blank stays blank, counts in no sum, and is named.  Totals are the
sums of the rows.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from records.rates import percentage

MOST_ROWS = 3000

# What stands in a header for which column, after blanks, brackets and units are taken off.
_ALIASES = {
    "seq": ("seq", "序号", "no"),
    "name": ("province", "region", "省份", "地区", "省区市", "城市", "县市区", "name"),
    "planned": ("plancommunities", "计划小区数", "小区数计划", "小区计划", "计划任务数", "计划改造小区数"),
    "started": ("startedcommunities", "开工小区数", "新开工小区数", "小区数开工", "开工数"),
    "planned_households": ("planhouseholds", "plannedhouseholds", "计划户数", "户数计划", "计划居民户数"),
    "started_households": ("startedhouseholds", "开工户数", "户数开工", "新开工户数", "开工居民户数"),
}
_TOTALS = {"合计", "总计", "全国", "全国合计", "total"}


class Unreadable(Exception):
    """The table cannot be read; the text says which row and column, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one region reports; None was left blank. Households are whole households."""

    name: str
    planned: int | None
    started: int | None
    planned_households: int | None
    started_households: int | None

    @property
    def is_complete(self) -> bool:
        """Tell whether a rate by communities can be said."""
        return self.planned is not None and self.started is not None

    @property
    def ratio(self) -> Fraction | None:
        """Return the unrounded start rate by communities, to sort by; None when it cannot be said."""
        return Fraction(self.started or 0, self.planned) if self.is_complete and self.planned else None


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of rows; those of the rates leave out rows that miss one of the two numbers."""

    planned: int
    started: int
    planned_households: int
    started_households: int
    rate: Decimal | None
    household_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a bulletin, and the totals the file itself states (None where it states none)."""

    lines: tuple[Line, ...]
    stated: Line | None = None

    @property
    def sums(self) -> Sums:
        """Return the totals: always the sums of the rows."""
        return Sums(
            planned=_sum(line.planned for line in self.lines),
            started=_sum(line.started for line in self.lines),
            planned_households=_sum(line.planned_households for line in self.lines),
            started_households=_sum(line.started_households for line in self.lines),
            rate=self._rate("planned", "started"),
            household_rate=self._rate("planned_households", "started_households"),
        )

    def _rate(self, base: str, part: str) -> Decimal | None:
        pairs = [(getattr(line, base), getattr(line, part)) for line in self.lines]
        both = [(whole, done) for whole, done in pairs if whole is not None and done is not None]
        return percentage(sum(done for _whole, done in both), sum(whole for whole, _done in both))

    @property
    def ranked(self) -> list[tuple[int | None, Line]]:
        """Return the lines with their place by start rate, best first; ties share a place."""
        order = {line.name: index for index, line in enumerate(self.lines)}
        rated = [line for line in self.lines if line.ratio is not None]
        rated.sort(key=lambda line: (-(line.ratio or 0), order[line.name]))
        placed: list[tuple[int | None, Line]] = []
        for position, line in enumerate(rated, start=1):
            tie = bool(placed) and placed[-1][1].ratio == line.ratio
            placed.append((placed[-1][0] if tie else position, line))
        return placed + [(None, line) for line in self.lines if line.ratio is None]

    @property
    def missing(self) -> list[Line]:
        """Return the lines that leave a number blank."""
        return [line for line in self.lines if None in _numbers(line)]


def _numbers(line: Line) -> tuple[int | None, ...]:
    return (line.planned, line.started, line.planned_households, line.started_households)


def _sum(values: Iterable[int | None]) -> int:
    return sum(value for value in values if value is not None)


# ---------------------------------------------------------------- reading


def read(text: str) -> Table:
    """Read a table from CSV or from cells copied out of a spreadsheet; raises Unreadable.

    The header names the columns in Chinese or as in the files of the ministry's tables; households may be in
    万户 or 户, as their header says.  Lines that begin with # are remarks; a row 合计 is compared, not added.
    """
    rows = _rows(text)
    if not rows:
        raise Unreadable(_("The table is empty. Paste it with its header row."))
    columns, factors = _columns(rows[0])
    lines: list[Line] = []
    stated: Line | None = None
    for number, row in enumerate(rows[1:], start=2):
        line = _line(row, columns, factors, number)
        if line is None:
            continue
        if line.name.lower() in _TOTALS:
            stated = line
        elif any(known.name == line.name for known in lines):
            raise Unreadable(
                _("Row %(row)d: %(name)s stands in the table twice.") % {"row": number, "name": line.name}
            )
        else:
            lines.append(line)
    if not lines:
        raise Unreadable(_("The table has a header and no rows."))
    return Table(tuple(lines), stated)


def _rows(text: str) -> list[list[str]]:
    kept = [one for one in text.splitlines() if one.strip() and not one.lstrip("\ufeff ").startswith("#")]
    if len(kept) > MOST_ROWS:
        raise Unreadable(_("The table has more than %(number)d rows.") % {"number": MOST_ROWS})
    if not kept:
        return []
    delimiter = "\t" if "\t" in kept[0] else "," if "," in kept[0] else "，"
    return [
        [cell.strip(" \ufeff\u3000") for cell in row]
        for row in csv.reader(io.StringIO("\n".join(kept)), delimiter=delimiter)
    ]


def _columns(header: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    found: dict[str, int] = {}
    factors: dict[str, int] = {}
    for index, label in enumerate(header):
        plain = unicodedata.normalize("NFKC", label).lower()
        bare = re.sub(r"\((?:万?户|个|%)\)|[()\s_]|wan$", "", plain)
        name = next((name for name, aliases in _ALIASES.items() if bare in aliases), None)
        if name is None:
            continue
        if name in found:
            raise Unreadable(_("Two columns of the header mean the same: %(label)s.") % {"label": label})
        found[name] = index
        factors[name] = 10_000 if "万" in plain or plain.endswith("_wan") else 1
    wanted = {"name": _("region"), "planned": _("planned communities"), "started": _("started communities")}
    absent = [label for name, label in wanted.items() if name not in found]
    if absent:
        names = pgettext("list", ", ").join(absent)
        raise Unreadable(_("The header does not name these columns: %(names)s.") % {"names": names})
    return found, factors


def _line(row: Sequence[str], columns: dict[str, int], factors: dict[str, int], number: int) -> Line | None:
    def cell(name: str) -> str:
        index = columns.get(name)
        return row[index] if index is not None and index < len(row) else ""

    if not any(row):
        return None
    name = cell("name")
    if not name:
        raise Unreadable(_("Row %(row)d names no region.") % {"row": number})
    values = {
        field: _whole(cell(field), factors.get(field, 1), number, field)
        for field in ("planned", "started", "planned_households", "started_households")
    }
    return Line(name, **values)


def _whole(text: str, factor: int, row: int, field: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if plain in {"", "-", "—"}:
        return None
    try:
        value = Decimal(plain) * factor
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value != value.to_integral_value() or value > 10**10:
        raise Unreadable(
            _("Row %(row)d: “%(text)s” is not a number this column can hold (%(column)s).")
            % {"row": row, "text": text, "column": field}
        )
    return int(value)
