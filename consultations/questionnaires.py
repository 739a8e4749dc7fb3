"""Questionnaires: what is asked, what a household answers, and what the answers add up to.

``submit`` is the only writer of answers, so that no path gives more of them than a question allows: a
published survey whose "three most important" add up to 329.63 % did not enforce its limit.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import whole_number
from accounts.roles import Capability
from consultations.ballots import takes_online, takes_paper
from consultations.comments import without_numbers
from consultations.models import (
    Answer,
    Consultation,
    Option,
    Question,
    Questionnaire,
    ResidentSession,
    RollEntry,
    Sheet,
)

if TYPE_CHECKING:
    from accounts.models import User

TEMPLATES = Path(__file__).resolve().parent / "data" / "questionnaires.csv"
Kind, Channel = Question.Kind, Sheet.Channel
LONGEST_TEXT = 500
# What a household answers: by question, the values as a form sends them.
Given = Mapping[int, Sequence[str]]


class AnswersRefused(ValueError):
    """The sheet cannot be taken: ``errors`` says for which question why; 0 stands for the whole sheet."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a page shows it, with what this household has answered before."""

    question: Question
    options: tuple[Option, ...]
    given: tuple[str, ...] = ()
    error: str = ""

    @property
    def name(self) -> str:
        """Return the name of the question's field in a form."""
        return f"q{self.question.pk}"

    @property
    def steps(self) -> range:
        """Return the steps of a scale, worst first."""
        return range(1, Question.STEPS + 1)

    @property
    def most(self) -> int:
        """Return how many answers may be given."""
        return most_answers(self.question, len(self.options))

    @property
    def chosen(self) -> frozenset[int]:
        """Return the options, or the step, that are chosen."""
        return frozenset(found for value in self.given if (found := whole_number(value)) is not None)

    @property
    def text(self) -> str:
        """Return the words that were given."""
        return self.given[0] if self.given and self.question.kind == Kind.TEXT else ""


@dataclass(slots=True)
class _Sorted:
    """What one question's values mean."""

    options: list[int] = field(default_factory=list)
    step: int | None = None
    text: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.options and self.step is None and not self.text


def most_answers(question: Question, options: int) -> int:
    """Return how many answers a question takes at most; its limit cannot exceed its options."""
    if question.kind != Kind.MULTIPLE:
        return 1
    return min(question.max_choices or options, options)


def given_in(questionnaire: Questionnaire, data: Any) -> dict[int, list[str]]:
    """Return what a posted form answers: fields q<question>, several values where several answers are given.

    ``data`` is a QueryDict.  Fields of other questions are passed on too, so that ``submit`` refuses them.
    """
    found: dict[int, list[str]] = {}
    for name in data:
        if name[:1] == "q" and (number := whole_number(name[1:])) is not None:
            found[number] = [value for value in data.getlist(name) if value.strip()]
    return found


def questions_for(
    questionnaire: Questionnaire,
    household_id: int | None = None,
    *,
    given: Given | None = None,
    errors: Mapping[int, str] | None = None,
) -> list[Asked]:
    """Return the questions with the household's live answers, or with what was just sent; three queries."""
    questions = list(questionnaire.questions.prefetch_related("options").order_by("number"))
    before = given if given is not None else _answers_of(questionnaire, household_id)
    return [
        Asked(
            question,
            tuple(sorted(question.options.all(), key=lambda option: option.number)),
            tuple(before.get(question.pk, ())),
            (errors or {}).get(question.pk, ""),
        )
        for question in questions
    ]


def _answers_of(questionnaire: Questionnaire, household_id: int | None) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if household_id is None:
        return found
    live = Answer.objects.filter(
        sheet__questionnaire=questionnaire, sheet__entry__household=household_id, sheet__is_live=True
    )
    for question, option, step, text in live.order_by("question", "slot").values_list(
        "question_id", "option_id", "step", "text"
    ):
        value: object = option or step or text
        found.setdefault(question, []).append(str(value))
    return found


@transaction.atomic
def submit(
    questionnaire: Questionnaire,
    entry: RollEntry,
    answers: Given,
    *,
    channel: str,
    session: ResidentSession | None = None,
    entered_by: User | None = None,
) -> Sheet:
    """Take a household's sheet; it replaces the one before, which stays as history.

    Raises AnswersRefused with a sentence per question; PermissionDenied for an official who may not enter
    sheets there.  Online from the first to the last day; paper and visits some days longer, as with votes.
    """
    held = (
        Questionnaire.objects.select_related("consultation__project__community__region")
        .select_for_update(of=("self",))
        .get(pk=questionnaire.pk)
    )
    _refuse_strangers(held, entry, channel, session, entered_by)
    read = _read(held, answers)
    Sheet.objects.filter(questionnaire=held, entry=entry, is_live=True).update(is_live=False)
    sheet = Sheet.objects.create(
        questionnaire=held, entry=entry, channel=channel, session=session, entered_by=entered_by
    )
    Answer.objects.bulk_create(_rows(sheet, read))
    return sheet


def _refuse_strangers(
    questionnaire: Questionnaire,
    entry: RollEntry,
    channel: str,
    session: ResidentSession | None,
    official: User | None,
) -> None:
    consultation = questionnaire.consultation
    if entry.roll.consultation_id != consultation.pk:
        raise AnswersRefused({0: _("This place is not on the roll of the questionnaire.")})
    if channel == Channel.ONLINE:
        if session is None or session.ended_at is not None or session.expires_at <= timezone.now():
            raise AnswersRefused({0: _("Enter with the code of your home first.")})
        if session.household_id != entry.household_id:
            raise AnswersRefused({0: _("This code belongs to another home.")})
        if not takes_online(consultation):
            raise AnswersRefused({0: _("The questionnaire is not open now.")})
        return
    if channel not in Channel.values:
        raise AnswersRefused({0: _("Choose how the answer came.")})
    region = consultation.project.community.region
    if official is None or not official.may(Capability.BALLOT_ENTER) or not official.region.contains(region):
        raise PermissionDenied
    if not takes_paper(consultation):
        raise AnswersRefused({0: _("The questionnaire is closed; sheets can no longer be entered.")})


