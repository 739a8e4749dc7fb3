"""What auditors look at in money: passed on in time, spent in time, shared as agreed, not paid ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, F, Max, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.alerts.registry import Found, Night, alerting, overdue
from dashboards.alerts.ways.sites import DAYS, aged
from dashboards.figures import time_progress
from dashboards.models import AlertRule
from funding import totals
from funding.models import Allotment, FundBatch, MoneyEvent, Source
from projects.models import Contract
from records.rates import percentage
from records.units import FEN_PER_WAN_YUAN

POINTS = pgettext_lazy("unit of a threshold", "points")
Step, Channel = MoneyEvent.Step, Source.Channel
# Money that the law gives a time to pass on where the source names none (预算法第五十二条).
SPLIT_DAYS = 30
# Whose share stands beside the subsidies: what the places and the residents themselves bring (资金共担).
SHARING = (
    Channel.PREFECTURE,
    Channel.COUNTY,
    Channel.RESIDENTS,
    Channel.UTILITY,
    Channel.FORMER_OWNER,
    Channel.SOCIAL,
)


def _wan(fen: int) -> str:
    """Return 分 as 万元 with one decimal, as lists print them."""
    return f"{totals.rounded(Fraction(fen, FEN_PER_WAN_YUAN), 1):,}"


@alerting(
    "split_late",
    label=_("Batch not passed on in time"),
    unit=DAYS,
    told=_(
        "%(number)s: %(left)s of %(amount)s (10,000 yuan) not passed on, %(days)s days over the time limit"
    ),
)
def split_late(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the issued batches that were not passed on in full within their days (30日内分解下达)."""
    batches = FundBatch.objects.live().filter(
        state=FundBatch.State.ISSUED, issued_on__lte=night.on, source__by_batch=True
    )
    handed = dict(
        Allotment.objects.live()
        .filter(batch__in=batches.values("pk"), project=None)
        .filter(Q(allotted_on=None) | Q(allotted_on__lte=night.on))
        .order_by()
        .values_list("batch")
        .annotate(sum=Sum("amount_fen"))
    )
    for batch in batches.select_related("source"):
        left = batch.amount_fen - int(handed.get(batch.pk) or 0)
        begun = batch.received_on or batch.issued_on
        if left <= 0 or begun is None:
            continue
        limit = batch.source.split_days or SPLIT_DAYS
        days = (night.on - begun).days - limit
        if days > 0:
            facts = {
                "number": batch.number,
                "left": _wan(left),
                "amount": _wan(batch.amount_fen),
                "days": days,
            }
            yield Found(
                unit=batch.region_id,
                value=Decimal(days),
                facts=facts,
                plan_year=batch.plan_year,
                detail=f"batch {batch.pk}",
            )


