"""What is checked before a bulletin is signed: numbers against the snapshot, words against numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards import sections
from dashboards.bulletins import facts_of, prefecture_rows, unit_rows
from dashboards.chapters import shown_money
from dashboards.figures import Base, Figures, total
from dashboards.models import Bulletin, Snapshot
from dashboards.places import Places, all_projects
from dashboards.ranking import named
from dashboards.rollups import progress
from funding.totals import Money

# A figure in running text: 1,945 or 40.4; digits of a date (6月30日, 15 July), a year or an issue are none.
_FIGURE = re.compile(r"(?<![\d.,])\d[\d,]*(?:\.\d+)?(?![\d,]*\d)(?!\s*(?:年|月|日|期|号|/|-|:|：|[A-Z]))")


# Numbers that come from two snapshots, not from one.
_FROM_MOVES = {"moves", "money_moves"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: ``sign`` is ok, soft (look again) or hard (must not be signed)."""

    sign: str
    text: str
    url: str = ""


def checks(bulletin: Bulletin) -> list[Check]:
    """Return what the signer should know, in the order of the document."""
    snapshot = bulletin.snapshot
    return [
        *_snapshot(snapshot),
        *_numbers(bulletin),
        *_sums(bulletin),
        *_idle(snapshot),
        *_own_words(bulletin),
        *_moved_since(bulletin),
    ]


def _snapshot(snapshot: Snapshot) -> Iterator[Check]:
    if snapshot.is_intact:
        yield Check("ok", _("Snapshot %(mark)s is as it was frozen") % {"mark": snapshot.mark})
    else:
        yield Check("hard", _("Snapshot %(mark)s is not as it was frozen") % {"mark": snapshot.mark})


def _numbers(bulletin: Bulletin) -> Iterator[Check]:
    """Compare every marked number of the text with the snapshot."""
    figures = _figures_by_region(bulletin.snapshot)
    money = _money_by_region(bulletin.money)
    runs = [run for block in bulletin.document["blocks"] for run in block["runs"] if run.get("m")]
    wrong = [
        run["t"]
        for run in runs
        if run["m"] not in _FROM_MOVES
        and not (
            _holds_money(run, money.get(run["r"]))
            if run["m"].startswith("money.")
            else _holds(run, figures.get(run["r"]))
        )
    ]
    if wrong:
        yield Check("hard", _("Not as in the snapshot: %(numbers)s") % {"numbers": ", ".join(wrong)})
    else:
        count = ngettext(
            "%(number)d number of the text is taken from the snapshot",
            "All %(number)d numbers of the text are taken from the snapshot",
            len(runs),
        )
        yield Check("ok", count % {"number": len(runs)})


def _figures_by_region(snapshot: Snapshot) -> dict[str, Figures]:
    rows = [*unit_rows(snapshot), *prefecture_rows(snapshot)]
    known = {row.key: row.figures for row in rows}
    known[snapshot.region.code] = total(unit_rows(snapshot))
    return known


def _money_by_region(snapshot: Snapshot | None) -> dict[str, Money]:
    if snapshot is None:
        return {}
    rows = [*sections.money_units(snapshot), *sections.money_prefectures(snapshot)]
    known = {row.key: row.money for row in rows}
    known[snapshot.region.code] = sections.money_of(snapshot) or Money()
    return known


def _holds_money(run: dict[str, str], money: Money | None) -> bool:
    if money is None:
        return False
    return not any(sign.isdigit() for sign in run["t"]) or run["t"] in shown_money(money)


def _holds(run: dict[str, str], figures: Figures | None) -> bool:
    if figures is None:
        return False
    if not any(sign.isdigit() for sign in run["t"]):
        return True  # a name that leads to its rows
    amounts = figures.of(run["m"])
    shown = {f"{amounts.communities:,}", f"{amounts.households:,}"}
    shown |= {f"{rate}%" for rate in (figures.start_rate(base) for base in Base) if rate is not None}
    return run["t"] in shown


def _sums(bulletin: Bulletin) -> Iterator[Check]:
    """Add the tables up: their totals must be the sums of their rows."""
    for table in bulletin.document["tables"]:
        whole = table["total"]
        names = ("planned", "started", "planned_households", "started_households")
        good = all(sum(row[name] for row in table["rows"]) == whole[name] for name in names)
        values = {"total": f"{whole['started']:,}", "number": len(table["rows"])}
        if good:
            yield Check("ok", _("Total of the table: %(total)s = sum of %(number)d rows") % values)
        else:
            yield Check(
                "hard", _("The table's total %(total)s is not the sum of its %(number)d rows") % values
            )


def _idle(snapshot: Snapshot) -> Iterator[Check]:
    idle = named(unit_rows(snapshot)).idle
    if idle:
        yield Check(
            "soft",
            ngettext(
                "%(number)d city or county has not started; the text names it",
                "%(number)d cities and counties have not started; the text names them",
                len(idle),
            )
            % {"number": len(idle)},
        )


def _own_words(bulletin: Bulletin) -> Iterator[Check]:
    """Look for figures typed by hand that no number of the snapshot backs."""
    facts = facts_of(bulletin)
    backed = {
        found
        for block in bulletin.document["blocks"]
        for run in block["runs"]
        if run.get("m")
        for found in _FIGURE.findall(run["t"])
    }
    backed |= {str(len(facts.units)), str(facts.plan_year)}
    typed = [found for text in bulletin.narrative.values() for found in _FIGURE.findall(text)]
    strange = [figure for figure in dict.fromkeys(typed) if figure not in backed]
    if strange:
        yield Check(
            "soft", _("Typed by hand, not in the snapshot: %(numbers)s") % {"numbers": ", ".join(strange)}
        )


def _moved_since(bulletin: Bulletin) -> Iterator[Check]:
    """Tell when the ledgers have moved on since the freezing."""
    snapshot = bulletin.snapshot
    places = Places.within(snapshot.region)
    (now,) = progress(all_projects(snapshot.region), places, years=[snapshot.plan_year], on=snapshot.on)
    then = total(unit_rows(snapshot))
    if now.figures.started == then.started and now.figures.planned == then.planned:
        return
    yield Check(
        "soft",
        _("The ledgers now say %(now)s started; corrections since the freezing count in the next bulletin")
        % {"now": f"{now.figures.started.communities:,}"},
    )


def worst(found: list[Check]) -> str:
    """Return the worst sign among checks."""
    signs = {check.sign for check in found}
    return "hard" if "hard" in signs else "soft" if "soft" in signs else "ok"
