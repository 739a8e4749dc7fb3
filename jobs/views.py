"""Following a job, and looking after the jobs of everybody."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Capability, requires
from jobs import services
from jobs.models import Job, JobQuerySet

ROWS_PER_PAGE = 50


def _followed_by(request: HttpRequest) -> JobQuerySet:
    """Return the jobs the visitor may open: those they may follow, and those they look after."""
    jobs = Job.objects.select_related("created_by", "region")
    return jobs.visible_to(request.user) | jobs.operated_by(request.user)


@require_safe
@requires()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job: progress while it runs, then what became of it."""
    job = get_object_or_404(_followed_by(request), pk=pk)
    may_steer = _steered_by(request).filter(pk=pk).exists()
    return render(request, "jobs/detail.html", {"job": job, "may_steer": may_steer})


@require_safe
@requires()
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress fragment that htmx polls; when the job has ended, the page reloads itself."""
    job = get_object_or_404(_followed_by(request), pk=pk)
    response = render(request, "jobs/_progress.html", {"job": job})
    if job.is_finished:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@requires(Capability.SETTINGS_MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """List all jobs for those who look after the machinery, the unfinished and failed ones on demand."""
    state = request.GET.get("state", "")
    jobs = Job.objects.operated_by(request.user).select_related("created_by", "region")
    if state in Job.State.values:
        jobs = jobs.filter(state=state)
    page = Paginator(jobs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "selects": [{"name": "state", "label": _("State"), "options": _state_options(state)}],
        "machinery": _machinery(),
    }
    return render(request, "jobs/index.html", context)


def _state_options(chosen: str) -> list[dict[str, object]]:
    everything = {"value": "", "label": _("All states"), "selected": not chosen}
    return [everything] + [
        {"value": value, "label": label, "selected": value == chosen} for value, label in Job.State.choices
    ]


def _machinery() -> list[dict[str, str]]:
    """Return worker and beat with the sign and word of their last sign of life."""
    names = {services.WORKER: _("Worker"), services.BEAT: _("Timetable")}
    words = {"ok": _("alive"), "silent": _("silent"), "never seen": _("never seen")}
    return [
        {"name": names[part], "sign": "ok" if verdict == "ok" else "hard", "word": words[verdict]}
        for part, verdict in services.pulse_report().items()
    ]


@require_POST
@requires()
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a failed or cancelled job new attempts."""
    job = get_object_or_404(_steered_by(request), pk=pk)
    if services.retry(job):
        messages.success(request, _("The work was asked for again."))
    else:
        messages.warning(request, _("Only failed or cancelled work can be asked for again."))
    return redirect(job)


@require_POST
@requires()
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a job that waits or runs; what it has not finished is not kept."""
    job = get_object_or_404(_steered_by(request), pk=pk)
    if services.cancel(job):
        messages.success(request, _("The work was cancelled. Nothing unfinished is kept."))
    else:
        messages.warning(request, _("The work had already ended."))
    return redirect(job)


def _steered_by(request: HttpRequest) -> JobQuerySet:
    """Return the jobs the visitor may cancel or repeat: their own, and those they look after."""
    own = Job.objects.visible_to(request.user).filter(created_by=request.user.pk)
    return own | Job.objects.operated_by(request.user)
