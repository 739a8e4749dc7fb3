"""The text of a bulletin (DOMAIN 6.3): sentences and tables composed from frozen figures.

A document is plain JSON that the page, Word, PDF and xlsx render alike.  A paragraph is a list of runs; a run
that shows a number of the snapshot names its measure (``m``) and region (``r``), and the page makes a link of
it.  The document speaks the language of the portal's office, whoever asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.figures import Base, Figures, Measure, Row, month_end, points, previous_month_end, total
from dashboards.ranking import Named, named, ranked

Run: TypeAlias = dict[str, str]
Runs: TypeAlias = list[Run]

NARRATIVE = ("to", "remark", "matters", "next_steps")
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Facts:
    """What a bulletin is composed from; ``before`` holds the units' figures a month earlier, if frozen."""

    region: str
    plan_year: int
    on: date
    units: Sequence[Row]
    prefectures: Sequence[Row]
    before: Figures | None

    @property
    def whole(self) -> Figures:
        """Return the figures of the region."""
        return total(self.units)


def compose(
    facts: Facts, *, number: int, dated: date, narrative: Mapping[str, str], draft: bool, mark: str
) -> dict[str, Any]:
    """Return the document; ``dated`` is the day under the office's name, ``mark`` names the snapshot."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "issuer": settings.PORTAL_ISSUER,
            "number": _("No. %(number)d") % {"number": number},
            "dated": _day(dated),
            "draft": _("Draft, not issued") if draft else "",
            "title": _("Report on the renovation of old urban communities of the province in %(month)s")
            % {"month": formats.date_format(facts.on, pgettext("month of a title", "F Y"), use_l10n=False)},
            "to": narrative.get("to", ""),
            "blocks": _blocks(facts, narrative),
            "tables": _tables(facts),
            "labels": _labels(),
            "note": _note(facts, mark),
            "region": facts.region,
            "plan_year": facts.plan_year,
            "on": f"{facts.on:%Y-%m-%d}",
            "snapshot": mark,
        }


def default_narrative(facts: Facts) -> dict[str, str]:
    """Return the sentences a draft begins with; people change them."""
    with translation.override(settings.LANGUAGE_CODE):
        idle = named(facts.units).idle
        due = _month_day(month_end(facts.on.year, facts.on.month) + timedelta(days=15))
        return {
            "to": _(
                "To the leading groups for the renovation of old communities of all cities and counties:"
            ),
            "remark": "",
            "matters": _("The units that have not started explain the reasons in writing by %(day)s.")
            % {"day": due}
            if idle
            else "",
            "next_steps": _(
                "All units watch over quality and safety and complete the year's task on schedule."
            )
            if facts.whole.all_started
            else _(
                "All units schedule their work backwards, speed up the preliminary steps"
                " and have every community started by the end of October."
            ),
        }


# ---------------------------------------------------------------- runs


def sentence(template: str, **values: str | int | Run | Runs) -> Runs:
    """Fill the %(name)s places of a translated sentence with texts and runs; return the runs."""
    runs: Runs = []
    at = 0
    for place in _PLACE.finditer(template):
        runs.append({"t": template[at : place.start()]})
        value = values[place.group(1)]
        if isinstance(value, list):
            runs.extend(value)
        else:
            runs.append(value if isinstance(value, dict) else {"t": str(value)})
        at = place.end()
    runs.append({"t": template[at:]})
    return [run for run in runs if run["t"]]


def number(value: int, measure: str, region: str) -> Run:
    """Return a count of the snapshot as a run."""
    return {"t": f"{value:,}", "m": measure, "r": region}


def rate(value: Decimal | None, measure: str, region: str) -> Run:
    """Return a rate of the snapshot as a run; it leads to the rows it counts."""
    return {"t": "—" if value is None else f"{value:,}%", "m": measure, "r": region}


def text_of(runs: Iterable[Run]) -> str:
    """Return runs as plain text."""
    return "".join(run["t"] for run in runs)


# ---------------------------------------------------------------- paragraphs


def _blocks(facts: Facts, narrative: Mapping[str, str]) -> list[dict[str, Any]]:
    who = named(facts.units)
    chapters: list[tuple[str, list[Runs]]] = [
        (_("Units that progress faster"), _list(who.fast)),
        (_("Units that progress more slowly"), _list(who.slow) + _idle(who.idle)),
        (_("Units that have started everything"), _finished(who, facts.units)),
        (_("Matters to be explained"), _written(narrative.get("matters", ""))),
        (_("Next steps"), _written(narrative.get("next_steps", ""))),
    ]
    blocks: list[dict[str, Any]] = [{"kind": "p", "runs": _headline(facts, narrative.get("remark", ""))}]
    # Translators: the numbering of a document's chapters, separated by |.
    ordinals = iter(pgettext("chapters of a document", "1. |2. |3. |4. |5. ").split("|"))
    for heading, paragraphs in chapters:
        if paragraphs:
            blocks.append({"kind": "h", "runs": [{"t": next(ordinals) + heading}]})
            blocks.extend({"kind": "p", "runs": runs} for runs in paragraphs)
    return blocks


def _headline(facts: Facts, remark: str) -> Runs:
    whole, region = facts.whole, facts.region
    plan = sentence(
        _(
            "The plan of %(year)s is to renovate %(planned)s old urban communities"
            " with %(households)s households. "
        ),
        year=facts.plan_year,
        planned=number(whole.planned.communities, Measure.PLANNED, region),
        households=number(whole.planned.households, Measure.PLANNED, region),
    )
    started = sentence(
        _(
            "%(period)s, %(started)s communities and %(households)s households have been started,"
            " by communities %(rate)s of the year's plan%(change)s; by households %(household_rate)s."
            " %(completed)s communities are completed."
        ),
        period=_period(facts),
        started=number(whole.started.communities, Measure.STARTED, region),
        households=number(whole.started.households, Measure.STARTED, region),
        rate=rate(whole.start_rate(Base.COMMUNITIES), Measure.STARTED, region),
        change=_change(facts),
        household_rate=rate(whole.start_rate(Base.HOUSEHOLDS), Measure.STARTED, region),
        completed=number(whole.completed.communities, Measure.COMPLETED, region),
    )
    return plan + started + ([{"t": remark}] if remark else [])


def _period(facts: Facts) -> str:
    if facts.plan_year != facts.on.year:
        return _("By the end of %(month)s %(year)s") % {"month": _month(facts.on), "year": facts.on.year}
    if facts.on.month == 1:
        return _("In January")
    return _("From January to %(month)s") % {"month": _month(facts.on)}


def _change(facts: Facts) -> Runs:
    """Return how the start rate differs from the month before, as a clause; nothing without that month."""
    before = facts.before.start_rate(Base.COMMUNITIES) if facts.before is not None else None
    difference = points(facts.whole.start_rate(Base.COMMUNITIES), before)
    if difference is None:
        return []
    if difference > 0:
        text = _(", %(points)s percentage points more than at the end of %(month)s")
    elif difference < 0:
        text = _(", %(points)s percentage points less than at the end of %(month)s")
    else:
        text = _(", the same as at the end of %(month)s")
    size: Run = {"t": f"{abs(difference)}", "m": "moves", "r": facts.region}
    return sentence(text, points=size, month=_month(previous_month_end(facts.on)))


def _list(rows: Sequence[Row]) -> list[Runs]:
    """Return one paragraph: 延吉市（37.5%）、…。"""
    return [joined([_with_rate(row) for row in rows])] if rows else []


def _with_rate(row: Row) -> Runs:
    return sentence(
        _("%(name)s (%(rate)s)"),
        name=row.name,
        rate=rate(row.figures.start_rate(Base.COMMUNITIES), Measure.STARTED, row.key),
    )


def _idle(rows: Sequence[Row]) -> list[Runs]:
    if not rows:
        return []
    names = listing([[{"t": row.name, "m": Measure.PLANNED.value, "r": row.key}] for row in rows])
    return [sentence(_("%(names)s have not started."), names=names)]


def _finished(who: Named, units: Sequence[Row]) -> list[Runs]:
    if not who.finished:
        return []
    planned = [row for row in units if row.figures.planned.communities]
    if len(who.finished) == len(planned):
        return [
            sentence(_("All %(number)s cities and counties have started everything."), number=len(planned))
        ]
    return [joined([[{"t": row.name, "m": Measure.STARTED.value, "r": row.key}] for row in who.finished])]


def _written(text: str) -> list[Runs]:
    return [[{"t": line.strip()}] for line in text.splitlines() if line.strip()]


def joined(items: Sequence[Runs]) -> Runs:
    """Return the items as one sentence."""
    return sentence(pgettext("end of a list", "%(list)s."), list=listing(items))


def listing(items: Sequence[Runs]) -> Runs:
    """Return the items with commas between them."""
    separator: Run = {"t": pgettext("between the items of a list", ", ")}
    runs: Runs = []
    for item in items:
        runs += [separator, *item] if runs else item
    return runs


# ---------------------------------------------------------------- tables


def _tables(facts: Facts) -> list[dict[str, Any]]:
    day = _month_day(facts.on)
    whole = Row(facts.region, _("Total"), facts.whole)
    return [
        {
            "by": "prefecture",
            "caption": _("Table 1: starts by prefecture (%(day)s, highest start rate first)") % {"day": day},
            "rows": [_line(row) for _place, row in ranked(facts.prefectures)],
            "total": _line(whole),
        },
        {
            "by": "unit",
            "caption": _("Table 2: starts by city and county (%(day)s, highest start rate first)")
            % {"day": day},
            "rows": [_line(row) for _place, row in ranked(facts.units)],
            "total": _line(whole),
        },
    ]


def _line(row: Row) -> dict[str, Any]:
    """Return a row of a table: whole numbers, and rates as printed."""
    figures = row.figures
    rates = (figures.start_rate(Base.COMMUNITIES), figures.start_rate(Base.HOUSEHOLDS))
    return {
        "code": row.key,
        "name": row.name,
        "planned": figures.planned.communities,
        "started": figures.started.communities,
        "rate": "—" if rates[0] is None else str(rates[0]),
        "planned_households": figures.planned.households,
        "started_households": figures.started.households,
        "household_rate": "—" if rates[1] is None else str(rates[1]),
    }


def _labels() -> dict[str, str]:
    return {
        "region": _("Region"),
        "communities": pgettext("group of columns", "Communities"),
        "communities_unit": pgettext("unit of communities", "no."),
        "households": pgettext("group of columns", "Households"),
        "households_unit": pgettext("unit of households", "no."),
        "planned": pgettext("column", "Planned"),
        "started": pgettext("column", "Started"),
        "rate": _("Start rate"),
    }


def _note(facts: Facts, mark: str) -> str:
    note = _("Start rate = started ÷ planned for the year. Data as of %(day)s, snapshot %(mark)s.") % {
        "day": _day(facts.on),
        "mark": mark,
    }
    if facts.whole.simulated.communities:
        note += " " + _("Simulated data: rows below the published provincial totals were generated.")
    return note


def _day(day: date) -> str:
    return formats.date_format(day, pgettext("day of a document", "j F Y"), use_l10n=False)


def _month_day(day: date) -> str:
    return formats.date_format(day, pgettext("day within a year", "j F"), use_l10n=False)


def _month(day: date) -> str:
    return formats.date_format(day, pgettext("month within a year", "F"), use_l10n=False)
