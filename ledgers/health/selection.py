"""What a visitor of the health check asks for: region, plan year, rule, state and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.selects import unit_select
from ledgers.health.reading import Found
from ledgers.scoping import known_years
from projects.years import year_or_404, year_select

OPEN, CLOSED, ALL = "open", "closed", "all"


class HealthFilter:
    """A selection in the visitor's view; raises Http404 for a foreign region or a year that is none."""

    def __init__(self, user: User, asked: QueryDict) -> None:
        self.user = user
        code, year = asked.get("unit", ""), asked.get("year", "")
        self.region = get_object_or_404(user.view_region.subtree(), code=code) if code else user.view_region
        self.year = year_or_404(year) if year else None
        self.rule = asked.get("rule", "")[:60]
        self.state = asked.get("state", OPEN)
        if self.state not in {OPEN, CLOSED, ALL}:
            raise Http404(self.state)
        self.words = asked.get("q", "").strip()[:60]

    def narrow(self, findings: Iterable[Found]) -> list[Found]:
        """Return the findings that were asked for."""
        return [
            found
            for found in findings
            if (self.state == ALL or found.open == (self.state == OPEN))
            and self.rule in {"", found.item["code"]}
            and (not self.words or self.words in found.item["subject"])
        ]

    def query(self, **changed: Any) -> str:
        """Return the selection as a query string, parts of it changed."""
        unit = "" if self.region.pk == self.user.view_region_id else self.region.code
        asked = {
            "year": self.year,
            "unit": unit,
            "rule": self.rule,
            "state": "" if self.state == OPEN else self.state,
            "q": self.words,
            **changed,
        }
        return urlencode({key: value for key, value in asked.items() if value})

    def url(self, **changed: Any) -> str:
        """Return the page with this selection, parts of it changed."""
        query = self.query(**changed)
        return reverse("ledgers:health") + (f"?{query}" if query else "")

    @property
    def export_url(self) -> str:
        """Return the address of the workbook of this selection."""
        return f"{reverse('ledgers:health_export')}?{self.query()}"

    @property
    def hidden(self) -> dict[str, Any]:
        """Return what forms of the page carry along."""
        asked = {"year": self.year, "unit": self.region.code, "rule": self.rule, "state": self.state}
        return {key: value for key, value in {**asked, "q": self.words}.items() if value}

    @property
    def search(self) -> dict[str, str]:
        """Return the search box of the filter bar."""
        return {"name": "q", "label": _("Find"), "value": self.words}

    @property
    def kept(self) -> dict[str, str]:
        """Return what the filter bar keeps without showing it."""
        return {"rule": self.rule} if self.rule else {}

    @property
    def selects(self) -> list[dict[str, Any]]:
        """Return the selects of the filter bar; two queries for the years, one for the regions."""
        states = {
            OPEN: pgettext("state of a finding", "Open"),
            CLOSED: _("Closed with a reason"),
            ALL: _("All"),
        }
        found = [
            year_select(known_years(self.user), self.year, all_years=True),
            {
                "name": "state",
                "label": _("State"),
                "options": [
                    {"value": key, "label": words, "selected": key == self.state}
                    for key, words in states.items()
                ],
            },
        ]
        if (units := unit_select(self.user, self.region)) is not None:
            found.insert(1, units)
        return found
