"""The works catalogue as a page to read."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from communities.checks.catalogue import standard_codes
from communities.models import CatalogueItem, TechnicalStandard
from records.attachments import files_by_record


@require_safe
@requires(Capability.LEDGER_VIEW)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show every item by taxonomy and class, and the standards that govern them."""
    user = current_user(request)
    standards = list(TechnicalStandard.objects.visible_to(user))
    files = files_by_record(user, "communities.technicalstandard", [row.pk for row in standards])
    by_code = {row.code: row for row in standards}
    items = CatalogueItem.objects.visible_to(user).select_related("taxonomy", "department", "counts_as")
    taxonomies: dict[int, dict[str, Any]] = {}
    for item in items.order_by("taxonomy_id", "position", "code"):
        taxonomy = taxonomies.setdefault(
            item.taxonomy_id, {"taxonomy": item.taxonomy, "groups": {}, "count": 0}
        )
        lines = taxonomy["groups"].setdefault(item.group, [])
        taxonomy["count"] += 1
        named = [by_code[code] for code in standard_codes(item.standards) if code in by_code]
        lines.append({"item": item, "standards": named})
    context = {
        "taxonomies": sorted(taxonomies.values(), key=lambda one: one["taxonomy"].code),
        "standards": [
            {"standard": row, "files": files.get(row.pk, ()), "key": str(uuid.uuid4())} for row in standards
        ],
        "may_edit": user.may(Capability.CATALOGUE_EDIT),
    }
    return render(request, "communities/catalogue.html", context)
