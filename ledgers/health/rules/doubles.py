"""The same thing entered twice: one community under two rows, one photo under two rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.duplicates import twins
from communities.models import Community
from ledgers.health.registry import Hit, health_rule
from ledgers.health.stock import Stock
from projects.models import Project
from records.models import Attachment


@health_rule("claimed_twice", gettext_lazy("Community claimed twice"), "communities.community")
def claimed_twice(stock: Stock) -> Iterator[Hit]:
    """A community stands in the ledger once, whichever units and years it is claimed by."""
    rows = stock.rows(Community)
    years: dict[int, list[int]] = defaultdict(list)
    for project in stock.rows(Project):
        years[project["community_id"]].append(project["plan_year"])
    for position, twin, what in twins(rows):
        row, other = rows[position], rows[twin]
        place = stock.units.get(other["unit_id"], "") + (other["street"] or "")
        claimed = "、".join(str(year) for year in sorted(years[other["id"]])) or "—"
        yield Hit(
            "communities.community",
            row,
            "name",
            row["name"],
            _("This may be %(name)s (%(place)s, plan years %(years)s): the same %(what)s.")
            % {"name": other["name"], "place": place, "years": claimed, "what": what},
            _("Keep one row; if they are two places, close this with the reason."),
            {"name": row["name"], "address": row["address"], "twin": other["id"], "what": what},
        )


@health_rule("photo_reused", gettext_lazy("Photo under two rows"), "records.attachment")
def photo_reused(stock: Stock) -> Iterator[Hit]:
    """A photo shows one place at one moment: the same pixels cannot be evidence of two rows."""
    photos: Any = Attachment.objects.in_region(stock.region).filter(removed_at=None).exclude(picture_hash="")
    names = ("picture_hash", "record_type", "record_id", "region_id", "file_name", "pk")
    together: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for values in photos.order_by("pk").values_list(*names):
        together[values[0]].append(values)
    for picture, found in together.items():
        shown = {values[1:3] for values in found}
        for _hash, kind, record, region, file_name, _pk in found if len(shown) > 1 else ():
            others = sorted(shown - {(kind, record)})
            row = _row_of(stock, kind, record) or {"id": record, "unit_id": region, "title": file_name}
            also = "、".join(_called(stock, *other) for other in others[:3])
            yield Hit(
                kind,
                row,
                "attachments",
                file_name,
                _("The same photo stands with %(others)s.") % {"others": also},
                _("Take the photo away where it does not belong and add the right one."),
                {"picture": picture, "others": str(others)},
            )


def _row_of(stock: Stock, kind: str, record: int) -> dict[str, Any] | None:
    if kind == "communities.community":
        return stock.communities.get(record)
    return stock.projects.get(record) if kind == "projects.project" else None


def _called(stock: Stock, kind: str, record: int) -> str:
    row = _row_of(stock, kind, record)
    name = stock.subject(row) if row else str(record)
    return f"{apps.get_model(kind)._meta.verbose_name} {name}"
