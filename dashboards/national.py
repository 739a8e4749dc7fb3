"""The bulletin of many provinces from a table of what each reports (DOMAIN 3.2 no. 2, 6.3, 7.2).

The portal's own bulletins come from its snapshots; this one comes from a table that somebody hands in, such
as the ministry's of December 2022.  Nothing is filled in: what a row leaves blank stays blank, counts in no
sum, and is named in the text.  Totals are the sums of the rows; rates may exceed 100 %, and from 100 % on a
region counts as 全部开工.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.documents.annexes import NONE, Cell, Column, amount, annex, count, words
from dashboards.figures import percentage
from dashboards.runs import Runs, day_of, joined, listing, month_day, month_name, sentence

TEN_THOUSAND = Decimal(10_000)
CENT = Decimal("0.01")
MOST_ROWS = 3000
# The bulletin names so many regions behind the plan one by one.
SLOW_NAMED = 6

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
        names = ", ".join(absent)
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


# ---------------------------------------------------------------- composing


def compose(table: Table, *, whole: str, on: date, dated: date, to: str = "") -> dict[str, Any]:
    """Return the bulletin as a document, in the language of the office.

    ``whole`` is what the regions make up together (全国, 全省), ``on`` the month end of the numbers.
    """
    with translation.override(settings.LANGUAGE_CODE):
        month = formats.date_format(on, pgettext("month of a title", "F Y"), use_l10n=False)
        return {
            "issuer": settings.PORTAL_ISSUER,
            "number": "",
            "dated": day_of(dated),
            "draft": "",
            "title": _("Report on the renovation of old urban communities in %(month)s: %(whole)s")
            % {"month": month, "whole": whole},
            "to": to,
            "blocks": _blocks(table, whole, on),
            "tables": [],
            "annexes": _annexes(table, on),
            "labels": {},
            "note": _note(table),
            "on": f"{on:%Y-%m-%d}",
        }


def _blocks(table: Table, whole: str, on: date) -> list[dict[str, Any]]:
    chapters: list[tuple[str, list[Runs]]] = [
        (_("Regions beyond their plan"), _beyond(table)),
        (_("Regions that have started everything"), _all_started(table)),
        (_("Regions that have not started everything"), _behind(table)),
        (_("Numbers not reported"), _missing(table)),
    ]
    blocks: list[dict[str, Any]] = [{"kind": "p", "runs": _headline(table, whole, on)}]
    ordinals = iter(pgettext("chapters of a document", "1. |2. |3. |4. |5. |6. |7. |8. |9. ").split("|"))
    for heading, paragraphs in chapters:
        if paragraphs:
            blocks.append({"kind": "h", "runs": [{"t": next(ordinals) + heading}]})
            blocks.extend({"kind": "p", "runs": runs} for runs in paragraphs)
    return blocks


def _headline(table: Table, whole: str, on: date) -> Runs:
    sums = table.sums
    plan = sentence(
        _(
            "The plan of %(whole)s for %(year)s is to renovate %(planned)s old urban communities"
            " with %(households)s ten thousand households. "
        ),
        whole=whole,
        year=on.year,
        planned=f"{sums.planned:,}",
        households=f"{wan(sums.planned_households):,}",
    )
    month = month_name(on)
    done = sentence(
        _(
            "%(period)s, %(started)s communities and %(households)s ten thousand households have been"
            " started, by communities %(rate)s of the year's plan, by households %(household_rate)s%(among)s."
        ),
        period=_("In January") if on.month == 1 else _("From January to %(month)s") % {"month": month},
        started=f"{sums.started:,}",
        households=f"{wan(sums.started_households):,}",
        rate=_percent(sums.rate),
        household_rate=_percent(sums.household_rate),
        among=_among(table),
    )
    return plan + done


def _among(table: Table) -> str:
    rated = sum(1 for line in table.lines if line.ratio is not None)
    if rated == len(table.lines):
        return ""
    return _(" (rates of the %(number)d regions that report both)") % {"number": rated}


def _beyond(table: Table) -> list[Runs]:
    found = [line for _place, line in table.ranked if (line.ratio or 0) > 1]
    return [joined([[{"t": _rated(line)}] for line in found])] if found else []


def _all_started(table: Table) -> list[Runs]:
    found = [line for line in table.lines if (line.ratio or 0) >= 1]
    if not found:
        return []
    exactly = [line for line in found if line.ratio == 1]
    first = ngettext(
        "%(number)s region has started everything",
        "%(number)s regions have started everything",
        len(found),
    )
    runs = sentence(first, number=len(found))
    if exactly:
        names = listing([[{"t": line.name}] for line in exactly])
        runs += sentence(_(", %(names)s just as many as planned"), names=names)
    return [runs + [{"t": pgettext("end of a sentence", ".")}]]


def _behind(table: Table) -> list[Runs]:
    found = [line for _place, line in table.ranked if line.ratio is not None and line.ratio < 1][::-1]
    if not found:
        return []
    named = [[{"t": _short(line)}] for line in found[:SLOW_NAMED]]
    return [joined(named)]


def _missing(table: Table) -> list[Runs]:
    labels = {
        "planned": _("planned communities"),
        "started": _("started communities"),
        "planned_households": _("planned households"),
        "started_households": _("started households"),
    }
    runs = []
    for line in table.missing:
        blank = [label for name, label in labels.items() if getattr(line, name) is None]
        names = pgettext("between the items of a list", ", ").join(blank)
        runs.append(
            sentence(
                _("%(name)s has not reported %(numbers)s; the totals do not contain them."),
                name=line.name,
                numbers=names,
            )
        )
    return runs


def _rated(line: Line) -> str:
    return _("%(name)s (%(rate)s)") % {"name": line.name, "rate": _percent(_rate_of(line))}


def _short(line: Line) -> str:
    return _("%(name)s (%(rate)s, %(number)d communities to start)") % {
        "name": line.name,
        "rate": _percent(_rate_of(line)),
        "number": (line.planned or 0) - (line.started or 0),
    }


def _rate_of(line: Line) -> Decimal | None:
    return None if line.planned is None or line.started is None else percentage(line.started, line.planned)


def _percent(rate: Decimal | None) -> str:
    return NONE if rate is None else f"{rate:,}%"


def wan(households: int | None) -> Decimal | None:
    """Return households in 万户, rounded half up to two places."""
    if households is None:
        return None
    return (Decimal(households) / TEN_THOUSAND).quantize(CENT, rounding=ROUND_HALF_UP)


def _note(table: Table) -> str:
    notes = [_("Start rate = started ÷ planned for the year; totals are the sums of the rows.")]
    if table.missing:
        notes.append(
            _("— was not reported; the rate of the total counts only regions that report both numbers.")
        )
    notes += differences(table)
    return " ".join(notes)


def differences(table: Table) -> list[str]:
    """Return where the total row of the file is not the sum of its rows, in words."""
    if table.stated is None:
        return []
    sums = table.sums
    labels = {
        "planned": _("planned communities"),
        "started": _("started communities"),
        "planned_households": _("planned households"),
        "started_households": _("started households"),
    }
    return [
        _("The table's own total of %(column)s is %(stated)s, the sum of its rows %(sum)s.")
        % {"column": label, "stated": f"{stated:,}", "sum": f"{getattr(sums, name):,}"}
        for name, label in labels.items()
        if (stated := getattr(table.stated, name)) is not None and stated != getattr(sums, name)
    ]


def _annexes(table: Table, on: date) -> list[dict[str, Any]]:
    day = month_day(on)
    return [
        annex(
            _("Table 1: starts by region (%(day)s, highest start rate first)") % {"day": day},
            _table_columns(pgettext("ranking", "Place")),
            [_cells(line, count(place), as_published=True) for place, line in table.ranked],
            total=_total_cells(table),
        ),
        annex(
            _("Table 2: starts by region (%(day)s, in the order of the regions)") % {"day": day},
            _table_columns(_("No.")),
            [_cells(line, count(index)) for index, line in enumerate(table.lines, start=1)],
            total=_total_cells(table),
        ),
    ]


def _table_columns(first: str) -> list[Column]:
    groups = (_("Newly started communities (no.)"), _("Households concerned (10,000)"))
    three: list[tuple[str, Any]] = [
        (_("Planned task"), "amount"),
        (_("Started"), "amount"),
        (_("Start rate %"), "rate"),
    ]
    return [
        Column(first, "count", width=6),
        Column(_("Region"), "text", width=14),
        *(Column(label, kind, group, 11) for group in groups for label, kind in three),
    ]


def _cells(line: Line, first: Cell, *, as_published: bool = False) -> list[Cell]:
    return [
        first,
        words(line.name),
        count(line.planned),
        count(line.started),
        _rate_cell(line.planned, line.started, as_published),
        amount(wan(line.planned_households)),
        amount(wan(line.started_households)),
        _rate_cell(line.planned_households, line.started_households, as_published),
    ]


def _rate_cell(whole: int | None, done: int | None, as_published: bool) -> Cell:
    """Return a rate; as the ministry prints it, 全部开工 stands from 100 % on (unrounded)."""
    if whole is None or done is None:
        return amount(None)
    if as_published and 0 < whole <= done:
        return words(_("All started"))
    return amount(percentage(done, whole))


def _total_cells(table: Table) -> list[Cell]:
    sums = table.sums
    return [
        words(""),
        words(_("Total")),
        count(sums.planned),
        count(sums.started),
        amount(sums.rate),
        amount(wan(sums.planned_households)),
        amount(wan(sums.started_households)),
        amount(sums.household_rate),
    ]
