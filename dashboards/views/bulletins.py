"""The bulletins: list, sheet, draft, issue, files, and the rows that moved the numbers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.downloads import hand_out
from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from dashboards import asking, money_rows, sheets
from dashboards import bulletins as services
from dashboards.checking import checks, worst
from dashboards.documents import files
from dashboards.forms import IssueForm, NarrativeForm, PeriodForm
from dashboards.models import Bulletin
from dashboards.selection import years_in
from dashboards.snapshots import last_month_end
from projects.models import Project

PER_PAGE = 30
MOVES_PER_PAGE = 100


@require_safe
@requires(Capability.BULLETIN_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the bulletins, and let editors ask for one."""
    return _index(request, None)


@require_POST
@requires(Capability.BULLETIN_EDIT)
def make(request: HttpRequest) -> HttpResponse:
    """Ask for a period's report; when there is one already, go there."""
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _index(request, form)
    period, plan_year = form.cleaned_data["span"], form.cleaned_data["plan_year"]
    known = Bulletin.objects.visible_to(request.user).filter(
        kind=period.kind, plan_year=plan_year, period_end=period.end, corrects=None
    )
    made = known.filter(region__code=settings.PORTAL_PROVINCE).first()
    if made is not None:
        return redirect(made)
    return redirect(asking.ask_for_report(period, plan_year=plan_year, by=current_user(request)))


@require_safe
@requires(Capability.BULLETIN_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a bulletin as the paper it becomes, with what moved its numbers and who signs."""
    user = current_user(request)
    bulletin = get_object_or_404(_readable(user), pk=pk)
    found = checks(bulletin) if user.may(Capability.BULLETIN_EDIT) else []
    context: dict[str, Any] = {
        "bulletin": bulletin,
        "sheet": sheets.sheet(bulletin, user),
        "comparison": sheets.comparison(bulletin, user),
        "checks": found,
        "may_edit": bulletin.is_draft and user.may(Capability.BULLETIN_EDIT),
        "against_issue": _against_issue(bulletin, user, worst(found)) if bulletin.is_draft else "",
        "may_correct": not bulletin.is_draft and user.may(Capability.BULLETIN_EDIT),
        "money_moved": money_rows.summary(bulletin, user) if user.may(Capability.FUND_VIEW) else None,
        "may_issue": user.may(Capability.BULLETIN_ISSUE) and bulletin.is_draft,
        "others": sheets.others(Bulletin.objects.visible_to(user), bulletin),
    }
    return render(request, "dashboards/bulletin.html", context)


@require_safe
@requires(Capability.BULLETIN_VIEW)
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """List every project that moved the numbers since the period before, with who, when and why."""
    user = current_user(request)
    bulletin = get_object_or_404(_readable(user), pk=pk)
    moved = sheets.visible_moves(bulletin, user, request.GET.get("unit", ""))
    page = Paginator(moved, MOVES_PER_PAGE).get_page(request.GET.get("page"))
    lines = [sheets.move_line(move, bulletin) for move in page]
    context = {"bulletin": bulletin, "page_obj": page, "lines": lines}
    return render(request, "dashboards/bulletin_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.BULLETIN_EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what people write in a draft."""
    user = current_user(request)
    bulletin = get_object_or_404(_readable(user), pk=pk)
    if not bulletin.is_draft:
        messages.error(request, _("This bulletin was issued and does not change any more."))
        return redirect(bulletin)
    form = NarrativeForm(request.POST) if request.method == "POST" else NarrativeForm.of(bulletin)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(
                bulletin=bulletin, seen=form.cleaned_data["seen"], narrative=form.narrative, by=user
            )
        except services.Outdated:
            form.add_error(
                None, _("Somebody changed this draft meanwhile. Your text is still here: compare it.")
            )
        except services.NotADraft:
            messages.error(request, _("This bulletin was issued and does not change any more."))
            return redirect(bulletin)
        else:
            messages.success(request, _("The draft was saved and composed anew."))
            return redirect(bulletin)
    context = {"bulletin": bulletin, "form": form, "sheet": sheets.sheet(bulletin, user)}
    return render(request, "dashboards/bulletin_form.html", context)


@require_POST
@requires(Capability.BULLETIN_ISSUE)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign and issue a draft; from then on nothing in it changes."""
    user = current_user(request)
    bulletin = get_object_or_404(_readable(user), pk=pk)
    form = IssueForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("The form is incomplete; open the page again."))
    if bulletin.is_draft and worst(checks(bulletin)) == "hard":
        messages.error(request, _("A check failed; the bulletin cannot be issued."))
        return redirect(bulletin)
    try:
        services.issue(bulletin=bulletin, seen=form.cleaned_data["seen"], by=user)
    except services.NotADraft:
        messages.warning(request, _("This bulletin had been issued already."))
    except services.Outdated:
        messages.error(
            request, _("Somebody changed this draft meanwhile. Read it again before you issue it.")
        )
    except services.SelfIssued as refused:
        audit.record(
            audit.Kind.BULLETIN_ISSUE, request=request, outcome=audit.Outcome.REFUSED, bulletin=bulletin.pk
        )
        raise PermissionDenied(str(refused)) from None
    else:
        messages.success(request, _("The bulletin is issued."))
    return redirect(bulletin)


@require_safe
@requires(Capability.BULLETIN_VIEW)
def file(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    """Give a bulletin as Word, PDF or xlsx, byte for byte as it was stored."""
    bulletin = get_object_or_404(_readable(current_user(request)), pk=pk)
    kept = bulletin.files.get(suffix)
    if kept is None:
        raise Http404(suffix)
    name = f"{bulletin.title}.{suffix}"
    return hand_out(request, files.read(kept), name, what=f"bulletin.{suffix}", bulletin=bulletin.pk)


def _readable(user: User) -> Any:
    return (
        Bulletin.objects.visible_to(user)
        .select_related(
            "region",
            "snapshot__region",
            "previous",
            "drafted_by",
            "edited_by",
            "issued_by",
            "money__region",
            "money_before",
            "matters",
            "corrects",
            "correction",
        )
        .defer(
            "snapshot__members" if not user.may(Capability.BULLETIN_EDIT) else "previous__members",
            "matters__members",
            "correction__document",
            "correction__moves",
            "corrects__moves",
        )
    )


def _against_issue(bulletin: Bulletin, user: User, verdict: str) -> str:
    if verdict == "hard":
        return _("A check failed; the bulletin cannot be issued.")
    return services.reason_against_issue(bulletin, user)


def _index(request: HttpRequest, form: PeriodForm | None) -> HttpResponse:
    user = current_user(request)
    listed = (
        Bulletin.objects.visible_to(user)
        .select_related("issued_by", "drafted_by", "correction")
        .defer("moves", "correction__document", "correction__moves")
    )
    may_make = user.may(Capability.BULLETIN_EDIT)
    if may_make and form is None:
        last = last_month_end()
        years = [year for year in years_in(Project.objects.visible_to(user)) if year <= last.year]
        form = PeriodForm(initial={"plan_year": years[-1] if years else last.year, "period": f"{last:%Y-%m}"})
    context = {
        "page_obj": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "form": form if may_make else None,
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "dashboards/bulletins.html", context, status=status)
