"""The money of one project: the chain by source, its gap and unit cost, contributions and agreements."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from funding import commitments, pages, tables, totals, unit_costs
from funding.models import Source
from funding.selection import Selection
from funding.totals import Money
from projects.models import Project
from projects.views.framing import frame

# The ledgers in which the money of a project is entered.
LEDGERS = ("money-events", "allotments", "contributions", "agreements")


@require_safe
@requires(Capability.FUND_VIEW)
def of_project(request: HttpRequest, project_pk: int) -> HttpResponse:
    """Show where the money of one project stands."""
    user = current_user(request)
    visible = Project.objects.visible_to(user).select_related("community__region", "unit")
    found = get_object_or_404(visible, pk=project_pk)
    today = timezone.localdate()
    chosen = Selection(found.unit, (found.plan_year,), today)
    sums = totals.of_projects([found.pk], on=today, by="source")
    whole = totals.total(sums.values()) + Money(needed_fen=found.planned_investment_fen or 0)
    sources = list(Source.objects.visible_to(user).filter(pk__in=sums).order_by("position", "code"))
    owing = commitments.standing(list(commitments.contributions_of(user, found)), today)
    costs = unit_costs.costs_of([found])[found.pk]
    score = _score(request.GET.get("score", ""))
    context = {
        **frame(request, found, "money"),
        "kpis": pages.kpis(whole, chosen, project=found.pk),
        "has_money": bool(sums),
        "columns": pages.chain_columns(_("Source of money")),
        "rows": pages.by_source(chosen, sums, sources, project=found.pk),
        "costs": tables.project_costs(costs),
        "owing": owing,
        "owing_sums": {
            "agreed": sum(one.contribution.agreed_fen for one in owing),
            "received": sum(one.received_fen for one in owing),
            "arrears": sum(one.arrears_fen for one in owing),
        },
        "terms": commitments.agreements_of(user, found, score),
        "score": score,
        "today": today,
        "ledgers": _ledgers(found),
    }
    return render(request, "funding/project.html", context)


def _ledgers(found: Project) -> dict[str, str]:
    query = f"?year={found.plan_year}&unit={found.unit.code}"
    return {name.replace("-", "_"): reverse("ledgers:grid", args=[name]) + query for name in LEDGERS}


def _score(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        score = Decimal(text)
    except InvalidOperation as problem:
        raise BadRequest(_("A score is a number from 0 to 100.")) from problem
    if not score.is_finite() or not 0 <= score <= 100:
        raise BadRequest(_("A score is a number from 0 to 100."))
    return score
