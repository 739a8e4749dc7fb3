"""What a community's page shows its residents: what is asked, which plan, how far it is, what was said.

Nothing here asks who reads: a page for readers without a cookie can be kept for some seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from communities.models import Community
from communities.models.household import entrance_key
from consultations import counting, standing
from consultations.costs import Cost, Costs, cost_of
from consultations.models import (
    Comment,
    Consultation,
    CostShare,
    Disposition,
    Questionnaire,
    RollEntry,
    Vote,
    VoteRule,
)
from consultations.points import Point, points_of
from projects.models import PlanVersion

Kind = Consultation.Kind
State = Consultation.State


class Phase:
    """How far a consultation is, by its state and by the date: a late job changes nothing."""

    NOTICE = "notice"
    OPEN = "open"
    CLOSED = "closed"
    RESULT = "result"
    FINAL = "final"
    REJECTED = "rejected"


def phase_of(consultation: Consultation) -> str:
    """Return the phase in which residents find a consultation now."""
    phases = {
        State.NOTICE: Phase.NOTICE,
        State.OPEN: Phase.OPEN,
        State.RESULT: Phase.RESULT,
        State.FINAL: Phase.FINAL,
        State.REJECTED: Phase.REJECTED,
    }
    return phases.get(standing.state_on(consultation), Phase.CLOSED)


def public_consultations(community: Community) -> list[Consultation]:
    """Return what the residents of a community may read of, the newest first; one query."""
    rows = Consultation.objects.live().filter(
        project__community=community, project__is_removed=False, state__in=Consultation.PUBLIC
    )
    return list(
        rows.select_related("project", "plan_version", "revised_version", "questionnaire").order_by("-pk")
    )


def main_of(consultations: Sequence[Consultation]) -> Consultation | None:
    """Return the one a community's page is about: what still runs on plan or needs, else the newest."""

    def rank(consultation: Consultation) -> tuple[bool, bool, int]:
        is_judgement = consultation.kind == Kind.SATISFACTION
        return is_judgement, consultation.state in Consultation.ENDED, -consultation.pk

    return min(consultations, key=rank, default=None)


def main_consultation(community: Community) -> Consultation | None:
    """Return the consultation a community's pages are about, None where nothing is asked and nothing was."""
    return main_of(public_consultations(community))


def questionnaires_of(consultations: Iterable[Consultation]) -> tuple[Questionnaire, ...]:
    """Return the questionnaires that residents may answer now, of consultations read for the public."""
    return tuple(found.questionnaire for found in consultations if _asks(found) and standing.is_open(found))


# When totals are made public: the result is on display, or all is over.
TOLD = (State.RESULT, State.FINAL, State.REJECTED)


def results_of(consultations: Iterable[Consultation]) -> tuple[Questionnaire, ...]:
    """Return the questionnaires whose totals everybody may see, of consultations read for the public."""
    return tuple(found.questionnaire for found in consultations if _asks(found) and found.state in TOLD)


def _asks(consultation: Consultation) -> bool:
    """Tell whether a consultation has a questionnaire."""
    return hasattr(consultation, "questionnaire")


@dataclass(frozen=True)
class Reading:
    """Everything the page of a community tells whoever reads it."""

    community: Community
    consultation: Consultation
    version: PlanVersion | None
    phase: str
    points: tuple[Point, ...]
    votes: tuple[Vote, ...]
    counts: Counter[str]
    buildings: int
    households: int
    shares: tuple[CostShare, ...]
    questionnaires: tuple[Questionnaire, ...] = field(default=())
    results: tuple[Questionnaire, ...] = field(default=())

    @property
    def groups(self) -> list[tuple[str, list[Point]]]:
        """Return the points under the class of works they belong to, in the order of the plan."""
        return [(name, list(points)) for name, points in groupby(self.points, key=lambda point: point.group)]

    @property
    def days_left(self) -> int:
        """Return the days until the last one on which residents may speak."""
        last = self.consultation.closes_on
        return (last - timezone.localdate()).days if last else 0

    @property
    def may_speak(self) -> bool:
        """Tell whether residents may comment and vote now."""
        return self.phase == Phase.OPEN

    @property
    def may_object(self) -> bool:
        """Tell whether residents may object to the result now."""
        return standing.takes_objections(self.consultation)

    @property
    def is_revised(self) -> bool:
        """Tell whether there are changes to show."""
        return is_revised(self.consultation)

    @property
    def comments(self) -> int:
        """Return how many comments may be read."""
        return self.counts["all"]

    def costs(self, entry: RollEntry | None = None) -> Costs:
        """Return what the plan costs a household, or what it costs by its rules for whoever reads."""
        rows = tuple(Cost(share, cost_of(share, entry)) for share in self.shares)
        # By the works they are for: amounts are listed for the consultation, not for one version.
        paid = {share.item.item_id for share in self.shares if share.item is not None}
        free = sum(
            not any(item.item_id in paid for line in point.lines for item in line.places)
            for point in self.points
        )
        return Costs(rows, free)


