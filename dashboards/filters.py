"""The filters of a dashboard: region, plan years, day and base; and the small forms beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Region
from dashboards.board import Board
from dashboards.figures import Base
from dashboards.snapshots import is_month_end, last_month_end
from projects.day_words import full_day
from projects.months import previous_month_end

# Months offered beside the frozen ones: the course of two years.
MONTHS_OFFERED = 24


class FreezeForm(forms.Form):
    """A month end to be frozen."""

    plan_year = forms.IntegerField(min_value=2000, max_value=2100)
    on = forms.DateField()

    def clean_on(self) -> date:
        """Accept only the end of a month that is over."""
        on: date = self.cleaned_data["on"]
        if not is_month_end(on) or on > last_month_end():
            raise forms.ValidationError(_("Only the end of a month that is over can be frozen."))
        return on


def filter_bar(board: Board, regions: Sequence[Region]) -> dict[str, Any]:
    """Return what the filter form shows."""
    selection = board.selection
    depths = {Region.Level.PREFECTURE: "", Region.Level.UNIT: "　"}
    return {
        "years": [
            {"value": year, "chosen": year in selection.years}
            for year in sorted({*board.known_years, *selection.years}, reverse=True)
        ],
        "years_label": capfirst(selection.years_label),
        "region": {
            "name": "region",
            "label": _("Region"),
            "options": [
                {
                    "value": place.code,
                    "label": f"{depths.get(Region.Level(place.level), '')}{place.label}",
                    "selected": place.pk == selection.region.pk,
                }
                for place in regions
            ],
        },
        "days": _days(board),
        "base": {
            "name": "base",
            "label": _("Base of the rates"),
            "options": [
                {"value": value, "label": label, "selected": value == selection.base}
                for value, label in Base.choices
            ],
        },
        "today": timezone.localdate(),
    }


def _days(board: Board) -> list[dict[str, Any]]:
    """Return the days offered: today, the month ends of the plan years, and the day shown."""
    today, selection = timezone.localdate(), board.selection
    frozen = set(board.frozen_days)
    days = {*_month_ends(selection.years, today), *frozen, selection.on, today}
    return [
        {
            "label": _("today, %(day)s") % {"day": full_day(day)} if day == today else full_day(day),
            "frozen": day in frozen,
            "chosen": day == selection.on,
            "url": selection.at(day).page_url(),
        }
        for day in sorted(days, reverse=True)
    ]


def _month_ends(years: Sequence[int], today: date) -> set[date]:
    """Return the past month ends from the first plan year to the end of the year after the last."""
    last = min(date(max(years) + 1, 12, 31), previous_month_end(today))
    days: set[date] = set()
    while last.year >= min(years) and len(days) < MONTHS_OFFERED * len(years):
        days.add(last)
        last = previous_month_end(last)
    return days
