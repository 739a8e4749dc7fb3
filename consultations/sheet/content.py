"""What stands on the sheet for the notice board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations import counting, standing
from consultations.models import Comment, Consultation, Disposition, Notice, Vote
from projects.comparing import compare
from projects.day_words import full_day

Sheet = dict[str, Any]
Outcome = Disposition.Outcome


def content(consultation: Consultation) -> Sheet:
    """Return the sheet of a consultation as plain texts; a few queries."""
    comments = _comments(consultation)
    numbers = {comment.pk: number for number, comment in enumerate(comments, start=1)}
    rows = [_row(comment, numbers) for comment in comments]
    notices = Notice.objects.live().filter(consultation=consultation, kind=Notice.Kind.RESULT)
    notice = notices.first()
    return {
        "title": _("How the comments on «%(title)s» were answered") % {"title": consultation.title},
        "issuer": consultation.organiser,
        "dated": full_day(timezone.localdate()),
        "community": consultation.project.community.name,
        "lead": _lead(consultation, comments),
        "display": _display(notice),
        "heads": [
            _("Number"),
            _("Who"),
            _("What was said"),
            _("What becomes of it"),
            _("Answer"),
            _("Clause changed"),
        ],
        "rows": rows,
        "nothing": "" if rows else _("No comments came in."),
        "changes_title": _("What changed in the plan"),
        "changes": list(_changes(consultation, numbers)),
        "votes_title": _("Votes"),
        "votes": [_vote(vote) for vote in _votes(consultation)],
        "foot": _foot(consultation),
    }


def _comments(consultation: Consultation) -> list[Any]:
    current = Prefetch(
        "dispositions",
        Disposition.objects.filter(is_current=True).select_related("clause", "item__item"),
        to_attr="current",
    )
    shown = (Comment.State.PUBLISHED, Comment.State.HIDDEN)
    rows = Comment.objects.filter(consultation=consultation, state__in=shown)
    return list(rows.prefetch_related(current).order_by("pk"))


def _row(comment: Any, numbers: dict[int, int]) -> dict[str, str]:
    given = comment.current[0] if comment.current else None
    is_hidden = comment.state == Comment.State.HIDDEN
    return {
        "number": str(numbers[comment.pk]),
        "voice": comment.voice,
        "text": _("Not shown: %(reason)s") % {"reason": comment.hidden_reason} if is_hidden else comment.text,
        "outcome": given.get_outcome_display() if given else _("being answered"),
        "answer": _answer(given, numbers) if given else "",
        "changed": str(given.clause or given.item or "") if given else "",
    }


def _answer(given: Disposition, numbers: dict[int, int]) -> str:
    same = numbers.get(given.same_as_id or 0)
    if not same:
        return given.reason
    see = _("See no. %(number)d.") % {"number": same}
    return f"{given.reason} {see}"


def _lead(consultation: Consultation, comments: list[Any]) -> str:
    counted = Counter(comment.current[0].outcome for comment in comments if comment.current)
    number = _("%(label)s: %(count)d")
    told = "，".join(
        number % {"label": label, "count": counted[value]}
        for value, label in Outcome.choices
        if counted[value]
    )
    words = _("From %(first)s to %(last)s the residents were asked; %(count)d comments came in.") % {
        "first": full_day(consultation.opens_on),
        "last": full_day(consultation.closes_on),
        "count": len(comments),
    }
    return _("%(words)s Of these: %(told)s.") % {"words": words, "told": told} if told else words


def _display(notice: Notice | None) -> str:
    if notice is None:
        return ""
    return _("On display from %(first)s to %(last)s, 24:00. Objections are taken until then.") % {
        "first": full_day(notice.from_on),
        "last": full_day(notice.to_on),
    }


def _foot(consultation: Consultation) -> str:
    parts = []
    if consultation.telephone:
        parts.append(_("Telephone: %(number)s") % {"number": consultation.telephone})
    if consultation.address:
        parts.append(_("Paper forms: %(place)s") % {"place": consultation.address})
    return "　".join(parts)


def _changes(consultation: Consultation, numbers: dict[int, int]) -> Iterator[dict[str, str]]:
    """Yield the clauses that differ, with the numbers of the comments that changed them."""
    older, newer = consultation.plan_version, consultation.revised_version
    if older is None or newer is None:
        return
    behind: dict[int, list[int]] = {}
    rows = Disposition.objects.filter(comment__consultation=consultation, is_current=True)
    for changed, comment in rows.exclude(clause=None).values_list("clause_id", "comment_id"):
        if comment in numbers:
            behind.setdefault(int(changed or 0), []).append(numbers[comment])
    for found in compare(older, newer).clauses:
        if found.kind == "same":
            continue
        clause = found.new or found.old
        yield {
            "clause": str(clause),
            "old": found.old.text if found.old else "",
            "new": found.new.text if found.new else "",
            "behind": "、".join(map(str, sorted(behind.get(found.new.pk if found.new else 0, [])))),
        }


def _votes(consultation: Consultation) -> list[Vote]:
    rows = Vote.objects.filter(consultation=consultation, result__isnull=False)
    return list(rows.select_related("rule").order_by("number"))


def _vote(vote: Vote) -> dict[str, str]:
    """Return a counted vote as the public may know it; small groups are left out by the counting."""
    result = counting.public_result(vote)
    if result is None:
        return {"matter": vote.matter, "outcome": "", "figures": ""}
    figures = ""
    if result.joined and result.agree and result.join_percent and result.agree_percent:
        figures = _(
            "%(joined)d of %(people)d people took part (%(joined_share)s%%, by area %(joined_area)s%%); "
            "%(agreed)d agreed (%(agreed_share)s%%, by area %(agreed_area)s%%)"
        ) % {
            "joined": result.joined.people,
            "people": result.roll.people,
            "joined_share": result.join_percent[0],
            "joined_area": result.join_percent[1],
            "agreed": result.agree.people,
            "agreed_share": result.agree_percent[0],
            "agreed_area": result.agree_percent[1],
        }
    outcome = _("carried") if standing.is_carried(vote) else _("not carried")
    return {"matter": vote.matter, "outcome": outcome, "figures": figures}
