"""The trend as an SVG drawn on the server: it prints, needs no script, and each mark is a link.

Numbers here are coordinates within a view box; the template puts them into SVG attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.figures import Amounts
from dashboards.rollups import TrendPoint
from dashboards.selection import Selection
from records.rates import percentage

LABEL_GAP = 14
# Room at the right for labels that stand behind the last point.
LABEL_ROOM = 84


@dataclass(frozen=True)
class Frame:
    """The view box and the margins of the drawing in it."""

    width: int
    height: int
    left: int = 34
    top: int = 16
    below: int = 30
    beside: int = 14

    @property
    def bottom(self) -> int:
        """Return the place of the base line."""
        return self.height - self.below

    @property
    def right(self) -> int:
        """Return the place of the last month."""
        return self.width - self.beside


# Beside the map, and across half a page.
NARROW, WIDE = Frame(480, 380), Frame(720, 300)


@dataclass(frozen=True)
class Mark:
    """A point of a line: where it stands, what it says, and the rows behind it."""

    x: str
    y: str
    text: str
    url: str


@dataclass(frozen=True)
class Line:
    """A line of the chart with the label at its end; only lines of counted work have marks."""

    name: str
    points: str
    marks: Sequence[Mark]
    label: str
    label_x: str
    label_y: str
    anchor: str


def trend_chart(
    points: Sequence[TrendPoint], planned: Amounts, selection: Selection, frame: Frame = NARROW
) -> dict[str, Any] | None:
    """Return the chart of a course, or None when there is no plan to measure it by."""
    whole = planned.on(selection.base)
    shown = _worth_showing(points, selection)
    if not whole or not shown:
        return None
    past = [point for point in shown if point.on <= selection.on]
    is_at_end = len(past) >= len(shown) - 1
    scale = _Scale(shown, whole, selection, replace(frame, beside=LABEL_ROOM) if is_at_end else frame)
    lines = []
    if shown[-1].due.communities:
        lines.append(scale.line("due", shown, lambda point: point.due, _("Plan")))
    if past and past[-1].completed.communities:
        lines.append(scale.line("completed", past, lambda point: point.completed, _("Completed")))
    if past:
        lines.append(scale.line("started", past, lambda point: point.started, _("Started")))
    return {
        "frame": scale.frame,
        "grid": scale.grid(),
        "months": scale.months(),
        "rule": _fixed(scale.x(len(past) - 1)) if past else None,
        "lines": _parted(lines, scale.frame),
        "rows": table_rows(shown, planned, selection),
    }


def _there(point: TrendPoint, selection: Selection) -> Selection:
    """Return what leads to the numbers of a point as the page shows them: frozen ones or the ledgers'."""
    if point.on == selection.on:
        return selection
    there = selection.at(point.on)
    return there if point.is_kept else there.as_live()


def table_rows(points: Sequence[TrendPoint], planned: Amounts, selection: Selection) -> list[dict[str, Any]]:
    """Return the numbers of the chart month by month, for reading aloud and copying."""
    whole = planned.on(selection.base)
    rows = []
    for point in points:
        is_past = point.on <= selection.on
        there = _there(point, selection)
        rows.append(
            {
                "on": point.on,
                "is_kept": point.is_kept,
                "due": point.due.on(selection.base),
                "due_rate": percentage(point.due.on(selection.base), whole),
                "started": point.started.on(selection.base) if is_past else None,
                "start_rate": percentage(point.started.on(selection.base), whole) if is_past else None,
                "completed": point.completed.on(selection.base) if is_past else None,
                "completion_rate": percentage(point.completed.on(selection.base), whole) if is_past else None,
                "started_url": there.rows_url("started") if is_past else "",
                "completed_url": there.rows_url("completed") if is_past else "",
            }
        )
    return rows


def _worth_showing(points: Sequence[TrendPoint], selection: Selection) -> list[TrendPoint]:
    """Leave out the months before anything was due or done, and those after everything had ended."""
    busy = [index for index, point in enumerate(points) if _sum(point)]
    if not busy:
        return []
    first = max(busy[0] - 1, 0)
    final = points[-1]
    last = len(points) - 1
    end = date(max(selection.years), 12, 31)
    while last > first and points[last - 1].on >= end and _same(points[last - 1], final):
        last -= 1
    return list(points[first : last + 1])


