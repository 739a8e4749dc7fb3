"""The form of a questionnaire: questions written as text, one block each, as offices send them around."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Question
from consultations.questionnaires import Wanted

MOST_QUESTIONS = 40
MOST_OPTIONS = 30
_BLANK_LINE = re.compile(r"\n\s*\n")
_NUMBER = re.compile(r"^\d+\s*[.、．)]\s*")
_MARKS = re.compile(r"[\[【［]([^\]】］]*)[\]】］]\s*$")
# What may stand in the brackets after a question, in Chinese and in English.
_KINDS = {
    "单选": Question.Kind.SINGLE,
    "one": Question.Kind.SINGLE,
    "多选": Question.Kind.MULTIPLE,
    "several": Question.Kind.MULTIPLE,
    "五级": Question.Kind.SCALE,
    "scale": Question.Kind.SCALE,
    "文字": Question.Kind.TEXT,
    "words": Question.Kind.TEXT,
}
_WRITTEN = {kind: word for word, kind in reversed(_KINDS.items())}
_OPTIONAL, _OVERALL = ("选填", "optional"), ("总体", "overall")
_MOST = re.compile(r"^(?:最多|at most)\s*(\d{1,2})\s*项?$")


class QuestionsForm(forms.Form):
    """The whole questionnaire in three fields."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    intro = forms.CharField(label=gettext_lazy("Introduction"), max_length=500, required=False)
    questions = forms.CharField(
        label=gettext_lazy("Questions"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A blank line between questions. First line: the question with its kind in brackets, such as "
            "[several at most 3], [one], [scale], [words optional]; [scale overall] is the one whose average "
            "is the satisfaction. Each further line is an answer."
        ),
    )

    def clean_questions(self) -> list[Wanted]:
        """Return the questions; refuses with the number of the question that cannot be read."""
        text = self.cleaned_data["questions"].replace("\r\n", "\n").strip()
        blocks = [block for block in _BLANK_LINE.split(text) if block.strip()]
        if len(blocks) > MOST_QUESTIONS:
            raise forms.ValidationError(_("At most %(count)d questions.") % {"count": MOST_QUESTIONS})
        found = [_question(number, block) for number, block in enumerate(blocks, start=1)]
        if sum(wanted.is_overall for wanted in found) > 1:
            raise forms.ValidationError(_("Only one question is the overall judgement."))
        return found

    @staticmethod
    def written(questions: Sequence[Wanted]) -> str:
        """Return questions as they are typed."""
        return "\n\n".join(_written(wanted) for wanted in questions)


def _written(wanted: Wanted) -> str:
    marks = [_WRITTEN[Question.Kind(wanted.kind)]]
    if wanted.max_choices:
        marks.append(f"最多{wanted.max_choices}项")
    if not wanted.is_required:
        marks.append(_OPTIONAL[0])
    if wanted.is_overall:
        marks.append(_OVERALL[0])
    return "\n".join([f"{wanted.text} [{' '.join(marks)}]", *wanted.options])


def _question(number: int, block: str) -> Wanted:
    first, *rest = [line.strip() for line in block.split("\n") if line.strip()]
    found = _MARKS.search(first)
    text = _NUMBER.sub("", first[: found.start()] if found else first).strip()
    marks = re.sub(r"(最多|at most)\s+", r"\1", found.group(1)).split() if found else []
    kind, most, required, overall = _kind(number, marks, bool(rest))
    _refuse_shape(number, text, kind, rest, most)
    if overall and kind != Question.Kind.SCALE:
        raise forms.ValidationError(
            _("Question %(number)d: the overall judgement has five steps: [五级 总体].") % {"number": number}
        )
    return Wanted(text, kind, tuple(rest), most, required, overall)


def _kind(
    number: int, marks: Sequence[str], has_options: bool
) -> tuple[Question.Kind, int | None, bool, bool]:
    kind = Question.Kind.SINGLE if has_options else Question.Kind.TEXT
    most, required, overall = None, True, False
    for mark in marks:
        limit = _MOST.match(mark)
        if mark in _KINDS:
            kind = _KINDS[mark]
        elif limit:
            most = int(limit.group(1))
        elif mark in _OPTIONAL:
            required = False
        elif mark in _OVERALL:
            overall = True
        else:
            raise forms.ValidationError(
                _("Question %(number)d: «%(mark)s» is no kind of question.")
                % {"number": number, "mark": mark}
            )
    return kind, most, required, overall


def _refuse_shape(
    number: int, text: str, kind: Question.Kind, options: Sequence[str], most: int | None
) -> None:
    choosing = kind in {Question.Kind.SINGLE, Question.Kind.MULTIPLE}
    message = ""
    if not text or len(text) > 300:
        message = _("Question %(number)d: write the question, in at most 300 signs.")
    elif choosing and not 2 <= len(options) <= MOST_OPTIONS:
        message = _("Question %(number)d: give from 2 to 30 answers, one a line.")
    elif not choosing and options:
        message = _("Question %(number)d: this kind has no answers to choose from.")
    elif len(set(options)) != len(options) or any(len(option) > 120 for option in options):
        message = _("Question %(number)d: every answer is there once, in at most 120 signs.")
    elif most is not None and not (kind == Question.Kind.MULTIPLE and 1 <= most <= len(options)):
        message = _("Question %(number)d: «at most» goes with several answers and not above their number.")
    if message:
        raise forms.ValidationError(message % {"number": number})
