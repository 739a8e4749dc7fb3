"""The text of a bulletin in the order of the ministry's: sentences and tables composed from frozen figures.

A document is plain JSON that the page, Word, PDF and xlsx render alike.  A paragraph is a list of runs; a run
that shows a number of the snapshot names its measure (``m``) and region (``r``), and the page makes a link of
it.  The document speaks the language of the portal's office, whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dashboards import chapters
from dashboards.chapters import Matters, Spending
from dashboards.figures import Base, Figures, Measure, Row, points, total
from dashboards.periods import FUNDS, MONTH, QUARTER, WEEK, YEAR, Period
from dashboards.ranking import Named, named
from dashboards.runs import (
    Chapter,
    Run,
    Runs,
    joined,
    listing,
    number,
    numbered,
    rate,
    sentence,
)
from dashboards.starts import start_labels, start_tables
from projects.day_words import full_day, full_month, month_day, month_name
from projects.months import month_end

NARRATIVE = ("to", "remark", "matters", "next_steps")


@dataclass(frozen=True)
class Facts:
    """What a bulletin is composed from; ``before`` holds the figures a period earlier, if frozen.

    Without a period it is the month of the day.  ``correction`` says what a correction of a former bulletin
    puts right, in its own words.
    """

    region: str
    plan_year: int
    on: date
    units: Sequence[Row]
    prefectures: Sequence[Row]
    before: Figures | None
    period: Period | None = None
    spending: Spending | None = None
    matters: Matters | None = None
    correction: str = ""

    @property
    def span(self) -> Period:
        """Return the period."""
        return self.period or Period.month(self.on.year, self.on.month)

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
            "dated": full_day(dated),
            "draft": _("Draft, not issued") if draft else "",
            "title": _title(facts.span) + (_(" (correction)") if facts.correction else ""),
            "to": narrative.get("to", ""),
            "blocks": _blocks(facts, narrative),
            "tables": []
            if facts.span.kind == FUNDS
            else start_tables(
                Row(facts.region, _("Total"), facts.whole), facts.prefectures, facts.units, facts.on
            ),
            "annexes": _annexes(facts),
            "labels": start_labels(),
            "note": _note(facts, mark),
            "region": facts.region,
            "plan_year": facts.plan_year,
            "on": f"{facts.on:%Y-%m-%d}",
            "snapshot": mark,
        }


def _title(period: Period) -> str:
    month = full_month(period.end)
    values = {
        "month": month,
        "year": period.end.year,
        "quarter": period.quarter,
        "start": full_day(period.start),
        "end": full_day(period.end),
    }
    titles = {
        MONTH: _("Report on the renovation of old urban communities of the province in %(month)s"),
        WEEK: _("Weekly report on the renovation of old urban communities, %(start)s to %(end)s"),
        FUNDS: _("Monthly report on the money for the renovation of old urban communities, %(month)s"),
        QUARTER: _(
            "Report on the renovation of old urban communities of the province"
            " in quarter %(quarter)d of %(year)d"
        ),
        YEAR: _("Report on the renovation of old urban communities of the province in the year %(year)d"),
    }
    return titles[period.kind] % values


def default_narrative(facts: Facts, start_by: date | None = None) -> dict[str, str]:
    """Return the sentences a draft begins with; people change them.

    ``start_by`` is the day by which every community of the plan year has to be started, where one is set.
    """
    if facts.span.kind == FUNDS:
        return _money_narrative()
    with translation.override(settings.LANGUAGE_CODE):
        idle = named(facts.units).idle
        due = month_day(month_end(facts.on) + timedelta(days=15))
        return {
            "to": _(
                "To the leading groups for the renovation of old communities of all cities and counties:"
            ),
            "remark": "",
            "matters": _("The units that have not started explain the reasons in writing by %(day)s.")
            % {"day": due}
            if idle
            else "",
            "next_steps": _next_steps(facts, start_by),
        }


def _next_steps(facts: Facts, start_by: date | None) -> str:
    if facts.whole.all_started:
        return _("All units watch over quality and safety and complete the year's task on schedule.")
    if start_by is None or start_by <= facts.on:
        return _(
            "All units schedule their work backwards, speed up the preliminary steps"
            " and start what has not been started yet without delay."
        )
    return _(
        "All units schedule their work backwards, speed up the preliminary steps"
        " and have every community started by %(day)s."
    ) % {"day": month_day(start_by) if start_by.year == facts.on.year else full_day(start_by)}


def _money_narrative() -> dict[str, str]:
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "to": _(
                "To the leading groups for the renovation of old communities of all cities and counties:"
            ),
            "remark": "",
            "matters": "",
            "next_steps": _(
                "All units hand the money down to projects in time, pay as the work proceeds and use it for"
                " the planned projects alone."
            ),
        }


# ---------------------------------------------------------------- paragraphs


def _blocks(facts: Facts, narrative: Mapping[str, str]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = (
        [{"kind": "p", "runs": [{"t": facts.correction}]}] if facts.correction else []
    )
    blocks.append({"kind": "p", "runs": _opening(facts, narrative.get("remark", ""))})
    parts = _money_chapters(facts) if facts.span.kind == FUNDS else _chapters(facts)
    parts += [
        (_("Matters to be explained"), _written(narrative.get("matters", ""))),
        (_("Next steps"), _written(narrative.get("next_steps", ""))),
    ]
    return blocks + numbered(parts)


def _chapters(facts: Facts) -> list[Chapter]:
    who = named(facts.units)
    found: list[Chapter] = [
        (_("Units that progress faster"), _list(who.fast)),
        (_("Units that progress more slowly"), _list(who.slow) + _idle(who.idle)),
        (_("Units that have started everything"), _finished(who, facts.units)),
    ]
    if facts.spending is not None:
        spending = facts.spending
        found.append((_("Money"), [chapters.money_headline(spending), *chapters.slow_spenders(spending)]))
    if facts.matters is not None:
        found.append((_("Alerts"), chapters.alert_paragraphs(facts.matters)))
        found.append((_("Rectification"), chapters.rectification_paragraphs(facts.matters)))
    return found


def _money_chapters(facts: Facts) -> list[Chapter]:
    if facts.spending is None:
        return []
    return [
        (_("Units whose spending is slower"), chapters.lagging(facts.spending)),
        (_("Units that have spent nothing"), chapters.waiting(facts.spending)),
    ]


def _opening(facts: Facts, remark: str) -> Runs:
    """Return the first paragraph: of money in its own report, else of progress, a week's first."""
    if facts.span.kind == FUNDS and facts.spending is not None:
        return chapters.money_headline(facts.spending) + ([{"t": remark}] if remark else [])
    week = _week(facts) if facts.span.kind == WEEK else []
    return week + _headline(facts, remark)


