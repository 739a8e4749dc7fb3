"""The page of alerts: what is asked for, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Region, User
from accounts.selects import LEVELS
from dashboards.alerts.reading import SIGNS, in_places, label_of, words_of
from dashboards.models import Alert, AlertRule
from dashboards.models.alert import AlertQuerySet
from projects.years import year_or_404, year_select

STATES = ("open", "unexplained", "explained", "closed")
DEPTHS = {Region.Level.PREFECTURE: "", Region.Level.UNIT: "　"}


def state_label(state: str) -> str:
    """Return a state of the filter in words."""
    labels = {
        "open": pgettext("alerts", "open"),
        "unexplained": pgettext("alerts", "not explained"),
        "explained": pgettext("alerts", "explained"),
        "closed": pgettext("alerts", "closed"),
    }
    return labels[state]


@dataclass(frozen=True)
class AlertFilter:
    """Which alerts somebody asks for; Http404 for a region outside their view or a word that is none."""

    user: User
    query: QueryDict

    @cached_property
    def region(self) -> Region:
        """Return the region asked about."""
        code = self.query.get("region", "")
        if not code:
            return self.user.view_region
        found = self.user.view_region.subtree().filter(code=code).first()
        if found is None:
            raise Http404(code)
        return found

    @cached_property
    def state(self) -> str:
        """Return the state asked for; open without one."""
        return self._word("state", STATES) or "open"

    @cached_property
    def level(self) -> str:
        """Return the level asked for, empty for all."""
        return self._word("level", tuple(Alert.Level.values))

    @cached_property
    def rules(self) -> list[AlertRule]:
        """Return all rules."""
        return list(AlertRule.objects.all())

    @cached_property
    def rule(self) -> str:
        """Return the rule asked for, empty for all."""
        return self._word("rule", tuple(rule.code for rule in self.rules))

    @cached_property
    def year(self) -> int | None:
        """Return the plan year asked for, None for all."""
        text = self.query.get("year", "")
        if not text:
            return None
        return year_or_404(text)

    def _word(self, name: str, known: tuple[str, ...]) -> str:
        value = self.query.get(name, "")
        if value and value not in known:
            raise Http404(value)
        return value

    def rows(self) -> AlertQuerySet:
        """Return the alerts, worst and newest first."""
        found = in_places(Alert.objects.visible_to(self.user), self.region)
        if self.state == "closed":
            found = found.exclude(closed_at=None).order_by("-closed_at", "-pk")
        else:
            found = found.open().order_by("level", "-since", "unit__path", "pk")
        if self.state in {"unexplained", "explained"}:
            found = found.filter(explained_at__isnull=self.state == "unexplained")
        if self.level:
            found = found.filter(level=self.level)
        if self.rule:
            found = found.filter(rule__code=self.rule)
        if self.year is not None:
            found = found.filter(plan_year=self.year)
        return found.select_related("rule", "unit__parent", "project__community", "explained_by", "closed_by")

    def url(self, **other: str) -> str:
        """Return the address of the same list with other choices."""
        chosen = {
            "region": self.query.get("region", ""),
            "state": self.query.get("state", ""),
            "level": self.level,
            "rule": self.rule,
            "year": self.query.get("year", ""),
            **other,
        }
        query = urlencode({name: value for name, value in chosen.items() if value})
        return reverse("dashboards:alerts") + (f"?{query}" if query else "")

    def selects(self) -> list[dict[str, Any]]:
        """Return the filters for components/filter_bar.html."""
        own = self.user.view_region
        regions = [own] if own.level == Region.Level.UNIT else []
        regions = regions or list(own.subtree().filter(level__in=LEVELS).order_by("path"))
        today = timezone.localdate()
        return [
            {
                "name": "region",
                "label": _("Region"),
                "options": [
                    {
                        "value": place.code,
                        "label": f"{DEPTHS.get(Region.Level(place.level), '')}{place.label}",
                        "selected": place.pk == self.region.pk,
                    }
                    for place in regions
                ],
            },
            year_select(range(today.year - 2, today.year + 1), self.year, all_years=True),
            _select("level", _("Level"), _("All levels"), Alert.Level.choices, self.level),
            _select(
                "rule",
                _("Rule"),
                _("All rules"),
                [(rule.code, label_of(rule)) for rule in self.rules],
                self.rule,
            ),
        ]


def _select(name: str, label: str, everything: str, choices: Any, chosen: str) -> dict[str, Any]:
    options = [{"value": "", "label": everything, "selected": not chosen}]
    options += [{"value": value, "label": text, "selected": value == chosen} for value, text in choices]
    return {"name": name, "label": label, "options": options}


def line(alert: Alert, today: date) -> dict[str, Any]:
    """Return an alert as the tables show it."""
    return {
        "alert": alert,
        "sign": SIGNS[Alert.Level(alert.level)],
        "label": label_of(alert.rule),
        "words": words_of(alert.rule, alert.facts),
        "days": (today - alert.since).days,
        "url": alert.get_absolute_url(),
    }
