"""What the page calls the registered checks; a check without a name is called by its ledger and column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ledgers.health.registry import RULES
from ledgers.health.running import Item, ledgers_by_type

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHECKS: Mapping[str, StrOrPromise] = {
    "area_per_household": _("㎡ per household outside the band"),
    "planned_area_per_household": _("Planned ㎡ per household outside the band"),
    "target_area_per_household": _("Target ㎡ per household outside the band"),
    "building_area_per_household": _("㎡ per household of a building outside the band"),
    "area_per_building": _("㎡ per building outside the band"),
    "households_per_building": _("Households per building outside the band"),
    "built_late": _("Built after the limit year"),
    "buildings_differ": _("Households unlike the sum of the buildings"),
    "investment_per_household": _("Investment per household outside the band"),
    "investment_per_area": _("Investment per ㎡ outside the band"),
    "subsidy_above_investment": _("Subsidy above the investment"),
    "renovated_before": _("In the plans of two years"),
    "price_outside_band": _("Unit price outside the band"),
    "dig_without_road": _("Ground opened, no road named"),
}


def label_of(item: Item) -> str:
    """Return the name of the rule behind a finding."""
    code = item["code"]
    if item["rule"] and code in RULES:
        return str(RULES[code].label)
    if code in CHECKS:
        return str(CHECKS[code])
    ledger = ledgers_by_type().get(item["kind"])
    title = str(ledger.title) if ledger is not None else item["kind"]
    return f"{title} · {item['heading'] or code}"
