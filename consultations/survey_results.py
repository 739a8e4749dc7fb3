"""What the answers to a questionnaire add up to, for staff and for the public, and how content people are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Count

from consultations import tally
from consultations.counting import SMALLEST_CELL
from consultations.models import Answer, Consultation, Question, Questionnaire, Sheet
from consultations.questionnaires import Asked, most_answers, questions_for
from projects.models import Project

# From this step on somebody is content.
CONTENT_FROM = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One possible answer: how many households gave it; None where that is not shown."""

    label: str
    count: int | None
    share: Fraction | None

    @property
    def percent(self) -> str:
        """Return the share in per cent, empty where it is not shown."""
        return "" if self.share is None else tally.percent(self.share, 1)


@dataclass(frozen=True, slots=True)
class Result:
    """The answers to one question; ``base`` is the number of households that answered it.

    The shares of all cells together are at most ``most`` times the whole, since no sheet holds more answers.
    """

    question: Question
    base: int | None
    most: int
    cells: tuple[Cell, ...]
    average: Decimal | None = None
    texts: tuple[str, ...] = ()


def results(questionnaire: Questionnaire, *, public: bool) -> list[Result]:
    """Return the results by question: five queries.

    In public no group of one to four households is shown, nor one that gives such a group away by
    subtraction; words are for staff alone.
    """
    asked = questions_for(questionnaire)
    live = Answer.objects.filter(sheet__questionnaire=questionnaire, sheet__is_live=True).order_by()
    bases = dict(live.values_list("question").annotate(n=Count("sheet", distinct=True)))
    options: Counter[int] = Counter()
    steps: dict[int, Counter[int]] = defaultdict(Counter)
    for question, option, step, count in live.values_list("question", "option", "step").annotate(
        n=Count("pk")
    ):
        if option is not None:
            options[option] += count
        elif step is not None:
            steps[question][step] += count
    texts = {} if public else _texts(live)
    made = [
        _result(line, bases.get(line.question.pk, 0), options, steps[line.question.pk], texts)
        for line in asked
    ]
    return [published(result) for result in made] if public else made


def _texts(live: Iterable[Answer]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for answer in live:
        if answer.text:
            found[answer.question_id].append(answer.text)
    return found


def _result(
    asked: Asked, base: int, options: Counter[int], steps: Counter[int], texts: dict[int, list[str]]
) -> Result:
    question = asked.question
    if question.kind == Question.Kind.SCALE:
        counts = [(str(step), steps[step]) for step in asked.steps]
    else:
        counts = [(option.text, options[option.pk]) for option in asked.options]
    return Result(
        question=question,
        base=base,
        most=most_answers(question, len(asked.options)),
        cells=tuple(Cell(label, count, Fraction(count, base) if base else None) for label, count in counts),
        average=_average(steps),
        texts=tuple(texts.get(question.pk, ())),
    )


def published(result: Result) -> Result:
    """Return a result as the public sees it."""
    hidden = hidden_cells([cell.count or 0 for cell in result.cells], result.base or 0, result.most == 1)
    if hidden is None:
        bare = tuple(Cell(cell.label, None, None) for cell in result.cells)
        return Result(result.question, None, result.most, bare)
    cells = tuple(
        Cell(cell.label, None, None) if place in hidden else cell for place, cell in enumerate(result.cells)
    )
    average = None if hidden else result.average
    return Result(result.question, result.base, result.most, cells, average)


def hidden_cells(counts: list[int], base: int, sums_to_base: bool) -> set[int] | None:
    """Return which cells are hidden from the public, None for all of them with their base.

    Where the cells sum to the base, one hidden cell alone could be computed: the smallest shown one is hidden
    with it, until what is hidden together is no small group either.
    """
    if base < SMALLEST_CELL:
        return None
    hidden = {place for place, count in enumerate(counts) if 0 < count < SMALLEST_CELL}
    if not sums_to_base:
        return hidden
    rest = sorted((count, place) for place, count in enumerate(counts) if count >= SMALLEST_CELL)
    while hidden and rest and (len(hidden) < 2 or sum(counts[place] for place in hidden) < SMALLEST_CELL):
        hidden.add(rest.pop(0)[1])
    return hidden


def _average(steps: Counter[int]) -> Decimal | None:
    base = sum(steps.values())
    if not base:
        return None
    exact = Decimal(sum(step * count for step, count in steps.items())) / base
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How content a community is after completion: a fact for assessments.

    ``average`` of the five steps, ``content`` the share that chose step 4 or 5, ``base`` the households that
    answered the overall question, ``households`` those on the roll.
    """

    consultation: Consultation
    average: Decimal
    content: Fraction
    base: int
    households: int

    @property
    def percent(self) -> str:
        """Return the share of the content in per cent."""
        return tally.percent(self.content, 1)

    @property
    def answered_percent(self) -> str:
        """Return the share of the roll that answered in per cent."""
        return tally.percent(Fraction(self.base, self.households), 1) if self.households else ""

    @property
    def asked_until(self) -> date | None:
        """Return the last day of asking."""
        return self.consultation.closes_on


def satisfaction(project: Project) -> Satisfaction | None:
    """Return how content a project's community is by its newest questionnaire; None without an answer."""
    return satisfactions([project.pk]).get(project.pk)


def satisfactions(projects: Iterable[int]) -> dict[int, Satisfaction]:
    """Return how content the communities of many projects are, by project; two queries.

    The newest questionnaire on satisfaction counts that somebody has answered and that was not called off.
    """
    asked = (
        Consultation.objects.live()
        .filter(project__in=list(projects), kind=Consultation.Kind.SATISFACTION)
        .exclude(state__in=[Consultation.State.DRAFT, Consultation.State.CANCELLED])
        .select_related("roll")
        .order_by("pk")
    )
    known = {consultation.pk: consultation for consultation in asked}
    steps: dict[int, Counter[int]] = defaultdict(Counter)
    live = Answer.objects.filter(
        sheet__questionnaire__consultation__in=list(known),
        sheet__is_live=True,
        question__is_overall=True,
        step__isnull=False,
    )
    grouped = live.order_by().values_list("sheet__questionnaire__consultation", "step")
    for consultation, step, count in grouped.annotate(n=Count("pk")):
        steps[consultation][step] += count
    found: dict[int, Satisfaction] = {}
    for pk, consultation in known.items():
        counted = steps.get(pk)
        average = _average(counted) if counted else None
        if counted is None or average is None:
            continue
        base = sum(counted.values())
        content = sum(count for step, count in counted.items() if step >= CONTENT_FROM)
        found[consultation.project_id] = Satisfaction(
            consultation, average, Fraction(content, base), base, consultation.roll.households
        )
    return found


def sheets_in(questionnaire: Questionnaire) -> int:
    """Return how many households have handed in a sheet."""
    return Sheet.objects.filter(questionnaire=questionnaire, is_live=True).count()
