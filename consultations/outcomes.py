"""What became of residents' words: the list for everybody, a household's own, what changed in the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from consultations import reading
from consultations.differences import TextDifference, compare_texts
from consultations.models import Comment, Consultation, CostShare, Disposition, ResidentSession, Support
from projects import comparing
from projects.comparing import ClauseDifference, ItemDifference
from projects.models import PlanClause, PlanItem, PlanVersion

CURRENT = Prefetch(
    "dispositions",
    queryset=Disposition.objects.filter(is_current=True).select_related(
        "clause", "item__item", "same_as__consultation"
    ),
    to_attr="current",
)


def public(consultation: Consultation) -> QuerySet[Comment]:
    """Return what stands in the list for everybody, newest first; what nobody has looked at yet does not."""
    return (
        Comment.objects.filter(consultation=consultation, state__in=reading.SHOWN)
        .select_related("clause", "item__item", "proposed")
        .prefetch_related(CURRENT)
        .annotate(supporters=Count("supports"))
        .order_by("-pk")
    )


def on_clause(pk: int) -> Q:
    """Return the condition under which a comment is about a clause or something under it."""
    return Q(clause=pk) | Q(item__clause=pk)


def own(session: ResidentSession) -> QuerySet[Comment]:
    """Return what a household has said in its community, newest first."""
    return (
        Comment.objects.filter(household=session.household_id, project__community=session.community_id)
        .select_related("clause", "item__item", "proposed", "consultation", "defect")
        .prefetch_related(CURRENT)
        .annotate(supporters=Count("supports"))
        .order_by("-pk")
    )


def supported_by(session: ResidentSession, comments: Iterable[Comment]) -> set[int]:
    """Return which of some comments a household supports; one query."""
    listed = [comment.pk for comment in comments]
    rows = Support.objects.filter(household=session.household_id, comment__in=listed)
    return set(rows.values_list("comment_id", flat=True))


@dataclass(frozen=True)
class ClauseChange:
    """One clause before and after, word by word, and the words of residents behind it."""

    kind: str
    old: PlanClause | None
    new: PlanClause | None
    title: TextDifference
    text: TextDifference
    items: tuple[ItemDifference, ...]
    old_fen: int
    new_fen: int
    behind: tuple[Comment, ...] = ()

    @property
    def clause(self) -> PlanClause | None:
        """Return the clause as it is now, or as it was."""
        return self.new or self.old

    @property
    def is_changed(self) -> bool:
        """Tell whether anything of the clause or under it differs."""
        return self.kind != "same" or any(found.kind != "same" for found in self.items)


@dataclass(frozen=True)
class PlanChange:
    """The plan that was heard beside the one that came of it."""

    older: PlanVersion
    newer: PlanVersion
    clauses: tuple[ClauseChange, ...]
    old_fen: int
    new_fen: int

    @property
    def changed(self) -> tuple[ClauseChange, ...]:
        """Return the clauses that differ."""
        return tuple(found for found in self.clauses if found.is_changed)

    def of(self, disposition: Disposition) -> ClauseChange | None:
        """Return the change an answer speaks of, by its clause or by the clause of its item."""
        wanted = disposition.clause_id or (disposition.item.clause_id if disposition.item else None)
        if wanted is None:
            return None
        for found in self.clauses:
            if wanted in (found.old and found.old.pk, found.new and found.new.pk):
                return found
        return None


def comparison(consultation: Consultation) -> PlanChange | None:
    """Return what changed between the plan that was heard and the revised one; None before that is public."""
    older, newer = consultation.plan_version, consultation.revised_version
    if older is None or newer is None or not reading.is_revised(consultation):
        return None
    found = comparing.compare(older, newer)
    items = _by_clause(found.items, found.clauses)
    behind = _behind(consultation, found.clauses)
    clauses = [
        _change(one, items.get(place, []), behind.get(place, [])) for place, one in enumerate(found.clauses)
    ]
    loose = items.get(None, [])
    if loose:
        clauses.append(_loose(loose))
    return PlanChange(older, newer, tuple(clauses), found.old_fen, found.new_fen)


def _by_clause(
    items: Iterable[ItemDifference], clauses: Iterable[ClauseDifference]
) -> dict[int | None, list[ItemDifference]]:
    """Group the items of works by the place of their clause in the comparison."""
    places = _places(clauses)
    grouped: dict[int | None, list[ItemDifference]] = defaultdict(list)
    for found in items:
        grouped[places.get(found.item.clause_id or 0)].append(found)
    return grouped


def _places(clauses: Iterable[ClauseDifference]) -> dict[int, int]:
    return {
        clause.pk: place
        for place, found in enumerate(clauses)
        for clause in (found.old, found.new)
        if clause is not None
    }


def _behind(
    consultation: Consultation, clauses: Iterable[ClauseDifference]
) -> dict[int | None, list[Comment]]:
    """Return the shown comments whose answers name a clause, by its place in the comparison; two queries."""
    places = _places(clauses)
    rows = Comment.objects.filter(
        consultation=consultation,
        state=Comment.State.PUBLISHED,
        dispositions__is_current=True,
        dispositions__outcome__in=(Disposition.Outcome.ADOPTED, Disposition.Outcome.PARTLY),
    )
    grouped: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in rows.prefetch_related(CURRENT).order_by("pk"):
        answer = answer_of(comment)
        if answer is not None:
            clause = answer.clause_id or (answer.item.clause_id if answer.item else None)
            grouped[places.get(clause or 0)].append(comment)
    return grouped


def answer_of(comment: Comment) -> Disposition | None:
    """Return the answer that stands, of a comment read with ``CURRENT``."""
    current: list[Disposition] = comment.current  # type: ignore[attr-defined]
    return current[0] if current else None


def _change(found: ClauseDifference, items: list[ItemDifference], behind: list[Comment]) -> ClauseChange:
    old, new = found.old, found.new
    return ClauseChange(
        kind=found.kind,
        old=old,
        new=new,
        title=compare_texts(old.title if old else "", new.title if new else ""),
        text=compare_texts(old.text if old else "", new.text if new else ""),
        items=tuple(items),
        old_fen=_sum(one.old for one in items),
        new_fen=_sum(one.new for one in items),
        behind=tuple(behind),
    )


def _loose(items: list[ItemDifference]) -> ClauseChange:
    """Return the works under no clause as one change."""
    nothing = TextDifference((), ())
    before, after = _sum(one.old for one in items), _sum(one.new for one in items)
    return ClauseChange("same", None, None, nothing, nothing, tuple(items), before, after)


def _sum(items: Iterable[PlanItem | None]) -> int:
    return sum(item.amount_fen or 0 for item in items if item is not None)


def home_pays_more(change: ClauseChange, shares: Iterable[CostShare]) -> int:
    """Return by how much a change raises what a household pays by the amounts that are listed, in 分.

    Amounts are listed for the consultation, not for a version: what names an item that came in with the
    revision is new, what names one that went falls away.
    """
    come = {one.new.pk for one in change.items if one.new is not None and one.kind == "added"}
    gone = {one.old.pk for one in change.items if one.old is not None and one.kind == "removed"}
    per_home = [share for share in shares if share.basis == CostShare.Basis.HOUSEHOLD]
    more = sum(share.amount_fen for share in per_home if share.item_id in come)
    return more - sum(share.amount_fen for share in per_home if share.item_id in gone)
