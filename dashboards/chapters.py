"""The chapters and tables of a bulletin about money, alerts and rectification, from frozen sums.

Money is printed in 万元 with two places; each sum is rounded once, so a printed total may differ from the sum
of printed rows in the last place, and the tables say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.documents.annexes import NONE, Cell, Column, amount, annex, count, words
from dashboards.runs import Run, Runs, joined, listing, sentence
from dashboards.sections import DefectRow, MoneyRow
from funding.totals import Measure, Money, against_time, per_cent, rounded, total
from projects.day_words import full_day, month_day
from records.rates import percentage
from records.units import FEN_PER_WAN_YUAN

CENT = Decimal("0.01")
# A bulletin names so many units whose spending lags (as many as slow ones).
LAGGING = 5


@dataclass(frozen=True)
class Spending:
    """The money of a plan year at the end of a day, and the region's at the end of the period before."""

    plan_year: int
    on: date
    region: str
    units: Sequence[MoneyRow]
    prefectures: Sequence[MoneyRow]
    sources: Sequence[MoneyRow]
    before: Money | None

    @property
    def whole(self) -> Money:
        """Return the sum of the units."""
        return total(row.money for row in self.units)


@dataclass(frozen=True)
class Matters:
    """What has to be explained or put right at the end of a day."""

    on: date
    alerts: Sequence[dict[str, Any]] = ()
    defects: Sequence[DefectRow] = ()


def wan(fen: int) -> Decimal:
    """Return 分 in 万元, rounded half up to two places."""
    return (Decimal(fen) / FEN_PER_WAN_YUAN).quantize(CENT, rounding=ROUND_HALF_UP)


# ---------------------------------------------------------------- money


def money_headline(spending: Spending) -> Runs:
    """Return what is planned, handed down, arrived and paid, and how spending stands against the time."""
    money, region = spending.whole, spending.region

    def sum_run(measure: Measure) -> Run:
        return {"t": f"{wan(money.of(measure)):,}", "m": f"money.{measure.value}", "r": region}

    return sentence(
        _(
            "By %(day)s, of the money for plan year %(year)s %(planned)s ten thousand yuan were planned,"
            " %(handed)s handed down, %(arrived)s arrived (%(arrival)s of the plan) and %(paid)s paid;"
            " %(execution)s of what was handed down is spent%(time)s%(change)s."
        ),
        day=full_day(spending.on),
        year=spending.plan_year,
        planned=sum_run(Measure.PLANNED),
        handed=sum_run(Measure.HANDED_DOWN),
        arrived=sum_run(Measure.ARRIVED),
        arrival=_rate_run(money.arrival_rate, Measure.ARRIVED, region),
        paid=sum_run(Measure.PAID),
        execution=_rate_run(money.execution_rate, Measure.PAID, region),
        time=_against_time(spending),
        change=_change(spending),
    )


def shown_money(money: Money) -> set[str]:
    """Return everything a text may print of a region's money, to check it against the snapshot."""
    sums = {f"{wan(money.of(measure)):,}" for measure in Measure}
    rates = {_percent(rate) for rate in (money.arrival_rate, money.execution_rate)}
    return sums | rates


def _percent(rate: Fraction | None) -> str:
    shown = per_cent(rate)
    return NONE if shown is None else f"{shown:,}%"


def _rate_run(rate: Fraction | None, measure: Measure, region: str) -> Run:
    return {"t": _percent(rate), "m": f"money.{measure.value}", "r": region}


def _against_time(spending: Spending) -> str:
    rate = spending.whole.execution_rate
    if rate is None or spending.on.year != spending.plan_year:
        return ""
    points = rounded(against_time(rate, spending.on))
    words_ = _(", %(points)s percentage points ahead of the time that has passed")
    if points < 0:
        words_ = _(", %(points)s percentage points behind the time that has passed")
    return words_ % {"points": f"{abs(points):,}"}


