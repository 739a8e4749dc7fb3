"""The bulletin of many provinces from a table of what each reports.

The portal's own bulletins come from its snapshots; this one comes from a table that somebody hands in, such
as the ministry's of December 2022 (``dashboards.reported``).  What a row leaves blank is named in the text;
rates may exceed 100 %, and from 100 % on a region counts as 全部开工.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.documents.annexes import NONE, Cell, Column, amount, annex, count, words
from dashboards.reported import Line, Table
from dashboards.runs import Chapter, Runs, joined, listing, numbered, sentence
from projects.day_words import full_day, full_month, month_day, month_name
from records.rates import percentage

TEN_THOUSAND = Decimal(10_000)
CENT = Decimal("0.01")
# The bulletin names so many regions behind the plan one by one.
SLOW_NAMED = 6


def compose(table: Table, *, whole: str, on: date, dated: date, to: str = "") -> dict[str, Any]:
    """Return the bulletin as a document, in the language of the office.

    ``whole`` is what the regions make up together (全国, 全省), ``on`` the month end of the numbers.
    """
    with translation.override(settings.LANGUAGE_CODE):
        month = full_month(on)
        return {
            "issuer": settings.PORTAL_ISSUER,
            "number": "",
            "dated": full_day(dated),
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
    chapters: list[Chapter] = [
        (_("Regions beyond their plan"), _beyond(table)),
        (_("Regions that have started everything"), _all_started(table)),
        (_("Regions that have not started everything"), _behind(table)),
        (_("Numbers not reported"), _missing(table)),
    ]
    return [{"kind": "p", "runs": _headline(table, whole, on)}, *numbered(chapters)]


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
