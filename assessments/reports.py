"""Reports made from frozen facts: monthly scores, the mid-year check, the year of a unit and of the province.

Each is made once for its period; what it says is frozen with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from assessments import computing, differences, facts, proceedings, scoring, words
from assessments.models import Assessment, AssessmentReport, FactSheet, Scheme
from projects.day_words import full_day
from projects.models import Project
from projects.months import previous_month_end

if TYPE_CHECKING:
    from accounts.models import User

Kind = AssessmentReport.Kind
Json = scoring.Json
MIDYEAR = (6, 30)
# How many units a sentence names.
NAMED = 5


class NothingToReport(Exception):
    """There is no plan, no scheme or no issued score to report on."""


class NotOver(Exception):
    """The period is not over yet: its facts can still change."""


def province() -> Region:
    """Return the region that reports are made for."""
    return Region.objects.get(code=settings.PORTAL_PROVINCE)


@transaction.atomic
def monthly(*, year: int, on: date, by: User | None = None) -> AssessmentReport:
    """Return the monthly progress score of a plan year at a month end, made when there is none yet.

    The timetable (``by`` None) first makes the months it missed while beat or the worker was away: those
    since its own last report; they say that they come after the fact.  Without a former one there is none:
    nobody was waiting.
    """
    _refuse_unless_over(on)
    scheme = proceedings.monthly_scheme()
    for day in _missed(year, on) if by is None else ():
        _of_all(Kind.MONTHLY, FactSheet.Kind.MONTHLY, scheme, year, day, by, is_late=True)
    return _of_all(Kind.MONTHLY, FactSheet.Kind.MONTHLY, scheme, year, on, by)


def _missed(year: int, on: date) -> list[date]:
    """Return the month ends between the timetable's last monthly report and a day, in their order."""
    last = last_monthly(year, before=on)
    days: list[date] = []
    day = previous_month_end(on)
    while last is not None and day > last:
        days.insert(0, day)
        day = previous_month_end(day)
    return days


def last_monthly(year: int, *, before: date) -> date | None:
    """Return the day of the last monthly report the timetable made of a plan year before a day, or None."""
    made = AssessmentReport.objects.filter(kind=Kind.MONTHLY, year=year, on__lt=before, made_by=None)
    found: date | None = made.order_by("-on").values_list("on", flat=True).first()
    return found


def midyear(*, year: int, by: User | None = None) -> AssessmentReport:
    """Return the mid-year check of a plan year: what the yearly scheme would give on 30 June."""
    used = Assessment.objects.filter(year__lte=year).order_by("-year").select_related("scheme").first()
    adopted = Scheme.objects.adopted().filter(year__lte=year)
    scheme = used.scheme if used is not None else adopted.filter(code="default").first()
    return _of_all(Kind.MIDYEAR, FactSheet.Kind.MIDYEAR, scheme, year, date(year, *MIDYEAR), by)


@transaction.atomic
def _of_all(
    kind: Kind,
    sheet_kind: FactSheet.Kind,
    scheme: Scheme | None,
    year: int,
    on: date,
    by: User | None,
    *,
    is_late: bool = False,
) -> AssessmentReport:
    _refuse_unless_over(on)
    region = _held()
    known = AssessmentReport.objects.filter(kind=kind, region=region, year=year, on=on).first()
    if known is not None:
        return known
    units = units_with_plan(year)
    if scheme is None or not units:
        raise NothingToReport(f"{year}")
    sheet = facts.freeze(kind=sheet_kind, year=year, on=on, units=units, by=by)
    results = computing.scores_of(scheme, sheet, [unit.code for unit in units])
    before = sheet_before(sheet)
    former = computing.scores_of(scheme, before, [unit.code for unit in units]) if before else {}
    names = {unit.code: unit.label for unit in units}
    document = _table_document(kind, year, on, scheme, sheet, results, former, names)
    if is_late:
        document["paragraphs"].insert(0, _late(sheet))
    return _keep(kind, region, year, on, document, by)


def _late(sheet: FactSheet) -> str:
    """Return the sentence a report made after the fact begins with."""
    day = timezone.localtime(sheet.frozen_at).date()
    return _("This report was made after the fact, from numbers frozen on %(day)s.") % {"day": full_day(day)}


def _refuse_unless_over(on: date) -> None:
    if on >= timezone.localdate():
        raise NotOver(f"{on:%Y-%m-%d}")


def _held() -> Region:
    """Return the province under lock: one maker at a time, the second finds what the first made."""
    return Region.objects.select_for_update(no_key=True).get(pk=province().pk)


def units_with_plan(year: int) -> list[Region]:
    """Return the units that have projects in a plan year, in the order of the tree."""
    listed = Project.objects.live().counted().of_year(year).order_by().values("unit_id")
    return list(Region.objects.units().filter(pk__in=listed).order_by("path"))


