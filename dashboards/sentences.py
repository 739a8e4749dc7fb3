"""The sentence at the head of a dashboard: is the work on course, and who is behind."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dashboards.board import Board
from dashboards.figures import points
from dashboards.selection import Selection
from projects.day_words import full_day, full_month
from projects.months import month_end

# A unit that is so many points behind the passed part of the year is counted in the headline.
BEHIND = Decimal(20)


def headline(board: Board) -> list[SafeString]:
    """Return the sentences that answer whether the work is on course, their numbers in bold."""
    figures, selection = board.whole, board.selection
    rate = figures.start_rate(selection.base)
    if rate is None:
        return [format_html(_("No plan has been listed for this region and these years."))]
    values = {
        "day": _when(selection),
        "years": selection.years_label,
        "rate": _bold(f"{rate:,}%"),
        "base": selection.base_label,
        "planned": _bold(f"{figures.planned.communities:,}"),
        "completed": _bold(f"{figures.completed.communities:,}"),
        "completion": _bold(f"{figures.completion_rate(selection.base):,}%"),
    }
    if figures.all_started:
        return [
            format_html(
                _("{day}, all {planned} communities of {years} have started: {rate} ({base})."), **values
            ),
            format_html(_("{completed} are completed, {completion} ({base})."), **values),
        ]
    sentences = [
        format_html("{}{}", format_html(_("{day}, the start rate is {rate} ({base})"), **values), part)
        for part in [_against(board, rate)]
    ]
    if behind := _behind(board):
        sentences.append(behind)
    return sentences


def _bold(text: str) -> SafeString:
    return format_html("<b>{}</b>", text)


def _when(selection: Selection) -> str:
    day = selection.on
    if day == month_end(day):
        text = pgettext("end of a month, at the head of a sentence", "At the end of %(month)s")
        return text % {"month": full_month(day)}
    text = pgettext("day at the head of a sentence", "As of %(day)s")
    return text % {"day": full_day(day)}


def _against(board: Board, rate: Decimal) -> SafeString:
    """Return the clauses that compare the rate with the calendar and with the month before."""
    clauses = []
    due = board.time_progress
    if due is not None and due < 100:
        words = _("{gap} points below the {due}% of the year that has passed")
        if rate >= due:
            words = _("{gap} points above the {due}% of the year that has passed")
        clauses.append(format_html(words, gap=_bold(f"{abs(rate - due)}"), due=due))
    change = points(rate, board.whole_before.start_rate(board.selection.base))
    if change:
        words = _("{points} points more than a month before")
        if change < 0:
            words = _("{points} points less than a month before")
        clauses.append(format_html(words, points=abs(change)))
    separator, end = pgettext("between clauses", ", "), pgettext("end of a sentence", ".")
    return format_html("{}{}", format_html_join("", "{}{}", ((separator, one) for one in clauses)), end)


def _behind(board: Board) -> SafeString | None:
    due = board.time_progress
    if due is None or len(board.units) < 2:
        return None
    base = board.selection.base
    rates = [row.figures.start_rate(base) for row in board.units]
    number = sum(1 for rate in rates if rate is not None and rate <= due - BEHIND)
    if not number:
        return None
    text = ngettext(
        "{number} of {all} cities and counties is 20 points or more behind.",
        "{number} of {all} cities and counties are 20 points or more behind.",
        number,
    )
    return format_html(text, number=_bold(f"{number}"), all=len(board.units))
