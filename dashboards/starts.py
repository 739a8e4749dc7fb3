"""The tables of a bulletin that say how much of the plan has started, by prefecture and by unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.figures import Base, Row
from dashboards.ranking import ranked
from projects.day_words import month_day


def start_tables(
    whole: Row, prefectures: Sequence[Row], units: Sequence[Row], on: date
) -> list[dict[str, Any]]:
    """Return the tables by prefecture and by unit, highest start rate first, each with the whole below."""
    day = month_day(on)
    return [
        {
            "by": "prefecture",
            "caption": _("Table 1: starts by prefecture (%(day)s, highest start rate first)") % {"day": day},
            "rows": [_line(row) for _place, row in ranked(prefectures)],
            "total": _line(whole),
        },
        {
            "by": "unit",
            "caption": _("Table 2: starts by city and county (%(day)s, highest start rate first)")
            % {"day": day},
            "rows": [_line(row) for _place, row in ranked(units)],
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


def start_labels() -> dict[str, str]:
    """Return the words in the head of these tables."""
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
