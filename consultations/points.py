"""The points of a plan as residents read it: clauses with the works under them, and their pictures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from projects.models import PlanClause, PlanItem, PlanVersion
from records.models import Attachment

# So many places of one item are listed before the rest is counted.
PLACES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of works under a clause: its places and how much in all."""

    name: str
    measure: str
    places: tuple[PlanItem, ...]

    @property
    def quantity(self) -> Decimal | None:
        """Return the sum over the places, None while one of them is not known."""
        known = [item.quantity for item in self.places if item.quantity is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.places) else None

    @property
    def shown(self) -> str:
        """Return the quantity with separators and without needless noughts."""
        quantity = self.quantity
        if quantity is None:
            return ""
        text = f"{quantity:,.2f}"
        return text.rstrip("0").rstrip(".")

    @property
    def first_places(self) -> tuple[str, ...]:
        """Return the places that are listed at once."""
        return tuple(item.place for item in self.places[:PLACES] if item.place)

    @property
    def more(self) -> int:
        """Return how many places stand behind those."""
        return max(len(self.places) - PLACES, 0)


@dataclass(frozen=True, slots=True)
class Point:
    """One clause of the plan with what is done under it, or works that stand under no clause."""

    number: int
    title: str
    text: str
    clause: PlanClause | None
    lines: tuple[Line, ...]
    group: str = ""
    said: int = 0
    photos: tuple[Attachment, ...] = ()

    @property
    def about(self) -> str:
        """Return how a form names what is spoken about: clause-12, or item-7 where there is no clause."""
        if self.clause is not None:
            return f"clause-{self.clause.pk}"
        return f"item-{self.lines[0].places[0].pk}"


def points_of(version: PlanVersion, said: Counter[int]) -> tuple[Point, ...]:
    """Return a version's clauses with their works, then the works under no clause; three queries."""
    items = list(
        PlanItem.objects.live()
        .filter(plan_version=version)
        .select_related("item")
        .order_by("item__position", "item_id", "place", "pk")
    )
    clauses = list(PlanClause.objects.live().filter(plan_version=version).order_by("number"))
    photos = _photos(clauses, items)
    by_clause: dict[int | None, list[PlanItem]] = defaultdict(list)
    for item in items:
        by_clause[item.clause_id].append(item)
    points = [
        Point(
            number=clause.number,
            title=clause.title,
            text=clause.text,
            clause=clause,
            lines=_lines(by_clause[clause.pk]),
            group=by_clause[clause.pk][0].item.group if by_clause[clause.pk] else "",
            said=said[clause.pk],
            photos=_photos_of(photos, clause, by_clause[clause.pk]),
        )
        for clause in clauses
    ]
    last = max((clause.number for clause in clauses), default=0)
    known = {clause.pk for clause in clauses}
    loose = [item for pk, rows in by_clause.items() if pk not in known for item in rows]
    for number, line in enumerate(_lines(loose), last + 1):
        found = _photos_of(photos, None, line.places)
        points.append(Point(number, line.name, "", None, (line,), line.places[0].item.group, 0, found))
    return tuple(points)


def _lines(items: Iterable[PlanItem]) -> tuple[Line, ...]:
    by_item: dict[int, list[PlanItem]] = defaultdict(list)
    for item in items:
        by_item[item.item_id].append(item)
    return tuple(Line(rows[0].item.name, rows[0].item.measure, tuple(rows)) for rows in by_item.values())


Photos = dict[tuple[str, int], list[Attachment]]


def plan_photos(clauses: Iterable[int], items: Iterable[int]) -> Q:
    """Return the condition under which a file is a picture of these clauses and items."""
    of_clause = Q(record_type="projects.planclause", record_id__in=list(clauses))
    of_item = Q(record_type="projects.planitem", record_id__in=list(items))
    return (of_clause | of_item) & Q(kind=Attachment.Kind.PHOTO, removed_at=None)


def _photos(clauses: Iterable[PlanClause], items: Iterable[PlanItem]) -> Photos:
    condition = plan_photos([clause.pk for clause in clauses], [item.pk for item in items])
    found: Photos = defaultdict(list)
    for photo in Attachment.objects.filter(condition).order_by("pk"):
        found[photo.record_type, photo.record_id].append(photo)
    return found


def _photos_of(
    photos: Photos, clause: PlanClause | None, items: Iterable[PlanItem]
) -> tuple[Attachment, ...]:
    """Return at most two pictures of a point: more would weigh too much for a poor network."""
    keys = [("projects.planclause", clause.pk)] if clause is not None else []
    keys += [("projects.planitem", item.pk) for item in items]
    return tuple(photo for key in keys for photo in photos.get(key, ()))[:2]


def pictures_of(versions: Sequence[PlanVersion]) -> Q:
    """Return the condition under which a file is a picture of what these versions show."""
    clauses = PlanClause.objects.live().filter(plan_version__in=versions).values_list("pk", flat=True)
    items = PlanItem.objects.live().filter(plan_version__in=versions).values_list("pk", flat=True)
    return plan_photos(clauses, items)
