"""What is asked of the workers, and what became of it.

The row is the truth and the broker is only a bell: a message that is lost, doubled or late changes nothing,
because a run begins by claiming the row and ends by a conditional update on the attempt it claimed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from jobs.registry import title_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

DEFAULT_ATTEMPTS = 3


def database_time(offset: timedelta = timedelta(0)) -> models.Expression:
    """Return the database's clock, moved by an offset; the clocks of web and worker machines do not count."""
    return models.ExpressionWrapper(Now() + offset, output_field=models.DateTimeField())


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, as the workers, the sweeper and the people waiting for them look for them."""

    def due(self) -> Self:
        """Return the jobs that wait for a worker and may start now."""
        return self.filter(Q(run_after__isnull=True) | Q(run_after__lte=Now()), state=Job.State.QUEUED)

    def unsent(self) -> Self:
        """Return the due jobs whose message was never sent, or has gone unanswered for too long.

        The broker may have been emptied; a message sent in vain only meets a row that is no longer waiting.
        """
        answered_by = database_time(timedelta(seconds=-settings.JOBS_RESEND_SECONDS))
        return self.due().filter(Q(sent_at__isnull=True) | Q(sent_at__lt=answered_by))

    def running(self) -> Self:
        """Return the jobs that some worker has claimed and not ended."""
        return self.filter(state=Job.State.RUNNING)

    def stale(self) -> Self:
        """Return the running jobs whose heartbeat stopped so long ago that their worker counts as lost."""
        return self.running().filter(
            heartbeat_at__lt=database_time(timedelta(seconds=-settings.JOBS_STALE_SECONDS))
        )

    def attempt_of(self, job_id: int, attempt: int) -> Self:
        """Return the job's row as long as this attempt owns it, else nothing: the fence."""
        return self.filter(pk=job_id, attempt=attempt, state=Job.State.RUNNING)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the jobs a user may follow: their own, and those of a region whose ledgers they read."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Q(created_by=user)
        if not user.may(Capability.LEDGER_VIEW):
            return self.filter(mine)
        return self.filter(mine | Q(region__in=Region.objects.within(user.view_region).values("pk")))

    def operated_by(self, user: User | AnonymousUser) -> Self:
        """Return the jobs whose running a user looks after: all of them for the system administrator."""
        if not user.is_authenticated or not user.may(Capability.SETTINGS_MANAGE):
            return self.none()
        return self.all()


class Job(models.Model):
    """One piece of background work, asked for once under a key of its kind.

    ``attempt`` counts claims and never goes down: it is the fence that keeps a worker which was thought dead
    from writing after another one took over.  ``error_text`` and ``progress_label`` are English message ids
    that the page translates; ``error_params`` fill the former.
    """

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=100)
    key = models.CharField(
        _("key"), max_length=200, help_text=_("Asking twice under one key is asking once.")
    )
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)

    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("attempts allowed"), default=DEFAULT_ATTEMPTS)
    owner = models.CharField(_("worker process"), max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent to the broker at"), null=True, blank=True)
    run_after = models.DateTimeField(_("not before"), null=True, blank=True)

    progress_done = models.PositiveIntegerField(_("steps done"), default=0)
    progress_total = models.PositiveIntegerField(_("steps in all"), default=0)
    progress_label = models.CharField(_("current step"), max_length=200, blank=True)

    result = models.JSONField(_("result"), default=dict, blank=True)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error_text = models.TextField(_("error"), blank=True)
    error_params = models.JSONField(_("error details"), default=dict, blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("asked for by"),
        help_text=_("Empty when the timetable asked."),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("region"),
        help_text=_("Whose data the job works on; its readers may follow the job."),
    )
    created_at = models.DateTimeField(_("asked for at"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="job_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(attempt__lte=F("max_attempts")), name="job_attempts_are_limited"
            ),
            models.CheckConstraint(
                condition=~Q(state="queued") | Q(attempt__lt=F("max_attempts")),
                name="job_waiting_can_still_run",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(heartbeat_at__isnull=False, started_at__isnull=False),
                name="job_running_has_a_heartbeat",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | ~Q(state__in=["done", "failed", "cancelled"]) & Q(finished_at__isnull=True),
                name="job_finished_has_an_end",
            ),
            models.CheckConstraint(condition=~Q(state="failed", error_code=""), name="job_failed_says_why"),
            models.CheckConstraint(
                condition=Q(progress_total=0) | Q(progress_done__lte=F("progress_total")),
                name="job_progress_within_total",
            ),
        ]
        indexes = [
            # The sweeper looks only at unfinished rows, which stay few however many years of jobs pile up.
            models.Index(
                fields=["state", "heartbeat_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def get_absolute_url(self) -> str:
        """Return the page on which the job can be followed."""
        return reverse("jobs:detail", args=[self.pk])

    @property
    def title(self) -> str:
        """Return what people call this work."""
        return title_of(self.kind)

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing more will happen by itself."""
        return self.state in {Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED}

    @property
    def sign(self) -> str:
        """Return the sign of the state, a key of components/sign.html."""
        return _SIGNS[Job.State(self.state)]

    @property
    def step(self) -> str:
        """Return the current step in the reader's language."""
        return gettext(self.progress_label) if self.progress_label else ""

    @property
    def error_message(self) -> str:
        """Return what went wrong and how to go on, in the reader's language."""
        if not self.error_text:
            return ""
        text = gettext(self.error_text)
        params: dict[str, Any] = self.error_params
        return text % params if params else text


_SIGNS = {
    Job.State.QUEUED: "waiting",
    Job.State.RUNNING: "in_progress",
    Job.State.DONE: "ok",
    Job.State.FAILED: "hard",
    Job.State.CANCELLED: "removed",
}


class Pulse(models.Model):
    """When a part of the machinery (worker, beat) was last seen alive, by database time."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("last seen"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")

    def __str__(self) -> str:
        return self.name
