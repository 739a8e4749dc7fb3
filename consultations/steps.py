"""The way of a consultation as residents read it: what has been, where it stands, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from consultations.models import Consultation
from consultations.reading import Phase, phase_of
from projects.day_words import month_day


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: ``done``, ``now`` or ``next``."""

    state: str
    title: str
    when: str = ""


def steps_of(consultation: Consultation) -> tuple[Step, ...]:
    """Return what has been and what comes next, with the days that are known."""
    phase, project = phase_of(consultation), consultation.project
    order = (Phase.NOTICE, Phase.OPEN, Phase.CLOSED, Phase.RESULT, Phase.FINAL)
    at = order.index(phase) if phase in order else len(order)
    began = project.started_on is not None
    told = (
        (1, _("Comments are taken"), _days(consultation.opens_on, consultation.closes_on)),
        (2, _("Every comment is answered"), ""),
        (3, _("The revised plan is on display"), _days(consultation.result_from, consultation.result_to)),
        (4, _("The plan becomes final"), _days(consultation.ended_on, None)),
    )
    steps = [Step("done" if at > place else "now" if at == place else "next", *rest) for place, *rest in told]
    if phase == Phase.FINAL:
        steps[-1] = Step("done", steps[-1].title, steps[-1].when)
    if phase == Phase.REJECTED:
        return (steps[0], Step("done", _("The plan was voted down"), _days(consultation.ended_on, None)))
    finished = project.completed_on is not None
    state = "done" if finished else "now" if began else "next"
    works = Step(state, _("The works"), _days(project.started_on, project.completed_on))
    return (*steps, works)


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    if last is None:
        return month_day(first)
    return _("%(first)s to %(last)s") % {"first": month_day(first), "last": month_day(last)}
