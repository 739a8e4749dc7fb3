"""What stands behind the doors of assessments: an assessment under review with an appeal, papers, schemes."""

from __future__ import annotations

from datetime import date

from accounts.models import Region, User
from assessments import facts, schemes
from assessments.computing import compute
from assessments.models import Appeal, Assessment, AssessmentReport, FactSheet, Scheme

MONTHS = (date(2020, 4, 30), date(2020, 5, 31))


def targets(region: Region, owner: User) -> dict[str, str]:
    """Assess a unit and return what the doors name."""
    units = list(Region.objects.units())
    for on in MONTHS:
        facts.freeze(kind=FactSheet.Kind.MONTHLY, year=2020, on=on, units=units, by=None)
    sheet = facts.freeze(
        kind=FactSheet.Kind.ANNUAL, year=2020, on=date(2020, 12, 31), units=units, by=None, again=True
    )
    scheme = Scheme.objects.get(code="default")
    row = compute(_saved(region, scheme, sheet))
    row.save()
    appeal = Appeal.objects.create(assessment=row, text="请核对", made_by=owner)
    document = {
        "title": "年度考核报告",
        "note": "",
        "paragraphs": ["得分"],
        "tables": [],
        "foot": "",
        "issuer": "",
        "dated": "",
    }
    report = AssessmentReport.objects.create(
        kind="unit", region=region, year=2020, on=sheet.on, document=document, sha256="0" * 64
    )
    draft = Scheme.objects.filter(state=Scheme.State.DRAFT).first() or schemes.copy(
        scheme=scheme, year=2020, name="草案", by=owner
    )
    return {
        "assessment": str(row.pk),
        "appeal": str(appeal.pk),
        "score_report": str(report.pk),
        "scheme": str(scheme.pk),
        "draft_scheme": str(draft.pk),
    }


def _saved(region: Region, scheme: Scheme, sheet: FactSheet) -> Assessment:
    state = Assessment.State.REVIEW
    return Assessment.objects.create(unit=region, year=2020, scheme=scheme, fact_sheet=sheet, state=state)