def reading_of(community: Community) -> Reading | None:
    """Return the page of a community, None where nothing is asked and nothing was; nine queries at most."""
    public = public_consultations(community)
    consultation = main_of(public)
    if consultation is None:
        return None
    version = shown_version(consultation)
    counts = counts_of(consultation)
    buildings, households = _size(community, consultation)
    return Reading(
        community=community,
        consultation=consultation,
        version=version,
        phase=phase_of(consultation),
        points=points_of(version, _said(consultation)) if version else (),
        votes=tuple(consultation.votes.select_related("rule", "consultation")),
        counts=counts,
        buildings=buildings,
        households=households,
        shares=tuple(CostShare.objects.live().filter(consultation=consultation).select_related("item")),
        questionnaires=questionnaires_of(public),
        results=results_of(public),
    )


def shown_version(consultation: Consultation) -> PlanVersion | None:
    """Return the plan that is read: the one heard, and the revised one once it is on display."""
    if is_revised(consultation):
        return consultation.revised_version
    return consultation.plan_version


def is_revised(consultation: Consultation) -> bool:
    """Tell whether the public may read a version that was revised by what residents said."""
    return consultation.revised_version_id is not None and consultation.state in (State.RESULT, State.FINAL)


def shown_versions(community: Community) -> list[PlanVersion]:
    """Return every version that residents of a community may read."""
    public = public_consultations(community)
    return [version for one in public for version in (one.plan_version, shown_version(one)) if version]


def entry_of(consultation: Consultation, household: int) -> RollEntry | None:
    """Return a household's place on the roll of a consultation, None when it is not on it; one query."""
    return RollEntry.objects.filter(roll__consultation=consultation, household=household).first()


def concerns(vote: Vote, entry: RollEntry | None) -> bool:
    """Tell whether a vote is put to a household: to all, or to its building or entrance alone."""
    if entry is None or vote.rule.scope == VoteRule.Scope.COMMUNITY:
        return True
    if vote.building_id != entry.building_id:
        return False
    is_of_entrance = vote.rule.scope == VoteRule.Scope.ENTRANCE
    return not is_of_entrance or entrance_key(vote.entrance) == entrance_key(entry.entrance)


def result_shown(vote: Vote) -> counting.PublicResult | None:
    """Return what everybody may know of a vote: nothing before the result is on display."""
    return counting.public_result(vote) if vote.consultation.state in TOLD else None


def _size(community: Community, consultation: Consultation) -> tuple[int, int]:
    """Return buildings and households as they were put on the roll, else as the ledger has them."""
    entries = RollEntry.objects.filter(roll__consultation=consultation).order_by()
    found = entries.aggregate(buildings=Count("building_id", distinct=True), households=Count("pk"))
    if found["households"]:
        return found["buildings"], found["households"]
    return community.building_count or 0, community.household_count or 0


def counts_of(consultation: Consultation) -> Counter[str]:
    """Return how many comments there are, and what became of them; one query.

    A comment that was withdrawn before it was answered is owed no answer and counts for nothing.
    """
    answer = Disposition.objects.filter(comment=OuterRef("pk"), is_current=True).values("outcome")[:1]
    rows = (
        Comment.objects.filter(consultation=consultation, state__in=SHOWN)
        .order_by()
        .values_list("state", Subquery(answer))
        .annotate(count=Count("pk"))
    )
    counts: Counter[str] = Counter()
    for state, outcome, count in rows:
        if outcome or state in Comment.OWED:
            counts[outcome or "waiting"] += count
    counts["answered"] = sum(counts[outcome] for outcome in Disposition.Outcome.values)
    counts["all"] = counts["answered"] + counts["waiting"]
    return counts


# What stands in the list for everybody: shown, or a stone where something was.
SHOWN = (Comment.State.PUBLISHED, Comment.State.HIDDEN, Comment.State.WITHDRAWN, Comment.State.ERASED)


def _said(consultation: Consultation) -> Counter[int]:
    """Return how many shown comments each clause has, those on its items among them; one query."""
    shown = Comment.objects.filter(consultation=consultation, state=Comment.State.PUBLISHED).order_by()
    said: Counter[int] = Counter()
    for clause, of_item in shown.values_list("clause_id", "item__clause_id"):
        said[clause or of_item or 0] += 1
    return said
