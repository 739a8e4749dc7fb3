"""The parts of a dashboard page as the templates want them: headline numbers, tiles, tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Region
from dashboards.board import Board
from dashboards.figures import STATES, Amounts, Base, Figures, Measure, Row, points
from dashboards.ranking import ranked
from dashboards.selection import Selection
from projects.months import month_end
from records.rates import percentage

# The ranking shows the last twelve and the first five; the rest unfolds.
LAST, FIRST = 12, 5
LINKED = ("planned", "preparing", "ready", "under_way", "started", "completed")
SIGNS = {
    Measure.PREPARING: "preparing",
    Measure.READY: "ready",
    Measure.UNDER_WAY: "in_progress",
    Measure.COMPLETED: "completed",
}


# ---------------------------------------------------------------- headline numbers


def kpis(board: Board) -> list[dict[str, Any]]:
    """Return the strip of headline numbers, each with its base and a way to its rows."""
    figures, selection = board.whole, board.selection
    before = board.whole_before
    return [
        _start_kpi(board),
        {
            "label": _("Planned"),
            "value": figures.planned.communities,
            "unit": pgettext("unit after a number", "communities"),
            "url": selection.rows_url(Measure.PLANNED),
            "note": _units_note(board),
        },
        {
            "label": _("Started"),
            "value": figures.started.communities,
            "unit": pgettext("unit after a number", "communities"),
            "url": selection.rows_url(Measure.STARTED),
            "note": _started_note(board, figures, before),
        },
        {
            "label": _("Households started"),
            "value": figures.started.households,
            "unit": pgettext("unit after a number", "households"),
            "url": selection.rows_url(Measure.STARTED),
            "note": _planned_note(
                selection,
                f"{figures.planned.households:,}",
                figures.start_rate(Base.HOUSEHOLDS),
            ),
        },
        {
            "label": _("Completed"),
            "value": figures.completed.communities,
            "unit": pgettext("unit after a number", "communities"),
            "url": selection.rows_url(Measure.COMPLETED),
            "note": _("Completion rate %(rate)s%% (%(base)s)")
            % {
                "rate": _or_dash(figures.completion_rate(Base.COMMUNITIES)),
                "base": base_name(Base.COMMUNITIES),
            },
        },
        _size_kpi(
            _("Buildings"), figures, selection, pgettext("unit after a number", "buildings"), "buildings"
        ),
        _size_kpi(_("Floor area"), figures, selection, _("10,000 ㎡"), "area"),
    ]


def _start_kpi(board: Board) -> dict[str, Any]:
    figures, selection = board.whole, board.selection
    rate, due = figures.start_rate(selection.base), board.time_progress
    item: dict[str, Any] = {
        "label": _("Start rate"),
        "base": base_name(selection.base),
        "value": "—" if rate is None else rate,
        "unit": "" if rate is None else "%",
        "url": selection.rows_url(Measure.STARTED),
        "wide": True,
    }
    if rate is None or due is None:
        return item
    values = {"due": due, "gap": abs(rate - due)}
    item["target"] = due
    if figures.all_started:
        item["note"] = _("Everything has started")
        item["note_status"] = "ok"
    elif rate < due:
        item["note"] = _("%(gap)s points below the time passed, %(due)s%%") % values
        item["note_status"] = "overdue"
    else:
        item["note"] = _("%(gap)s points above the time passed, %(due)s%%") % values
    return item


def _units_note(board: Board) -> str:
    if not board.prefectures:
        return ""
    text = ngettext("%(number)d city or county", "%(number)d cities and counties", len(board.units))
    url = board.selection.page_url(all="1") + "#ranking"
    return format_html('<a href="{}">{}</a>', url, text % {"number": len(board.units)})


def _started_note(board: Board, figures: Figures, before: Figures) -> str:
    selection = board.selection
    difference = figures.started.communities - before.started.communities
    text = _("%(difference)s since the end of last month")
    if board.is_mixed:
        text = _("%(difference)s since the end of last month, by the ledgers as they stand now")
    note = text % {"difference": f"{difference:+,}".replace("-", "−")}
    if not figures.added.communities:
        return note
    added = _("%(number)s beyond the plan") % {"number": f"{figures.added.communities:,}"}
    return format_html('{}<br><a href="{}">{}</a>', note, selection.rows_url(Measure.ADDED), added)


def _planned_note(selection: Selection, planned: str, rate: Decimal | None) -> str:
    link = format_html('<a href="{}">{}</a>', selection.rows_url(Measure.PLANNED), planned)
    share = "" if rate is None else f"{rate}%"
    return format_html("{} {}{}{}", _("Planned"), link, pgettext("between clauses", ", "), share)


def _size_kpi(label: str, figures: Figures, selection: Selection, unit: str, quantity: str) -> dict[str, Any]:
    started, planned = _size(figures, Measure.STARTED, quantity), _size(figures, Measure.PLANNED, quantity)
    return {
        "label": label,
        "base": pgettext("base of a number", "planned"),
        "value": planned,
        "unit": unit,
        "url": selection.rows_url(Measure.PLANNED),
        "note": format_html(
            '{} <a href="{}">{}</a>', _("Started"), selection.rows_url(Measure.STARTED), f"{started:,}"
        ),
    }


def _size(figures: Figures, measure: str, quantity: str) -> int | Decimal:
    amounts = figures.of(measure)
    if quantity == "area":
        return wan(amounts.area)
    return amounts.buildings if quantity == "buildings" else amounts.households


def wan(area: Decimal) -> Decimal:
    """Return ㎡ in 万㎡ with two decimals, half up."""
    return (area / 10_000).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


# ---------------------------------------------------------------- tiles and states


def tile_map(board: Board) -> dict[str, Any]:
    """Return the nine prefectures for components/tile_map.html; the scale follows the highest rate."""
    selection = board.selection
    rates = [row.figures.start_rate(selection.base) for row in board.prefectures]
    highest = max((rate for rate in rates if rate is not None), default=Decimal(0))
    scale = [0, 5, 10, 15, 20, 30] if highest <= 60 else [0, 20, 40, 60, 80, 100]
    tiles = []
    for row, rate in zip(board.prefectures, rates, strict=True):
        figures = row.figures
        started, planned = (_short(part, selection.base) for part in (figures.started, figures.planned))
        tiles.append(
            {
                "code": row.key,
                "name": row.name,
                "value": _or_dash(rate),
                "detail": f"{started} / {planned}",
                "step": max(sum(1 for limit in scale if rate is not None and rate >= limit), 1),
                "url": selection.page_url(row.key),
            }
        )
    caption = _("Small: started / planned, 10,000 households")
    if selection.base == Base.COMMUNITIES:
        caption = _("Small: started / planned communities")
    return {"tiles": tiles, "scale": scale, "caption": caption}


def _short(amounts: Amounts, base: str) -> str:
    """Return an amount that fits on a tile: communities, or 10,000 households with one decimal."""
    if base == Base.HOUSEHOLDS:
        return f"{percentage(amounts.households, 1_000_000)}"
    return f"{amounts.communities:,}"


def states(board: Board) -> dict[str, Any]:
    """Return the states as bars; together they are all listed projects."""
    figures, selection = board.whole, board.selection
    listed = figures.listed
    rows = []
    for measure in STATES:
        amounts = figures.of(measure)
        rows.append(
            {
                "measure": measure,
                "sign": SIGNS[measure],
                "label": measure.label,
                "amounts": amounts,
                "area": wan(amounts.area),
                "url": selection.rows_url(measure),
            }
        )
    return {
        "rows": rows,
        "listed": listed,
        "area": wan(listed.area),
        "url": selection.rows_url(Measure.LISTED),
        "rates": [
            {
                "label": _("Start rate"),
                "rates": _rates(figures.started, figures.planned),
                "url": selection.rows_url(Measure.STARTED),
            },
            {
                "label": _("Completion rate"),
                "rates": _rates(figures.completed, figures.planned),
                "url": selection.rows_url(Measure.COMPLETED),
            },
        ],
        "incomplete": figures.incomplete.communities,
        "incomplete_url": selection.rows_url(Measure.INCOMPLETE),
    }


def _rates(part: Amounts, whole: Amounts) -> list[Decimal | None]:
    """Return a rate on each base, in the order of the columns: one number would hide how they differ."""
    pairs = zip(part.as_list(), whole.as_list(), strict=True)
    return [percentage(done, planned) for done, planned in pairs]


# ---------------------------------------------------------------- ranking and years


def ranking(board: Board, *, everything: bool, ascending: bool) -> dict[str, Any]:
    """Return the units by start rate, the slowest first unless asked otherwise."""
    before = {row.key: row.figures for row in board.units_before}
    names = {row.key: row.name for row in board.prefectures}
    everyone = ranked(board.units, board.selection.base)
    placed = [found for found in everyone if found[0] is not None]
    if ascending:
        placed.reverse()
    shown = placed + [found for found in everyone if found[0] is None]
    head, tail = (LAST, FIRST) if ascending else (FIRST, LAST)
    fold_after = None
    if not everything and len(everyone) > head + tail + 1:
        # The middle of the ranking folds, and with it whoever has no plan to be ranked by.
        shown = placed[:head] + placed[max(len(placed) - tail, head) :]
        fold_after = min(head, len(placed))
    lines = [
        _ranking_line(board, place, row, before.get(row.key), names.get(row.parent, ""))
        for place, row in shown
    ]
    whole = Row(board.selection.region.code, "", board.whole)
    return {
        "lines": lines,
        "fold_after": fold_after,
        "folded": len(everyone) - len(shown),
        "all_url": board.selection.page_url(all="1") + "#ranking",
        "total": _ranking_line(board, None, whole, board.whole_before, ""),
        "due": board.time_progress,
        "ascending": ascending,
        "turn_url": board.selection.page_url(order="best" if ascending else "worst") + "#ranking",
    }


def _ranking_line(
    board: Board, place: int | None, row: Row, earlier: Figures | None, prefecture: str
) -> dict[str, Any]:
    figures, selection = row.figures, board.selection
    rate = figures.start_rate(selection.base)
    earlier_rate = earlier.start_rate(selection.base) if earlier else None
    return {
        "place": place,
        "name": row.name,
        "prefecture": prefecture,
        "url": selection.page_url(row.key),
        "rate": rate,
        "change": points(rate, earlier_rate),
        "household_rate": figures.start_rate(Base.HOUSEHOLDS),
        "community_rate": figures.start_rate(Base.COMMUNITIES),
        "figures": figures,
        "planned_area": wan(figures.planned.area),
        "urls": {measure: selection.rows_url(measure, row.key) for measure in LINKED},
    }


def years_table(board: Board) -> dict[str, Any]:
    """Return every plan year and, when several are chosen, their sum."""
    chosen = {str(year) for year in board.selection.years}
    rows = [
        {
            **_year_line(board, _of_year(board, row.key), row.figures, row.key in chosen),
            "is_present": board.frozen is not None and row.key not in board.years_kept,
        }
        for row in board.years
    ]
    whole = None
    if len(chosen) > 1:
        figures = sum((row.figures for row in board.years if row.key in chosen), Figures())
        whole = _year_line(board, board.selection, figures, False)
    return {"rows": rows, "total": whole, "is_present": any(row["is_present"] for row in rows)}


def _of_year(board: Board, key: str) -> Selection:
    """Return what leads to the numbers of a plan year as the page shows them."""
    there = board.selection.of_years(int(key))
    return there if key in board.years_kept or there.years == board.selection.years else there.as_live()


def _year_line(board: Board, selection: Selection, figures: Figures, chosen: bool) -> dict[str, Any]:
    return {
        "name": "+".join(str(year) for year in selection.years),
        "url": selection.page_url(),
        "chosen": chosen and len(board.selection.years) > 0,
        "figures": figures,
        "planned_area": wan(figures.planned.area),
        "start_rate": figures.start_rate(board.selection.base),
        "completion_rate": figures.completion_rate(board.selection.base),
        "urls": {measure: selection.rows_url(measure) for measure in LINKED},
    }


# ---------------------------------------------------------------- words


def base_name(base: str) -> str:
    """Return the base of a rate in words."""
    return str(Base(base).label)


def _or_dash(rate: Decimal | None) -> str:
    return "—" if rate is None else str(rate)


def crumbs(board: Board, ancestors: Sequence[Region]) -> list[dict[str, str]]:
    """Return the way down from the user's own region to the one shown."""
    if not ancestors:
        return []
    items = [{"label": region.label, "url": board.selection.page_url(region.code)} for region in ancestors]
    return [*items, {"label": board.selection.region.label, "url": ""}]


def heading(selection: Selection) -> str:
    """Return the title of a page."""
    return _("Dashboard") if selection.region.parent_id is None else selection.region.label


def bulletin_month(selection: Selection) -> tuple[int, int, int] | None:
    """Return plan year, year and month of the bulletin that reports what is shown, if there can be one."""
    on = selection.on
    if len(selection.years) != 1 or on != month_end(on) or selection.years[0] > on.year:
        return None
    return selection.years[0], on.year, on.month


def export_urls(selection: Selection) -> list[dict[str, str]]:
    """Return the workbooks that can be taken away, by their published column sets."""
    names = {
        "starts": _("Starts with households and rates"),
        "monthly": _("Starts by region, monthly form"),
        "plan": _("Year plan by city and county"),
    }
    return [
        {
            "label": label,
            "url": reverse("dashboards:export")
            + "?"
            + selection.query(region=selection.region.code, table=key),
        }
        for key, label in names.items()
    ]