def sheet_before(sheet: FactSheet) -> FactSheet | None:
    """Return the fact sheet of the month before, where one was frozen."""
    if sheet.kind != FactSheet.Kind.MONTHLY:
        return None
    day = previous_month_end(sheet.on)
    same = FactSheet.objects.filter(kind=sheet.kind, year=sheet.year, on=day)
    found: FactSheet | None = same.order_by("-number").first()
    return found


def _keep(
    kind: Kind, region: Region, year: int, on: date, document: Json, by: User | None
) -> AssessmentReport:
    report = AssessmentReport(
        kind=kind,
        region=region,
        year=year,
        on=on,
        document=document,
        sha256=scoring.sha256(document),
        made_by=by,
    )
    report.save(force_insert=True)
    return report


def ranked(results: Mapping[str, Json]) -> list[tuple[int, str, Json]]:
    """Return place, unit and result, best first; equal scores share a place."""
    lines = sorted(results.items(), key=lambda item: (-scoring.number(item[1]["total"]), item[0]))
    placed: list[tuple[int, str, Json]] = []
    for at, (code, result) in enumerate(lines, start=1):
        same = placed and placed[-1][2]["total"] == result["total"]
        placed.append((placed[-1][0] if same else at, code, result))
    return placed


def _table_document(
    kind: Kind,
    year: int,
    on: date,
    scheme: Scheme,
    sheet: FactSheet,
    results: Mapping[str, Json],
    former: Mapping[str, Json],
    names: Mapping[str, str],
) -> Json:
    lines = ranked(results)
    blocks = lines[0][2]["blocks"]
    heads = _heads(blocks)
    if former:
        heads.append(_("Since last month"))
    rows = [_row(place, names[code], result, former.get(code)) for place, code, result in lines]
    title = {
        Kind.MONTHLY: _("Monthly progress score of plan year %(year)s"),
        Kind.MIDYEAR: _("Mid-year check of plan year %(year)s"),
    }[kind] % {"year": year}
    count = len(blocks)
    table = {
        "name": _("Scores"),
        "caption": _("Scores of the units"),
        "heads": heads,
        "widths": [2, 5, *([3] * count), 3, 2, *([3] if former else [])],
        "right": [True, False, *([True] * count), True, False, *([True] if former else [])],
        "rows": rows,
    }
    paragraphs = [_headline(lines, names, on)]
    if kind == Kind.MIDYEAR:
        paragraphs.append(_weakest(results))
    paragraphs.append(
        _("This is an early view from the ledgers alone; points given by people and findings are not in it.")
    )
    return _document(title, on, paragraphs, [table], sheet, scheme.name)


def _heads(blocks: Sequence[Json]) -> list[str]:
    return [_("Rank"), _("Reporting unit"), *(block["name"] for block in blocks), _("Score"), _("Grade")]


def _row(place: int, name: str, result: Json, former: Json | None) -> list[str]:
    row = [
        str(place),
        name,
        *(block["earned"] for block in result["blocks"]),
        result["total"],
        result["grade"],
    ]
    if former is None:
        return row
    gained = scoring.number(result["total"]) - scoring.number(former["total"])
    return [*row, differences.signed(gained)]


def _headline(lines: Sequence[tuple[int, str, Json]], names: Mapping[str, str], on: date) -> str:
    totals = [scoring.number(result["total"]) for _place, _code, result in lines]
    mean = scoring.text(sum(totals, Fraction()) / len(totals))
    first = "、".join(f"{names[code]}（{result['total']}）" for _p, code, result in lines[:NAMED])
    last = "、".join(f"{names[code]}（{result['total']}）" for _p, code, result in lines[-NAMED:])
    said = _(
        "As of %(day)s, %(count)d units were scored; the average is %(mean)s points. Ahead: %(first)s."
    ) % {
        "day": f"{on:%Y-%m-%d}",
        "count": len(lines),
        "mean": mean,
        "first": first,
    }
    if len(lines) <= 2 * NAMED:
        return said
    return said + _("Behind: %(last)s.") % {"last": last}


def _weakest(results: Mapping[str, Json]) -> str:
    """Name the indicators that cost the units most, by the sum of losses."""
    losses: Counter[str] = Counter()
    for result in results.values():
        for line in result["indicators"]:
            losses[line["name"]] += int(scoring.number(line["lost"]) * 100)
    worst = [name for name, lost in sorted(losses.items(), key=lambda item: (-item[1], item[0]))[:3] if lost]
    return _("The most points were lost by: %(names)s.") % {"names": "、".join(worst)} if worst else ""


