"""Names that were not typed as names: several places in one cell, garbled characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community
from ledgers.health.registry import Hit, health_rule
from ledgers.health.stock import Stock

# Between two words 、 joins two names; between numbers (操兵巷1、18号) it belongs to one.
JOINED = re.compile("[\u4e00-\u9fff]{2}[、，;；/][\u4e00-\u9fff]{2}")
# The mark of what could not be decoded, private characters, and UTF-8 once read as Latin-1.
GARBLED = re.compile("[\ufffd\ue000-\uf8ff]|[ÃÂ][\x80-\xbf]|\\?{2,}|锟斤拷")


@health_rule("several_names", gettext_lazy("Several communities in one row"), "communities.community")
def several_names(stock: Stock) -> Iterator[Hit]:
    """One row is one community."""
    for row in stock.rows(Community):
        if JOINED.search(row["name"]):
            yield Hit(
                "communities.community",
                row,
                "name",
                row["name"],
                _("The name looks like several communities."),
                _("Enter a row for each; other names of one place belong under other names."),
                {"name": row["name"]},
            )


@health_rule("garbled_name", gettext_lazy("Garbled characters"), "communities.community")
def garbled_name(stock: Stock) -> Iterator[Hit]:
    """Names and addresses can be read."""
    for row in stock.rows(Community):
        for field in ("name", "address", "former_owner"):
            if GARBLED.search(row[field] or ""):
                yield Hit(
                    "communities.community",
                    row,
                    field,
                    row[field],
                    _("There are characters here that nobody can read."),
                    _("Type the text again."),
                    {field: row[field]},
                )
