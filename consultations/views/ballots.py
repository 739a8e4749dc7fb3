"""Answers on paper, at the door and by proxy: entered fast, listed where missing, traced afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.requests import current_user
from accounts.roles import Capability, requires
from consultations import ballots as services
from consultations import canvass, counting
from consultations.models import Ballot, RollEntry, Vote
from consultations.views.votes import crumbs_of, refuse_others, seen_consultation, seen_vote
from consultations.vote_forms import SheetForm
from projects.views.framing import act_once
from records.attachments import CONTENT_TYPES

# How many of the last sheets stand beside the form.
LATEST = 12


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.CONSULTATION_VIEW, Capability.BALLOT_ENTER)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter one sheet after another: place, answer, Enter; the channel stays as it was."""
    vote = seen_vote(request, pk)
    refuse_others(request, vote.consultation)
    entries = list(counting.entries_of(vote).order_by("pk"))
    if request.method == "POST":
        form = SheetForm(request.POST, request.FILES)
        if form.is_valid() and _taken(request, vote, entries, form):
            kept = {"channel": form.cleaned_data["channel"], "holder": form.cleaned_data["proxy_holder"]}
            asked = urlencode({name: value for name, value in kept.items() if value})
            return HttpResponseRedirect(f"{reverse('consultations:vote_enter', args=[pk])}?{asked}")
    else:
        form = SheetForm(channel=request.GET.get("channel", ""), holder=request.GET.get("holder", ""))
    return _enter_page(request, vote, entries, form)


def _enter_page(
    request: HttpRequest, vote: Vote, entries: Sequence[RollEntry], form: SheetForm
) -> HttpResponse:
    latest = Ballot.objects.filter(vote=vote).exclude(channel=Ballot.Channel.ONLINE)
    others = vote.consultation.votes.exclude(pk=vote.pk).order_by("number")
    context: dict[str, Any] = {
        "vote": vote,
        "others": list(others),
        "form": form,
        "entries": entries,
        "latest": list(latest.select_related("entry", "entered_by").order_by("-pk")[:LATEST]),
        "figures": counting.figures(counting.result_of(vote) or counting.count(vote)),
        "is_open": vote.counted_at is None and services.takes_paper(vote.consultation),
        "paper_until": counting.paper_until(vote.consultation),
        "crumbs": crumbs_of(vote.consultation, _("Enter sheets")),
    }
    return render(request, "consultations/enter.html", context, status=400 if form.errors else 200)


def _taken(request: HttpRequest, vote: Vote, entries: Sequence[RollEntry], form: SheetForm) -> bool:
    """Take the sheet, or say on the form why not."""
    sheet = form.cleaned_data
    found = canvass.find_place(entries, sheet["place"])
    if len(found) != 1:
        form.add_error("place", _no_place(found, sheet["place"]))
        return False
    [entry] = found
    before = Ballot.objects.filter(vote=vote, entry=entry, is_live=True).first()
    if before is not None and before.choice != sheet["choice"] and not sheet["replaces"]:
        form.ask_to_replace()
        form.add_error(
            None,
            _("%(place)s has answered already (%(channel)s): tick «Replace» if this sheet is the later one.")
            % {"place": entry.place, "channel": before.get_channel_display()},
        )
        return False
    return _cast(request, vote, entry, form)


def _cast(request: HttpRequest, vote: Vote, entry: RollEntry, form: SheetForm) -> bool:
    sheet, user = form.cleaned_data, current_user(request)
    asked = [entry.pk, *(str(sheet[name]) for name in ("choice", "channel", "proxy_holder", "sheet_no"))]

    def act() -> None:
        services.cast(
            vote,
            entry,
            sheet["choice"],
            channel=sheet["channel"],
            entered_by=user,
            proxy_holder=sheet["proxy_holder"],
            sheet_no=sheet["sheet_no"],
            scan=sheet["scan"],
        )

    try:
        taken = act_once(request, sheet["key"], asked, act)
    except services.BallotRefused as refusal:
        fields = {"proxies": "proxy_holder", "holder": "proxy_holder", "place": "place"}
        form.add_error(fields.get(refusal.code), str(refusal))
        return False
    if taken:
        messages.success(request, _("Taken: %(place)s.") % {"place": entry.place})
    return taken


def _no_place(found: Sequence[RollEntry], typed: str) -> str:
    if found:
        named = "、".join(entry.place for entry in found[:4])
        return _("Several places may be meant: %(places)s. Write the entrance too.") % {"places": named}
    return _("«%(typed)s» is not on the roll of this vote.") % {"typed": typed}


@require_safe
@requires(Capability.CONSULTATION_VIEW, Capability.BALLOT_ENTER)
def doors(request: HttpRequest, pk: int) -> HttpResponse:
    """List by building and entrance who has not answered: to print and to walk along, without any answer."""
    vote = seen_vote(request, pk)
    refuse_others(request, vote.consultation)
    found = canvass.silent(vote)
    context = {
        "title": vote.matter,
        "doors": found,
        "places": sum(len(door.entries) for door in found),
        "consultation": vote.consultation,
        "crumbs": crumbs_of(vote.consultation, _("Not answered yet")),
    }
    return render(request, "consultations/doors.html", context)


@require_safe
@requires(Capability.CONSULTATION_VIEW, Capability.BALLOT_ENTER)
def place(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Show what one household has answered, and by which way, from the first answer to the live one."""
    consultation = seen_consultation(request, pk)
    refuse_others(request, consultation)
    found = get_object_or_404(RollEntry, pk=entry, roll__consultation=consultation)
    context = {
        "consultation": consultation,
        "entry": found,
        "said": canvass.history_of(found, consultation),
        "crumbs": crumbs_of(consultation, found.place),
    }
    return render(request, "consultations/place.html", context)


@require_safe
@requires(Capability.CONSULTATION_VIEW, Capability.BALLOT_ENTER)
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the scanned sheet of an answer."""
    rows = Ballot.objects.editable_by(current_user(request)).exclude(scan="")
    ballot = get_object_or_404(rows, pk=pk)
    name = ballot.scan.name or ""
    ending = name.rpartition(".")[2]
    try:
        content = ballot.scan.open()
    except FileNotFoundError as problem:
        raise Http404(pk) from problem
    audit.record(audit.Kind.EXPORT, request=request, what="ballot.scan", ballot=ballot.pk)
    answer = FileResponse(
        content,
        as_attachment=True,
        filename=f"{ballot.sheet_no or ballot.pk}.{ending}",
        content_type=CONTENT_TYPES.get(ending, "application/octet-stream"),
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