def _change(spending: Spending) -> Runs:
    if spending.before is None:
        return []
    now, before = per_cent(spending.whole.execution_rate), per_cent(spending.before.execution_rate)
    if now is None or before is None:
        return []
    difference = now - before
    if difference > 0:
        text = _(", %(points)s percentage points more than in the period before")
    elif difference < 0:
        text = _(", %(points)s percentage points less than in the period before")
    else:
        text = _(", the same as in the period before")
    return sentence(text, points={"t": f"{abs(difference):,}", "m": "money_moves", "r": spending.region})


def lagging(spending: Spending) -> list[Runs]:
    """Return the units whose spending is slowest, the slowest first."""
    rated = [(row.money.execution_rate, row) for row in spending.units]
    open_ = sorted(
        ((rate, row) for rate, row in rated if rate is not None and rate < 1),
        key=lambda pair: (pair[0], pair[1].key),
    )[:LAGGING]
    items: list[Runs] = [
        sentence(
            _("%(name)s (%(rate)s)"),
            name=row.name,
            rate=_rate_run(rate, Measure.PAID, row.key),
        )
        for rate, row in open_
    ]
    return [joined(items)] if items else []


def slow_spenders(spending: Spending) -> list[Runs]:
    """Return the slowest spenders as a sentence of a larger chapter."""
    return [sentence(_("Slow in spending: %(names)s"), names=runs) for runs in lagging(spending)]


def waiting(spending: Spending) -> list[Runs]:
    """Return the units where nothing of the money that was handed down has been paid."""
    found = [row for row in spending.units if row.money.handed_down_fen > 0 and row.money.paid_fen == 0]
    if not found:
        return []
    names = listing([[{"t": row.name, "m": "money.handed_down", "r": row.key}] for row in found])
    return [sentence(_("%(names)s have spent nothing yet."), names=names)]


def money_tables(spending: Spending, *, in_full: bool) -> list[dict[str, Any]]:
    """Return money by source and prefecture; in full also by unit."""
    day = month_day(spending.on)
    tables = [
        (_("Money by source (%(day)s, 10,000 yuan)"), pgettext("money", "Source"), spending.sources, False),
        (_("Money by prefecture (%(day)s, 10,000 yuan)"), _("Region"), spending.prefectures, True),
    ]
    if in_full:
        tables.append(
            (_("Money by city and county (%(day)s, 10,000 yuan)"), _("Region"), spending.units, True)
        )
    return [
        annex(
            caption % {"day": day},
            _money_columns(first),
            [_money_cells(row.name, row.money, row.key if linked else "") for row in rows],
            total=_money_cells(_("Total"), total(row.money for row in rows), spending.region),
            note=_("Each sum is rounded once; the total is that of the exact sums."),
        )
        for caption, first, rows, linked in tables
    ]


def _money_columns(first: str) -> list[Column]:
    return [
        Column(first, "text", width=18),
        Column(_("Planned"), "amount", width=13),
        Column(_("Handed down"), "amount", width=13),
        Column(_("Arrived"), "amount", width=13),
        Column(_("Arrival rate %"), "amount", width=10),
        Column(_("Paid"), "amount", width=13),
        Column(_("Spending rate %"), "amount", width=10),
    ]


def _money_cells(name: str, money: Money, region: str) -> list[Cell]:
    def cell(measure: Measure) -> Cell:
        return amount(wan(money.of(measure)), f"money.{measure.value}" if region else "", region)

    return [
        words(name),
        cell(Measure.PLANNED),
        cell(Measure.HANDED_DOWN),
        cell(Measure.ARRIVED),
        amount(per_cent(money.arrival_rate)),
        cell(Measure.PAID),
        amount(per_cent(money.execution_rate)),
    ]


# ---------------------------------------------------------------- alerts and rectification


