"""What the workers do for assessments, and what beat asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from assessments import asking, reports
from assessments.models import Assessment, AssessmentReport
from jobs.registry import handler
from jobs.runs import JobFailed, JobRun

NOTHING = gettext_noop("There is nothing to report yet: no plan, no scheme, or scores that are not issued.")
NOT_OVER = gettext_noop("The period is not over yet: its facts can still change.")
Kind = AssessmentReport.Kind


@handler(asking.REPORT, title=_("Assessment report"))
def make_report(run: JobRun) -> dict[str, Any]:
    """Make one report, once."""
    with transaction.atomic():
        try:
            report = _make(run.payload, run)
        except reports.NotOver:
            raise JobFailed("not_over", NOT_OVER) from None
        except (reports.NothingToReport, Assessment.DoesNotExist):
            raise JobFailed("nothing_to_report", NOTHING) from None
        result = {"report": report.pk, "next_url": report.get_absolute_url()}
        run.finish(result)
    return result


def _make(payload: dict[str, Any], run: JobRun) -> AssessmentReport:
    year, by = int(payload["year"]), run.job.created_by
    match payload["kind"]:
        case Kind.MONTHLY:
            return reports.monthly(year=year, on=date.fromisoformat(payload["on"]), by=by)
        case Kind.MIDYEAR:
            return reports.midyear(year=year, by=by)
        case Kind.UNIT:
            rows = Assessment.objects.select_related("unit", "fact_sheet", "scheme")
            return reports.of_unit(assessment=rows.get(unit__code=payload["unit"], year=year), by=by)
    return reports.of_province(year=year, by=by)


@shared_task(name="assessments.report_periods")
def report_periods() -> None:
    """Ask for the reports that are due."""
    asking.ask_for_due()
