"""The permanent public card of a building: what was done, by whom, warranted until when, whom to call.

The card shows what the law has posted on the building anyway: the firms and the persons who answer for their
work (建设工程质量管理条例; 责任单位、责任人). It shows no resident and no signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

import qrcode
from django.db.models import Q
from django.utils import timezone
from qrcode.constants import ERROR_CORRECT_Q

from communities.models import Building, Community
from projects.models import Acceptance, BuildingCard, Contract, Liability, PlanItem, PlanVersion, Project


@dataclass(frozen=True, slots=True)
class CardItem:
    """One item of works as a card tells it."""

    name: str
    quantity: Decimal | None
    measure: str
    firm: str
    person: str
    until: date | None
    is_lifetime: bool
    telephone: str

    @property
    def in_warranty(self) -> bool:
        """Tell whether the warranty still runs."""
        return self.until is not None and self.until >= timezone.localdate()


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Works for which one person answers, warranted until one day: they are told together."""

    items: tuple[CardItem, ...]

    @property
    def head(self) -> CardItem:
        """Return the item that tells whose works these are; all others tell the same."""
        return self.items[0]


@dataclass(frozen=True, slots=True)
class CardProject:
    """One renovation as a card tells it."""

    year: int
    works: str
    completed_on: date | None
    accepted_on: date | None
    items: tuple[CardItem, ...]
    firms: tuple[Contract, ...]

    @property
    def groups(self) -> tuple[CardGroup, ...]:
        """Return the works by who answers for them and until when, in the order of the works."""
        found: dict[tuple[str, str, date | None, bool], list[CardItem]] = {}
        for item in self.items:
            found.setdefault((item.firm, item.person, item.until, item.is_lifetime), []).append(item)
        return tuple(CardGroup(tuple(items)) for items in found.values())


@dataclass(frozen=True, slots=True)
class CardContent:
    """What the public card of a building shows."""

    community: Community
    building: Building
    projects: tuple[CardProject, ...]

    @property
    def telephones(self) -> tuple[tuple[str, str], ...]:
        """Return whom to call for repairs: (firm, number), each once."""
        found = {(item.firm, item.telephone) for p in self.projects for item in p.items if item.telephone}
        return tuple(sorted(found))


def shown_projects(community: Community) -> list[Project]:
    """Return the projects a card tells of: accepted ones, and completed ones entered as history."""
    accepted = Acceptance.objects.live().filter(result=Acceptance.Result.PASSED).values("project")
    told = Q(pk__in=accepted) | Q(is_history=True, completed_on__isnull=False)
    return list(Project.objects.live().filter(told, community=community).order_by("-plan_year"))


def make_cards(community: Community) -> int:
    """Give every building of a community its card, where something can be told; return how many are new."""
    if not shown_projects(community):
        return 0
    bare = Building.objects.live().filter(community=community, card__isnull=True)
    made = [BuildingCard(building=building) for building in bare]
    BuildingCard.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def content_of(card: BuildingCard) -> CardContent:
    """Return what a card shows now, read from the ledgers; six queries."""
    building = card.building
    projects = shown_projects(building.community)
    days = dict(
        Acceptance.objects.live()
        .filter(project__in=projects, result=Acceptance.Result.PASSED)
        .values_list("project_id", "passed_on")
    )
    firms = list(
        Contract.objects.live()
        .filter(project__in=projects, kind__in=FIRMS)
        .only("project_id", "kind", "firm", "manager")
    )
    items = _items(projects)
    return CardContent(
        building.community,
        building,
        tuple(
            CardProject(
                project.plan_year,
                project.works,
                project.completed_on,
                days.get(project.pk),
                tuple(items.get(project.pk, ())),
                tuple(firm for firm in firms if firm.project_id == project.pk),
            )
            for project in projects
        ),
    )


# Whose names a card shows beside those who answer for an item.
FIRMS = (Contract.Kind.CONSTRUCTION, Contract.Kind.DESIGN, Contract.Kind.SUPERVISION)


def _items(projects: list[Project]) -> dict[int, list[CardItem]]:
    """Return the works of each project: planned items, and others that somebody answers for."""
    answers: dict[tuple[int, int], Liability] = {}
    for row in Liability.objects.live().filter(project__in=projects).select_related("item"):
        answers[row.project_id, row.item_id] = row
    planned = PlanItem.objects.live().filter(
        project__in=projects, plan_version__state=PlanVersion.State.FINAL
    )
    found: dict[int, list[CardItem]] = {}
    told: set[tuple[int, int]] = set()
    sums: dict[tuple[int, int], Decimal | None] = {}
    names: dict[tuple[int, int], tuple[str, str]] = {}
    for item in planned.select_related("item"):
        key = (item.project_id, item.item_id)
        sums[key] = None if item.quantity is None else (sums.get(key) or Decimal(0)) + item.quantity
        names[key] = (item.item.name, item.item.measure)
    for key, (name, measure) in names.items():
        found.setdefault(key[0], []).append(_item(name, sums[key], measure, answers.get(key)))
        told.add(key)
    for key, row in answers.items():
        if key not in told:
            found.setdefault(key[0], []).append(_item(row.item.name, None, "", row))
    return found


def _item(name: str, quantity: Decimal | None, measure: str, row: Liability | None) -> CardItem:
    if quantity is not None and quantity == quantity.to_integral_value():
        # Residents read 3 benches, not 3.00.
        quantity = quantity.to_integral_value()
    if row is None:
        return CardItem(name, quantity, measure, "", "", None, False, "")
    until = row.warranty_until
    return CardItem(name, quantity, measure, row.firm, row.person, until, row.is_lifetime, row.telephone)


def qr_svg(text: str) -> str:
    """Return a QR code as SVG without style or script; a quarter of it may be lost."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = StringIO()
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                path.write(f"M{x} {y}h1v1h-1z")
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size * 8}"'
        f' height="{size * 8}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path d="{path.getvalue()}"/></svg>'
    )