def _document(
    title: str, on: date, paragraphs: Sequence[str], tables: Sequence[Json], sheet: FactSheet, scheme: str
) -> Json:
    foot = _("Facts as of %(day)s, fact sheet %(mark)s; scheme: %(scheme)s.") % {
        "day": f"{sheet.on:%Y-%m-%d}",
        "mark": sheet.mark,
        "scheme": scheme,
    }
    if Project.objects.of_year(sheet.year).filter(is_simulated=True).exists():
        foot = _("Simulated data") + "。" + foot
    return {
        "title": title,
        "note": _("as of %(day)s") % {"day": f"{on:%Y-%m-%d}"},
        "paragraphs": [text for text in paragraphs if text],
        "tables": list(tables),
        "foot": foot,
        "issuer": settings.PORTAL_ISSUER,
        "dated": full_day(timezone.localdate()),
    }


@transaction.atomic
def of_unit(*, assessment: Assessment, by: User | None = None) -> AssessmentReport:
    """Return a unit's annual report, made when there is none yet; NothingToReport before the issue."""
    if not assessment.is_issued:
        raise NothingToReport(f"{assessment.pk}")
    sheet = assessment.fact_sheet
    _held()
    about = {"kind": Kind.UNIT, "region": assessment.unit, "year": assessment.year, "on": sheet.on}
    known = AssessmentReport.objects.filter(**about).first()
    if known is not None:
        return known
    document = assessment.document
    title = _("%(unit)s: assessment of plan year %(year)s") % {
        "unit": assessment.unit.name,
        "year": assessment.year,
    }
    lead = _("Score %(total)s, grade %(grade)s (%(band)s). Issued by %(number)s.") % {
        "total": document["total"],
        "grade": document["grade"],
        "band": words.band_words(document),
        "number": assessment.document_no,
    }
    costly = "、".join(
        f"{line['name']}（−{words.plain(line['lost'])}）" for line in words.costliest(document)
    )
    paragraphs = [lead, _("What cost most: %(names)s.") % {"names": costly} if costly else ""]
    paper = _document(title, sheet.on, paragraphs, _unit_tables(document), sheet, document["scheme"]["name"])
    return _keep(Kind.UNIT, assessment.unit, assessment.year, sheet.on, paper, by)


def _unit_tables(document: Json) -> list[Json]:
    blocks = {
        "name": _("Blocks"),
        "caption": _("Blocks"),
        "heads": [_("Block"), _("Full points"), _("Points"), _("Loss")],
        "widths": [4, 2, 2, 2],
        "right": [False, True, True, True],
        "rows": [
            [block["name"], block["points"], block["earned"], block["lost"]] for block in document["blocks"]
        ],
    }
    lines = {
        "name": _("Indicators"),
        "caption": _("Indicator by indicator"),
        "heads": [_("Indicator"), _("Full points"), _("Points"), _("Fact"), _("How"), _("Findings")],
        "widths": [4, 2, 2, 7, 5, 5],
        "right": [False, True, True, False, False, False],
        "rows": [
            [
                line["name"],
                line["points"],
                line["earned"],
                words.fact_words(line),
                words.how_words(line),
                "；".join(row["finding"] for row in line["deductions"]),
            ]
            for line in document["indicators"]
        ],
    }
    return [blocks, lines]


@transaction.atomic
def of_province(*, year: int, by: User | None = None) -> AssessmentReport:
    """Return the annual report of the province, made once every opened assessment of the year is issued."""
    region = _held()
    known = AssessmentReport.objects.filter(kind=Kind.PROVINCE, region=region, year=year).first()
    if known is not None:
        return known
    rows = list(Assessment.objects.filter(year=year).select_related("unit", "fact_sheet", "scheme"))
    if not rows or any(not row.is_issued for row in rows):
        raise NothingToReport(f"{year}")
    names = {row.unit.code: row.unit.label for row in rows}
    results = {row.unit.code: row.document for row in rows}
    sheet = max((row.fact_sheet for row in rows), key=lambda found: found.pk)
    lines = ranked(results)
    grades = Counter(row.grade for row in rows)
    spread = "、".join(
        f"{band['label']} {grades[band['label']]}" for band in rows[0].document["scheme"]["bands"]
    )
    blocks = lines[0][2]["blocks"]
    scores = {
        "name": _("Scores"),
        "caption": _("Scores of the units"),
        "heads": [
            _("Place"),
            _("Reporting unit"),
            *(block["name"] for block in blocks),
            _("Score"),
            _("Grade"),
        ],
        "widths": [2, 5, *([3] * len(blocks)), 3, 2],
        "right": [True, False, *([True] * len(blocks)), True, False],
        "rows": [_row(place, names[code], result, None) for place, code, result in lines],
    }
    title = _("Assessment of plan year %(year)s") % {"year": year}
    paragraphs = [
        _headline(lines, names, sheet.on),
        _("Grades: %(spread)s.") % {"spread": spread},
        _weakest(results),
    ]
    paper = _document(title, sheet.on, paragraphs, [scores], sheet, rows[0].scheme.name)
    return _keep(Kind.PROVINCE, region, year, sheet.on, paper, by)
