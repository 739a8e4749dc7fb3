"""The columns that say which community a row is about, of ledgers whose rows hang on one.

``via`` is the way from the row to its community, as queries spell it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns.kinds import TEXT
from communities.columns.recognition import region_widget
from records.columns import Column

REGION_ALIASES = ("市县", "县区", "区县", "县(市、区)", "县市区", "区", "县")


def community_column(
    via: str = "community",
    *,
    group: str = "place",
    aliases: Sequence[str],
    width: int = 150,
    total: str = "none",
) -> Column:
    """Return the column of the community's name, by which a new row is recognised."""
    return Column(
        None,
        gettext_lazy("Community name"),
        TEXT,
        lookup=f"{via}__name",
        group=group,
        required=True,
        frozen=True,
        width=width,
        total=total,
        aliases=aliases,
    )


def region_column(
    via: str = "community", *, group: str = "place", aliases: Sequence[str] = REGION_ALIASES, width: int = 110
) -> Column:
    """Return the column of the region the community is in."""
    return Column(
        None,
        gettext_lazy("City or county"),
        region_widget(),
        lookup=f"{via}__region_id",
        group=group,
        width=width,
        aliases=aliases,
    )


def street_column(
    via: str = "community", *, group: str = "place", aliases: Sequence[str] = ("街道",), width: int = 100
) -> Column:
    """Return the column of the street the community is in."""
    return Column(
        None,
        gettext_lazy("Street"),
        TEXT,
        lookup=f"{via}__street",
        group=group,
        width=width,
        aliases=aliases,
    )
