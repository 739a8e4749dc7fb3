"""The works of a project as its plan has them: items by class, quantities, money and what is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from projects.models import PlanItem, PlanVersion, ProgressQuantity, Project

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class WorkLine:
    """One item of works and how far it has come."""

    item: PlanItem
    done: Decimal | None

    @property
    def quantity(self) -> str:
        """Return the quantity with as many decimals as it has."""
        return "" if self.item.quantity is None else f"{self.item.quantity.normalize():f}"

    @property
    def percent(self) -> Decimal | None:
        """Return what is done of the quantity in %, at most 100; None where nothing is reported."""
        if self.done is None or not self.item.quantity:
            return None
        return min(Decimal(100), self.done * 100 / self.item.quantity).quantize(TENTH, ROUND_HALF_UP)

    @property
    def status(self) -> str:
        """Return the sign of the item's state."""
        if not self.percent:
            return "waiting"
        return "completed" if self.percent >= 100 else "in_progress"


@dataclass(frozen=True)
class WorkGroup:
    """The items of one class (四改) with their sum."""

    label: str
    lines: tuple[WorkLine, ...]

    @property
    def amount_fen(self) -> int:
        """Return the sum of the items' amounts in 分."""
        return sum(line.item.amount_fen or 0 for line in self.lines)


@dataclass(frozen=True)
class Works:
    """A plan version's works."""

    version: PlanVersion
    groups: tuple[WorkGroup, ...]

    @property
    def lines(self) -> tuple[WorkLine, ...]:
        """Return all items."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def amount_fen(self) -> int:
        """Return the sum of all amounts in 分."""
        return sum(group.amount_fen for group in self.groups)

    @property
    def percent(self) -> Decimal | None:
        """Return the progress of all items weighted by their amounts, in %; None without a report."""
        known = [line for line in self.lines if line.percent is not None]
        if not known or not self.amount_fen:
            return None
        done = sum(((line.percent or Decimal(0)) * (line.item.amount_fen or 0) for line in known), Decimal(0))
        return (done / self.amount_fen).quantize(TENTH, ROUND_HALF_UP)


def current_version(project: Project) -> PlanVersion | None:
    """Return the version that holds: the final one, else the newest."""
    versions = list(PlanVersion.objects.live().filter(project=project).order_by("number"))
    final = [version for version in versions if version.state == PlanVersion.State.FINAL]
    chosen: list[PlanVersion] = final or versions
    return chosen[-1] if chosen else None


def works_of(project: Project) -> Works | None:
    """Return the works of the version that holds, with what the newest monthly report says is done."""
    version = current_version(project)
    if version is None:
        return None
    items = PlanItem.objects.live().filter(plan_version=version).select_related("item", "department")
    rows = ProgressQuantity.objects.live().filter(project=project).order_by("report__month")
    done = dict(rows.values_list("plan_item_id", "done"))
    return Works(version, tuple(_groups([WorkLine(item, done.get(item.pk)) for item in items])))


def _groups(lines: Sequence[WorkLine]) -> Iterable[WorkGroup]:
    labels = dict.fromkeys(line.item.item.group for line in lines)
    for label in labels:
        yield WorkGroup(label, tuple(line for line in lines if line.item.item.group == label))
