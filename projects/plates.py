"""The printed plate of a building's card: one A4 sheet with the QR code, to be fixed at the entrance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from projects.cards import CardContent, CardGroup, qr_svg
from records.typesetting import typeset

TEMPLATE = Path(__file__).with_name("plate.typ")
# So much fits on one sheet beside the code; the card tells all.
MOST_GROUPS, MOST_CHARACTERS = 5, 64


def render_plate(content: CardContent, address: str) -> bytes:
    """Return the plate of a building as PDF; ``address`` is where its card is read."""
    last = content.projects[0] if content.projects else None
    groups = last.groups if last else ()
    return typeset(
        TEMPLATE,
        {
            "title": _("Renovation card of the building"),
            "community": content.community.name,
            "building": content.building.number,
            "lead": _("What was done here, by whom, and until when it is warranted"),
            "hint": _("Scan the code with the phone's camera."),
            "address": address,
            "qr": qr_svg(address),
            "heads": [_("Works"), _("Who answers"), _("Warranty until")],
            "rows": [
                [_names(group), " ".join(filter(None, (group.head.firm, group.head.person))), _until(group)]
                for group in groups[:MOST_GROUPS]
            ],
            "more": _("All works are on the card.") if _is_short(groups) else "",
            "repair": _("Repairs") + "：" if content.telephones else "",
            "telephones": [f"{firm} {number}" for firm, number in content.telephones[:3]],
        },
    )


def _names(group: CardGroup) -> str:
    names = "、".join(item.name for item in group.items)
    return names if len(names) <= MOST_CHARACTERS else f"{names[: MOST_CHARACTERS - 1].rsplit('、', 1)[0]}…"


def _is_short(groups: Sequence[CardGroup]) -> bool:
    return len(groups) > MOST_GROUPS or any(_names(group).endswith("…") for group in groups)


def _until(group: CardGroup) -> str:
    return "" if group.head.until is None else group.head.until.isoformat()
