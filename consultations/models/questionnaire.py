"""Questionnaires: questions with one, several or graded answers; one live sheet per household."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from consultations.models.access import ResidentSession
from consultations.models.consultation import Consultation
from consultations.models.roll import RollEntry


class QuestionnaireQuerySet(ScopedQuerySet["Questionnaire"]):
    """Questionnaires, in the scope of their consultation."""

    region_field: ClassVar[str] = "consultation__project__community__region"
    view_capability: ClassVar[Capability] = Capability.CONSULTATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.CONSULTATION_MANAGE


class Questionnaire(models.Model):
    """The questions of one consultation; they may be changed until it is announced."""

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="questionnaire")
    title = models.CharField(_("title"), max_length=120)
    intro = models.CharField(_("introduction"), max_length=500, blank=True)

    objects = models.Manager.from_queryset(QuestionnaireQuerySet)()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question; ``max_choices`` binds where several answers may be given (最重要的三项)."""

    class Kind(models.TextChoices):
        """How it is answered."""

        SINGLE = "single", _("one answer")
        MULTIPLE = "multiple", _("several answers")
        SCALE = "scale", _("five steps")
        TEXT = "text", _("in words")

    # The five steps of a scale, worst first.
    STEPS: ClassVar[int] = 5

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("question"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    max_choices = models.PositiveSmallIntegerField(_("answers at most"), null=True, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=True)
    # The one whose average is the satisfaction of the community.
    is_overall = models.BooleanField(_("overall judgement"), default=False)

    class Meta:
        ordering = ["questionnaire_id", "number"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="question_number_once"),
            models.CheckConstraint(
                condition=Q(max_choices__isnull=True) | Q(kind="multiple", max_choices__gte=1),
                name="question_limit_on_several_answers",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Option(models.Model):
    """One answer that can be chosen."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="options")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("answer"), max_length=120)

    class Meta:
        ordering = ["question_id", "number"]
        verbose_name = _("possible answer")
        verbose_name_plural = _("possible answers")
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="option_number_once")]

    def __str__(self) -> str:
        return self.text


class Sheet(models.Model):
    """One household's answers; the last sheet is live, the former ones are its history."""

    class Channel(models.TextChoices):
        """How the sheet came."""

        ONLINE = "online", _("online")
        PAPER = "paper", _("on paper")
        VISIT = "visit", _("at the door")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="sheets")
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="sheets")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    session = models.ForeignKey(ResidentSession, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("answered at"), auto_now_add=True)
    is_live = models.BooleanField(default=True, editable=False)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    class Meta:
        ordering = ["questionnaire_id", "pk"]
        verbose_name = _("answer sheet")
        verbose_name_plural = _("answer sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "entry"],
                condition=Q(is_live=True),
                name="sheet_one_live_per_household",
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} {self.pk}"


class Answer(models.Model):
    """One answer on a sheet: an option, a step or words.

    ``slot`` numbers the answers to one question; the service refuses more than the question's maximum.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    slot = models.PositiveSmallIntegerField(default=1)
    option = models.ForeignKey(Option, on_delete=models.PROTECT, null=True, related_name="+")
    step = models.PositiveSmallIntegerField(_("step"), null=True)
    text = models.CharField(_("words"), max_length=500, blank=True)

    class Meta:
        ordering = ["sheet_id", "question_id", "slot"]
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "question", "slot"], name="answer_slot_once"),
            models.UniqueConstraint(fields=["sheet", "question", "option"], name="answer_option_once"),
            models.CheckConstraint(
                condition=Q(step__isnull=True) | Q(step__gte=1, step__lte=5), name="answer_step_is_a_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.slot}"