@alerting(
    "handing_on_late",
    label=_("Unit has not passed money on to its projects"),
    unit=DAYS,
    told=_(
        "%(count)s batches, %(left)s (10,000 yuan) not passed on to projects, %(days)s days over the limit"
    ),
)
def handing_on_late(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield what units got and have not handed on to projects within their days (常州：30日内分解到项目)."""
    rows = totals.allotments_until(night.on).filter(batch__source__by_batch=True)
    handed: dict[tuple[int, int], int] = defaultdict(int)
    parts: list[tuple[int, int, int, date, int, int]] = []
    for batch, unit, project, amount, day, year, limit in rows.values_list(
        "batch_id",
        "unit_id",
        "project_id",
        "amount_fen",
        Coalesce("allotted_on", "batch__issued_on"),
        "batch__plan_year",
        "batch__source__split_days",
    ):
        if project is None:
            parts.append((batch, unit, amount, day, year, limit or SPLIT_DAYS))
        else:
            handed[batch, unit] += amount
    groups: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for batch, unit, amount, day, year, limit in parts:
        left, days = amount - handed[batch, unit], (night.on - day).days - limit
        if left > 0 and days > 0:
            groups[unit, year].append((days, left))
    for (unit, year), late in groups.items():
        days = max(days for days, _left in late)
        facts = {"count": len(late), "left": _wan(sum(left for _days, left in late)), "days": days}
        yield Found(unit=unit, value=Decimal(days), facts=facts, plan_year=year)


@alerting(
    "spending_behind",
    label=_("Spending behind the time passed"),
    unit=POINTS,
    told=_("paid %(paid)s of %(handed)s (10,000 yuan), %(rate)s%%; time passed %(due)s%%"),
)
def spending_behind(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield by how many points a unit's spending lags behind the time passed (支出进度低于序时进度)."""
    year = night.on.year
    for unit, money in totals.of(night.region, years=[year], on=night.on, by="unit").items():
        rate = money.execution_rate
        if rate is None:
            continue
        behind = -totals.rounded(totals.against_time(rate, night.on), 1)
        if behind > 0:
            facts = {
                "paid": _wan(money.paid_fen),
                "handed": _wan(money.handed_down_fen),
                "rate": str(totals.per_cent(rate, 1)),
                "due": str(time_progress(year, night.on)),
            }
            yield Found(unit=unit, value=behind, facts=facts, plan_year=year)


@alerting(
    "shares_missing",
    label=_("Shares of places and residents not in place"),
    unit=pgettext_lazy("unit of a threshold", "per cent arrived"),
    told=_("%(arrived)s of %(planned)s (10,000 yuan) arrived, %(rate)s%%"),
    falling=True,
)
def shares_missing(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield how much of the planned shares of started projects has arrived (资金共担不到位)."""
    events = (
        totals.events_until(night.on)
        .filter(
            source__channel__in=SHARING,
            step__in=[Step.PLANNED, Step.ARRIVED],
            project__in=night.entered.started_by(night.on).values("pk"),
        )
        .order_by()
        .values_list("unit_id", "project__plan_year", "step")
        .annotate(sum=Sum("amount_fen"))
    )
    sums: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for unit, year, step, amount in events:
        sums[unit, year][step] = int(amount or 0)
    for (unit, year), found in sums.items():
        planned, arrived = found.get(Step.PLANNED, 0), found.get(Step.ARRIVED, 0)
        share = percentage(arrived, planned)
        if share is not None:
            facts = {"planned": _wan(planned), "arrived": _wan(arrived), "rate": str(share)}
            yield Found(unit=unit, value=share, facts=facts, plan_year=year)


@alerting(
    "paid_ahead",
    label=_("Paid ahead of the works"),
    unit=POINTS,
    told=_("paid %(share)s%% of the construction contracts, works %(progress)s%%"),
)
def paid_ahead(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield by how many points payments on construction contracts run ahead of the works (多支付进度款)."""
    contracts = Contract.objects.live().filter(kind=Contract.Kind.CONSTRUCTION, amount_fen__gt=0)
    agreed = dict(contracts.order_by().values_list("project").annotate(sum=Sum("amount_fen")))
    paid = dict(
        totals.events_until(night.on)
        .filter(step=Step.PAID, contract__in=contracts.values("pk"))
        .order_by()
        .values_list("project")
        .annotate(sum=Sum("amount_fen"))
    )
    sites = night.entered.under_way_on(night.on).filter(pk__in=contracts.order_by().values("project"))
    for site in sites.filter(progress_percent__isnull=False).order_by():
        share = percentage(int(paid.get(site.pk) or 0), int(agreed.get(site.pk) or 0))
        progress = site.progress_percent
        if share is not None and progress is not None and share > progress:
            yield Found(
                unit=site.unit_id,
                value=share - progress,
                facts={"share": str(share), "progress": f"{progress.normalize():f}"},
                project=site.pk,
                plan_year=site.plan_year,
                projects=(site.pk,),
            )


@alerting(
    "settlement_slow",
    label=_("Completed without settlement"),
    unit=DAYS,
    told=_("%(count)s completed communities are not settled, the longest for %(longest)s days"),
)
def settlement_slow(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the completed projects that were paid for and have no settlement (结算慢)."""
    events = totals.events_until(night.on).filter(project=OuterRef("pk")).order_by()
    done = (
        night.entered.completed_by(night.on)
        .filter(Exists(events.filter(step=Step.PAID)))
        .exclude(Exists(events.filter(step=Step.SETTLED)))
        .order_by()
        .values_list("unit_id", "plan_year", "pk", "completed_on")
    )
    yield from overdue(rule, aged(done, night.on))


@alerting(
    "firms_unpaid",
    label=_("Settled and not paid to the firms"),
    unit=DAYS,
    told=_("%(count)s communities settled and not fully paid, the longest for %(longest)s days"),
)
def firms_unpaid(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the projects where less was paid than was settled, by days since then (拖欠企业账款)."""
    events = totals.events_until(night.on).filter(project__in=night.entered.values("pk"))
    sums = (
        events.order_by()
        .values_list("project_id", "unit_id", "project__plan_year")
        .annotate(
            paid=Coalesce(Sum("amount_fen", filter=Q(step=Step.PAID)), 0),
            settled=Coalesce(Sum("amount_fen", filter=Q(step=Step.SETTLED)), 0),
            day=Max("happened_on", filter=Q(step=Step.SETTLED)),
        )
        .filter(settled__gt=F("paid"))
    )
    late = ((unit, year, pk, day) for pk, unit, year, _paid, _settled, day in sums)
    yield from overdue(rule, aged(late, night.on))