def _sum(point: TrendPoint) -> int:
    return point.due.communities + point.started.communities + point.completed.communities


def _same(one: TrendPoint, other: TrendPoint) -> bool:
    return (one.due, one.started, one.completed) == (other.due, other.started, other.completed)


class _Scale:
    """Where a rate of a month stands in the drawing."""

    def __init__(self, points: Sequence[TrendPoint], whole: int, selection: Selection, frame: Frame) -> None:
        self.points, self.whole, self.selection, self.frame = points, whole, selection, frame
        base = selection.base
        most = max(max(point.due.on(base), point.started.on(base)) for point in points)
        highest = -(-most * 100 // whole)
        self.step = 25 if highest <= 125 else 50
        self.top = max(100, -(-highest // self.step) * self.step)

    def x(self, index: int) -> Decimal:
        """Return the place of the index-th month."""
        room = self.frame.right - self.frame.left
        return self.frame.left + Decimal(room) * index / max(len(self.points) - 1, 1)

    def y(self, rate: Decimal) -> Decimal:
        """Return the place of a rate; the base line is always zero."""
        return self.frame.bottom - (self.frame.bottom - self.frame.top) * rate / self.top

    def grid(self) -> list[dict[str, Any]]:
        """Return the horizontal lines."""
        return [
            {"y": _fixed(self.y(Decimal(value))), "label": value}
            for value in range(0, self.top + 1, self.step)
        ]

    def months(self) -> list[dict[str, str]]:
        """Return the labels below: months, and the year instead of January where there are several."""
        count = len(self.points)
        every = 1 if count <= 12 else 2 if count <= 18 else 3 if count <= 36 else 6
        labels = []
        for index, point in enumerate(self.points):
            if (point.on.month - 1) % every:
                continue
            new_year = point.on.month == 1 and count > 12
            text = (
                str(point.on.year)
                if new_year
                else formats.date_format(point.on, pgettext("month on an axis", "M"), use_l10n=False)
            )
            labels.append({"x": _fixed(self.x(index)), "label": text})
        return labels

    def line(
        self, name: str, points: Sequence[TrendPoint], amounts: Callable[[TrendPoint], Amounts], label: str
    ) -> Line:
        """Return a line with its marks and the label at the day shown."""
        places, marks = [], []
        for index, point in enumerate(points):
            value = amounts(point).on(self.selection.base)
            rate = percentage(value, self.whole) or Decimal(0)
            x, y = _fixed(self.x(index)), _fixed(self.y(rate))
            places.append((x, y, rate))
            if name != "due":
                text = _("%(day)s: %(label)s %(rate)s%%, %(value)s of %(whole)s") % {
                    "day": f"{point.on:%Y-%m-%d}",
                    "label": label,
                    "rate": rate,
                    "value": f"{value:,}",
                    "whole": f"{self.whole:,}",
                }
                marks.append(Mark(x, y, text, _there(point, self.selection).rows_url(name)))
        index = max(i for i, point in enumerate(points) if point.on <= self.selection.on or i == 0)
        x, y, rate = places[index]
        # The plan's label stands before its point, above a line that rises; others follow theirs.
        is_last = index >= len(self.points) - 2
        before = name == "due" and not is_last
        return Line(
            name=name,
            points=" ".join(f"{x},{y}" for x, y, _rate in places),
            marks=marks,
            label=f"{label} {rate}",
            label_x=_fixed(Decimal(x) + (-8 if before else 8)),
            label_y=_fixed(Decimal(y) + (4 if is_last else -6)),
            anchor="end" if before else "start",
        )


def _parted(lines: Sequence[Line], frame: Frame) -> list[Line]:
    """Move labels apart that would stand on each other, and keep them inside the drawing."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda line: Decimal(line.label_y)):
        y = max(Decimal(line.label_y), Decimal(frame.top - 4))
        if placed and placed[-1].anchor == line.anchor:
            y = max(y, Decimal(placed[-1].label_y) + LABEL_GAP)
        placed.append(replace(line, label_y=_fixed(min(y, Decimal(frame.bottom - 4)))))
    order = [line.name for line in lines]
    return sorted(placed, key=lambda line: order.index(line.name))


def _fixed(value: Decimal) -> str:
    """Return a coordinate as SVG wants it, whatever the language of the page."""
    return f"{value:.1f}"
