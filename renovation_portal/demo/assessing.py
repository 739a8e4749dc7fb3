"""Simulated assessments: one year issued, the next on its way with a deduction and appeals.

Facts are those of the demonstration ledger; who judged, what was found and what was answered is invented
and marked so.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments import computing, proceedings, reports, scoring
from assessments.models import Appeal, Assessment, Deduction, Move, Scheme, ScoreEntry
from projects.months import previous_month_end

ISSUED, RUNNING = 2021, 2022
DOCUMENT = "模拟〔2022〕6号"
FINDINGS = (
    ("earmarked", "1.20", "多支付进度款，已追回", "审计意见（模拟）"),
    ("quality", "3.00", "屋面渗漏逾期未整改", "检查记录（模拟）"),
    ("heard", "2.00", "两个小区公示材料不全", "抽查记录（模拟）"),
)
State = Assessment.State
# In turn by unit: where the running year stands.
STANDINGS = (State.REVIEW, State.CHECK, State.REVIEW, State.PUBLISHED, State.REVIEW)


@transaction.atomic
def load_assessments() -> int:
    """Make the simulated assessments and return how many; a second run makes none."""
    scheme = Scheme.objects.get(code="default")
    made = 0
    for year in (ISSUED, RUNNING):
        if Assessment.objects.filter(year=year).exists():
            continue
        try:
            rows = proceedings.open_year(year=year, scheme=scheme, on=date(year, 12, 31), by=None)
        except proceedings.StepRefused:
            # A demonstration without these plan years has nothing to assess.
            continue
        reviewer = User.objects.filter(username="province").first()
        for place, row in enumerate(rows):
            _judge(row, place, reviewer)
            if year == ISSUED:
                _issue(row)
            else:
                asked = User.objects.filter(role="entry", region=row.unit).exists()
                _stand(row, State.PUBLISHED if asked else STANDINGS[place % len(STANDINGS)])
        made += len(rows)
    _reports()
    return made


def _judge(row: Assessment, place: int, by: User | None) -> None:
    """Let a finding be made in some units, the same ones at every load."""
    if place % 4 == 1:
        code, points, finding, number = FINDINGS[place // 4 % len(FINDINGS)]
        Deduction.objects.create(
            assessment=row,
            step=ScoreEntry.Step.PROVINCE,
            by=by,
            indicator=code,
            points=Decimal(points),
            finding=finding,
            document_no=number,
        )
    computing.compute(row)
    row.is_simulated = True


def _issue(row: Assessment) -> None:
    at = _moment(date(row.year + 1, 6, 20))
    row.state, row.document_no, row.issued_at = State.ISSUED, DOCUMENT, at
    row.appeal_until, row.due_on = date(row.year + 1, 6, 10), None
    row.sha256 = scoring.sha256(row.document)
    row.save()
    _walked(row, [State.SELF, State.CHECK, State.REVIEW, State.PUBLISHED, State.ISSUED])


def _stand(row: Assessment, state: Assessment.State) -> None:
    row.state = state
    row.due_on = timezone.localdate() + timedelta(days=12)
    if state == State.PUBLISHED:
        row.appeal_until, row.due_on = timezone.localdate() + timedelta(days=7), None
    row.save()
    path = [State.SELF, State.CHECK, State.REVIEW, State.PUBLISHED]
    _walked(row, path[: path.index(state) + 1])
    appellant = User.objects.filter(role="entry", region=row.unit).first()
    if state == State.PUBLISHED and appellant is not None:
        Appeal.objects.create(
            assessment=row,
            indicator="completed",
            text="有一个小区年底前已完工，验收资料报送较晚，请核对（模拟）。",
            made_by=appellant,
        )


def _walked(row: Assessment, path: list[Assessment.State]) -> None:
    """Leave the steps that led here, under the names of the demonstration where it has accounts."""
    people = {
        user.username: user for user in User.objects.filter(username__in=["province", "province2", "yanbian"])
    }
    names = {State.REVIEW: "yanbian", State.PUBLISHED: "province", State.ISSUED: "province2"}
    for before, after in pairwise(path):
        by = people.get(names.get(after, ""))
        if by is not None and not by.region.contains(row.unit):
            by = None
        Move.objects.create(
            assessment=row, from_state=before, to_state=after, revision=row.revision, total=row.total, by=by
        )


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 10, 0))


def _reports() -> None:
    """Make the report of the issued year, and the scores of the last two months of the year under way."""
    if Assessment.objects.filter(year=ISSUED).exists():
        reports.of_province(year=ISSUED)
    today = timezone.localdate()
    first = today.replace(day=1)
    last = first - timedelta(days=1)
    for day in (previous_month_end(last), last):
        try:
            reports.monthly(year=last.year, on=day)
        except reports.NothingToReport:
            return