def _week(facts: Facts) -> Runs:
    if facts.before is None:
        return []
    started = facts.whole.started.communities - facts.before.started.communities
    completed = facts.whole.completed.communities - facts.before.completed.communities
    return sentence(
        _(
            "From %(start)s to %(end)s, %(started)s more communities were started"
            " and %(completed)s completed. "
        ),
        start=month_day(facts.span.start),
        end=month_day(facts.span.end),
        started={"t": f"{started:,}", "m": "moves", "r": facts.region},
        completed={"t": f"{completed:,}", "m": "moves", "r": facts.region},
    )


def _annexes(facts: Facts) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if facts.spending is not None:
        found += chapters.money_tables(facts.spending, in_full=facts.span.kind == FUNDS)
    if facts.matters is not None:
        found += chapters.alert_tables(facts.matters) + chapters.rectification_tables(facts.matters)
    return found


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
    if facts.span.kind == WEEK:
        return _("By %(day)s") % {"day": full_day(facts.on)}
    if facts.plan_year != facts.on.year:
        return _("By the end of %(month)s %(year)s") % {"month": month_name(facts.on), "year": facts.on.year}
    if facts.on.month == 1:
        return _("In January")
    return _("From January to %(month)s") % {"month": month_name(facts.on)}


def _change(facts: Facts) -> Runs:
    """Return how the start rate differs from the period before, as a clause; nothing without that period."""
    before = facts.before.start_rate(Base.COMMUNITIES) if facts.before is not None else None
    difference = points(facts.whole.start_rate(Base.COMMUNITIES), before)
    if difference is None:
        return []
    size: Run = {"t": f"{abs(difference)}", "m": "moves", "r": facts.region}
    if facts.span.kind == WEEK:
        return _change_in_a_week(difference, size)
    if difference > 0:
        text = _(", %(points)s percentage points more than at the end of %(month)s")
    elif difference < 0:
        text = _(", %(points)s percentage points less than at the end of %(month)s")
    else:
        text = _(", the same as at the end of %(month)s")
    return sentence(text, points=size, month=_month_before(facts.span))


def _change_in_a_week(difference: Decimal, size: Run) -> Runs:
    if difference > 0:
        return sentence(_(", %(points)s percentage points more than a week before"), points=size)
    if difference < 0:
        return sentence(_(", %(points)s percentage points less than a week before"), points=size)
    return sentence(_(", the same as a week before"))


def _month_before(period: Period) -> str:
    if period.kind == YEAR:
        return full_month(period.before)
    return month_name(period.before)


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


def _note(facts: Facts, mark: str) -> str:
    note = _("Start rate = started ÷ planned for the year. Data as of %(day)s, snapshot %(mark)s.")
    if facts.span.kind == FUNDS:
        note = _(
            "Arrival rate = arrived ÷ planned; spending rate = paid ÷ handed down."
            " Data as of %(day)s, snapshot %(mark)s."
        )
    note %= {"day": full_day(facts.on), "mark": mark}
    if facts.whole.simulated.communities:
        note += " " + _("Simulated data: rows below the published provincial totals were generated.")
    return note
