"""The task list of a survey: on screen, on paper, as a workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user
from accounts.roles import Capability, requires
from communities.models import Survey
from projects.taskbook import task_book, workbook


def _survey(request: HttpRequest, pk: int) -> Survey:
    rows = Survey.objects.visible_to(current_user(request)).select_related(
        "community__region", "community__unit"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@requires(Capability.LEDGER_VIEW)
def task_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is to be renovated in a community, with an estimate; printable."""
    survey = _survey(request, pk)
    book = task_book(survey)
    context = {
        "survey": survey,
        "community": survey.community,
        "book": book,
        "is_final": survey.state == Survey.State.FINISHED,
        "may_export": current_user(request).may(Capability.LEDGER_EXPORT),
    }
    return render(request, "projects/task_list.html", context)


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EXPORT)
def task_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the task list as a workbook."""
    survey = _survey(request, pk)
    book = task_book(survey)
    content = workbook(book)
    name = _("%(name)s task list") % {"name": survey.community.name}
    return hand_out(
        request,
        content,
        f"{name}.xlsx",
        what="projects.task_list",
        survey=survey.pk,
        rows=len(book.tasks),
    )
