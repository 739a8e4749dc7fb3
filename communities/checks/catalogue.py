"""Checks of the works catalogue: what reports add up by must be there and be known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from communities.checks.community import amount, taken_twice
from communities.models import CatalogueItem, Taxonomy, TechnicalStandard
from records.checks import Finding, Limits, RowView, Severity, check, set_check

ITEM = "communities.catalogueitem"
TAXONOMY = "communities.taxonomy"
STANDARD = "communities.technicalstandard"
NEEDED = ("taxonomy_id", "code", "name", "group", "level", "measure", "department_id")


def standard_codes(text: str) -> list[str]:
    """Return the codes of standards that a cell lists, separated by 、, commas or blanks."""
    return [code for code in re.split(r"[、,，;；\s]+", text) if code]


@check(ITEM, "required", Severity.HARD, fields=NEEDED)
def complete(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An item says what it is, in which class, in which unit it is counted and who answers for it."""
    for name in NEEDED:
        if not row.get(name):
            label = str(CatalogueItem._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
            yield Finding(name, _("%(field)s is missing.") % {"field": label}, _("Fill it in."))


@check(ITEM, "indicator_factor", Severity.HARD, fields=("indicator", "indicator_factor"))
def factor_with_indicator(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """What counts to an indicator says what one unit is worth there: a metre of pipe is 0.001 km."""
    has_factor = amount(row, "indicator_factor") is not None
    if row.get("indicator") and not has_factor:
        yield Finding(
            "indicator_factor",
            _("The factor to the indicator is missing."),
            _("Write what one unit of quantity is worth in the indicator's unit, 1 where they are the same."),
        )
    elif has_factor and not row.get("indicator"):
        yield Finding("indicator", _("A factor without an indicator."), _("Choose the indicator."))


@set_check(ITEM, "same_code", Severity.HARD, fields=("taxonomy_id", "code"))
def same_code(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A taxonomy has each code once."""
    finding = Finding("code", _("The taxonomy already has an item of this code."), _("Choose another code."))
    yield from taken_twice(rows, CatalogueItem.objects.live(), ("taxonomy_id", "code"), finding)


@set_check(ITEM, "same_name", Severity.HARD, fields=("taxonomy_id", "name"))
def same_name(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A taxonomy has each name once."""
    finding = Finding("name", _("The taxonomy already has an item of this name."), _("Mend the name."))
    yield from taken_twice(rows, CatalogueItem.objects.live(), ("taxonomy_id", "name_key"), finding)


@set_check(ITEM, "standards_known", Severity.HARD, fields=("standards",))
def standards_known(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The standards named are in the list of standards."""
    if not any(row.get("standards") for row in rows):
        return
    known = set(TechnicalStandard.objects.live().values_list("code", flat=True))
    for position, row in enumerate(rows):
        strange = [code for code in standard_codes(str(row.get("standards") or "")) if code not in known]
        if strange:
            yield (
                position,
                Finding(
                    "standards",
                    _("Unknown technical standard: %(codes)s.") % {"codes": "、".join(strange)},
                    _("Known: %(codes)s.") % {"codes": "、".join(sorted(known))},
                ),
            )


@set_check(ITEM, "counts_as_other", Severity.HARD, fields=("counts_as_id", "taxonomy_id"))
def counts_as_other(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An item counts as one of another taxonomy, which itself counts as nothing else."""
    asked = {row["counts_as_id"] for row in rows if row.get("counts_as_id")}
    found = CatalogueItem.objects.filter(pk__in=asked).values_list("pk", "taxonomy_id", "counts_as_id")
    targets = {pk: (taxonomy, further) for pk, taxonomy, further in found}
    for position, row in enumerate(rows):
        taxonomy, further = targets.get(row.get("counts_as_id") or 0, (None, None))
        if taxonomy is not None and (taxonomy == row.get("taxonomy_id") or further is not None):
            finding = Finding(
                "counts_as_id",
                _("It must count as an item of another taxonomy that counts as itself."),
                _("Choose an item of the province's taxonomy."),
            )
            yield position, finding


@check(TAXONOMY, "required", Severity.HARD, fields=("code", "name", "region_id"))
@check(STANDARD, "required", Severity.HARD, fields=("code", "name", "region_id", "status"))
def named_and_placed(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A taxonomy or standard has a code, a name, a region where it holds; a standard its status."""
    for name in ("code", "name", "region_id", *(("status",) if "status" in row else ())):
        if not row.get(name):
            label = str(TechnicalStandard._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
            yield Finding(name, _("%(field)s is missing.") % {"field": label}, _("Fill it in."))


@set_check(TAXONOMY, "same_code", Severity.HARD, fields=("code",))
def same_taxonomy(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Each taxonomy has a code of its own."""
    finding = Finding("code", _("Another taxonomy has this code."), _("Choose another code."))
    yield from taken_twice(rows, Taxonomy.objects.live(), ("code", "code"), finding)


@set_check(STANDARD, "same_code", Severity.HARD, fields=("code",))
def same_standard(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Each technical standard has a code of its own."""
    finding = Finding("code", _("Another technical standard has this code."), _("Choose another code."))
    yield from taken_twice(rows, TechnicalStandard.objects.live(), ("code", "code"), finding)
