"""The printed plate of a building's card: one A4 sheet with the QR code, to be fixed at the entrance."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from projects.cards import CardContent, qr_svg
from records.typesetting import typeset

TEMPLATE = Path(__file__).with_name("plate.typ")


def render_plate(content: CardContent, address: str) -> bytes:
    """Return the plate of a building as PDF; ``address`` is where its card is read."""
    last = content.projects[0] if content.projects else None
    items = last.items if last else ()
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
                [item.name, " ".join(filter(None, (item.firm, item.person))), _until(item.until)]
                for item in items[:12]
            ],
            "more": _("All works are on the card.") if len(items) > 12 else "",
            "repair": _("Repairs") + "：" if content.telephones else "",
            "telephones": [f"{firm} {number}" for firm, number in content.telephones[:3]],
        },
    )


def _until(day: object) -> str:
    return "" if day is None else str(day)