def _read(questionnaire: Questionnaire, answers: Given) -> dict[int, _Sorted]:
    asked = {line.question.pk: line for line in questions_for(questionnaire)}
    if set(answers) - set(asked):
        raise AnswersRefused({0: _("The questions have changed. Open the questionnaire anew.")})
    read = {pk: _sorted(line, answers.get(pk, ())) for pk, line in asked.items()}
    errors = {pk: sorted_.error for pk, sorted_ in read.items() if sorted_.error}
    if errors:
        raise AnswersRefused(errors)
    return read


def _sorted(asked: Asked, values: Sequence[str]) -> _Sorted:
    """Return what the values mean, or the sentence why they mean nothing."""
    kind, made = asked.question.kind, _Sorted()
    wanted = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    if kind == Kind.TEXT:
        made.text = without_numbers(" ".join(wanted))
        if len(made.text) > LONGEST_TEXT:
            made.error = _("Write at most %(count)d signs.") % {"count": LONGEST_TEXT}
    elif kind == Kind.SCALE:
        _read_step(made, wanted)
    else:
        _read_options(made, wanted, asked)
    if not made.error and made.is_empty and asked.question.is_required:
        made.error = _("Please answer this question.")
    return made


def _read_step(made: _Sorted, wanted: Sequence[str]) -> None:
    steps = {str(step): step for step in range(1, Question.STEPS + 1)}
    if len(wanted) > 1 or any(value not in steps for value in wanted):
        made.error = _("Choose one step from 1 to 5.")
    elif wanted:
        made.step = steps[wanted[0]]


def _read_options(made: _Sorted, wanted: Sequence[str], asked: Asked) -> None:
    options = {str(option.pk): option.pk for option in asked.options}
    if any(value not in options for value in wanted):
        made.error = _("Choose from the answers shown.")
    elif len(wanted) > asked.most:
        made.error = ngettext(
            "Choose one answer at most.", "Choose %(count)d answers at most.", asked.most
        ) % {"count": asked.most}
    else:
        made.options = [options[value] for value in wanted]


def _rows(sheet: Sheet, read: Mapping[int, _Sorted]) -> list[Answer]:
    rows = []
    for pk, made in read.items():
        if made.options:
            rows += [
                Answer(sheet=sheet, question_id=pk, slot=slot, option_id=option)
                for slot, option in enumerate(made.options, start=1)
            ]
        elif not made.is_empty:
            rows.append(Answer(sheet=sheet, question_id=pk, step=made.step, text=made.text))
    return rows


# --- what is asked -------------------------------------------------------------------------------------


class QuestionsClosed(ValueError):
    """The questions cannot be changed any more; the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question as it is set up."""

    text: str
    kind: str
    options: tuple[str, ...] = ()
    max_choices: int | None = None
    is_required: bool = True
    is_overall: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A ready-made questionnaire."""

    code: str
    title: str
    questions: tuple[Wanted, ...]


@cache
def templates() -> dict[str, Template]:
    """Return the ready-made questionnaires by code."""
    with TEMPLATES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    titles = {row["template"]: row["title"] for row in rows if row["title"]}
    return {
        code: Template(code, title, tuple(_wanted(row) for row in rows if row["template"] == code))
        for code, title in titles.items()
    }


def _wanted(row: Mapping[str, str]) -> Wanted:
    return Wanted(
        text=row["text"],
        kind=Kind(row["kind"]),
        options=tuple(filter(None, row["options"].split("|"))),
        max_choices=int(row["max_choices"]) if row["max_choices"] else None,
        is_required=row["is_required"] == "1",
        is_overall=row["is_overall"] == "1",
        source=row["source"],
    )


@transaction.atomic
def set_questions(
    consultation: Consultation, title: str, questions: Sequence[Wanted], *, intro: str = ""
) -> Questionnaire:
    """Write the questionnaire of a consultation, replacing the one before; raises QuestionsClosed.

    Only while the consultation is being prepared: afterwards people have read, and perhaps answered, it.
    """
    held = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if held.state != Consultation.State.DRAFT:
        raise QuestionsClosed(_("The questions stand as they were announced."))
    made, _new = Questionnaire.objects.update_or_create(
        consultation=held, defaults={"title": title.strip(), "intro": intro.strip()}
    )
    Option.objects.filter(question__questionnaire=made).delete()
    made.questions.all().delete()
    for number, wanted in enumerate(questions, start=1):
        question = Question.objects.create(
            questionnaire=made,
            number=number,
            text=wanted.text,
            kind=wanted.kind,
            max_choices=wanted.max_choices,
            is_required=wanted.is_required,
            is_overall=wanted.is_overall,
        )
        Option.objects.bulk_create(
            Option(question=question, number=place, text=text)
            for place, text in enumerate(wanted.options, start=1)
        )
    return made


def wanted_of(questionnaire: Questionnaire) -> list[Wanted]:
    """Return a questionnaire's questions as they are set up."""
    return [
        Wanted(
            text=asked.question.text,
            kind=asked.question.kind,
            options=tuple(option.text for option in asked.options),
            max_choices=asked.question.max_choices,
            is_required=asked.question.is_required,
            is_overall=asked.question.is_overall,
        )
        for asked in questions_for(questionnaire)
    ]