def alert_paragraphs(matters: Matters) -> list[Runs]:
    """Return how many alerts are open, how many are not explained, and where the red ones are."""
    alerts = matters.alerts
    if not alerts:
        return []
    red = [alert for alert in alerts if alert["level"] == "red"]
    units = {alert["unit"] for alert in alerts}
    unexplained = sum(1 for alert in alerts if not alert["explained"])
    first = sentence(
        _(
            "%(number)s alerts are open in %(units)s cities and counties, %(red)s of them red;"
            " %(unexplained)s have not been explained."
        ),
        number=f"{len(alerts):,}",
        units=len(units),
        red=f"{len(red):,}",
        unexplained=f"{unexplained:,}",
    )
    names = list(dict.fromkeys(alert["unit_name"] for alert in red))
    if not names:
        return [first]
    red_ones = sentence(_("Red: %(names)s."), names=listing([[{"t": name}] for name in names]))
    return [first, red_ones]


def alert_tables(matters: Matters) -> list[dict[str, Any]]:
    """Return the list of the open alerts."""
    if not matters.alerts:
        return []
    columns = [
        Column(_("Level"), width=7),
        Column(_("Region"), width=14),
        Column(_("Alert"), "long", width=44),
        Column(_("Since"), width=13),
        Column(_("Explained"), width=10),
    ]
    rows = [
        [
            words(_("red") if alert["level"] == "red" else _("yellow")),
            words(" ".join(part for part in (alert["unit_name"], alert["project"]) if part)),
            words(f"{alert['label']}：{alert['words']}"),
            words(alert["since"]),
            words(_("yes") if alert["explained"] else _("no")),
        ]
        for alert in matters.alerts
    ]
    return [annex(_("Open alerts (%(day)s)") % {"day": month_day(matters.on)}, columns, rows)]


def rectification_paragraphs(matters: Matters) -> list[Runs]:
    """Return how many defects were found, put right and are overdue, and where."""
    rows = matters.defects
    found, mended = sum(row.found for row in rows), sum(row.mended for row in rows)
    if not found:
        return []
    overdue = sum(row.overdue for row in rows)
    first = sentence(
        ngettext(
            "%(found)s defect was found; %(mended)s (%(rate)s) put right and verified,"
            " %(open)s still open, %(overdue)s of them overdue.",
            "%(found)s defects were found; %(mended)s (%(rate)s) put right and verified,"
            " %(open)s still open, %(overdue)s of them overdue.",
            found,
        ),
        found=f"{found:,}",
        mended=f"{mended:,}",
        rate=f"{percentage(mended, found)}%",
        open=f"{found - mended:,}",
        overdue=f"{overdue:,}",
    )
    late = [row for row in rows if row.overdue]
    if not late:
        return [first]
    names = listing(
        [[{"t": _("%(name)s %(number)d") % {"name": row.name, "number": row.overdue}}] for row in late]
    )
    return [first, sentence(_("Overdue: %(names)s."), names=names)]


def rectification_tables(matters: Matters) -> list[dict[str, Any]]:
    """Return the defects by unit."""
    rows = matters.defects
    if not rows:
        return []
    columns = [
        Column(_("Region"), width=18),
        *(
            Column(label, "count", width=12)
            for label in (
                pgettext("defects", "Found"),
                _("Put right"),
                pgettext("defects", "Open"),
                _("Overdue"),
            )
        ),
        Column(_("Rate %"), "rate", width=12),
    ]
    lines = [_defect_cells(row.name, row.found, row.mended, row.overdue) for row in rows]
    whole = _defect_cells(
        _("Total"),
        sum(row.found for row in rows),
        sum(row.mended for row in rows),
        sum(row.overdue for row in rows),
    )
    caption = _("Rectification by city and county (%(day)s)") % {"day": month_day(matters.on)}
    return [annex(caption, columns, lines, total=whole)]


def _defect_cells(name: str, found: int, mended: int, overdue: int) -> list[Cell]:
    return [
        words(name),
        count(found),
        count(mended),
        count(found - mended),
        count(overdue),
        amount(percentage(mended, found)),
    ]
