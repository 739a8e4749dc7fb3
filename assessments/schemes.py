"""Schemes: read as data, copied, edited while they are drafts, and adopted for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from assessments import drafting, scoring
from assessments.drafting import SchemeRefused
from assessments.models import Block, Indicator, Scheme

if TYPE_CHECKING:
    from accounts.models import User

# The scheme of the monthly score table; yearly assessments never use it.
MONTHLY = "monthly"


def as_json(scheme: Scheme) -> scoring.Json:
    """Return a scheme as the arithmetic reads it; four queries."""
    return {
        "name": scheme.name,
        "year": scheme.year,
        "number": scheme.number,
        "bands": [
            {"label": band.label, "from": scoring.text(Fraction(band.from_score))}
            for band in scheme.band_set.bands.all()
        ],
        "blocks": [{"code": block.code, "name": block.name} for block in scheme.blocks.all()],
        "indicators": [
            _indicator_as_json(indicator) for indicator in scheme.indicators.select_related("block")
        ],
    }


def _indicator_as_json(indicator: Indicator) -> scoring.Json:
    return {
        "code": indicator.code,
        "block": indicator.block.code,
        "name": indicator.name,
        "points": scoring.text(Fraction(indicator.points)),
        "formula": indicator.formula,
        "method": indicator.method,
        "direction": indicator.direction,
        "params": dict(indicator.params),
        "needs_evidence": indicator.needs_evidence,
        "note": indicator.note,
    }


@transaction.atomic
def copy(*, scheme: Scheme, year: int, name: str, by: User) -> Scheme:
    """Return a draft that is a copy of a scheme: the next version of that name and year."""
    same = Scheme.objects.select_for_update().filter(year=year, name=name).order_by("-number")
    last = same.first()
    made = Scheme.objects.create(
        year=year,
        name=name,
        number=last.number + 1 if last else 1,
        source=scheme.source,
        band_set=scheme.band_set,
        based_on=scheme,
        created_by=by,
    )
    blocks = {
        block.pk: Block.objects.create(scheme=made, code=block.code, name=block.name, position=block.position)
        for block in scheme.blocks.all()
    }
    copied = ("code", "name", "points", "formula", "method", "direction", "params", "needs_evidence", "note")
    Indicator.objects.bulk_create(
        Indicator(
            scheme=made,
            block=blocks[indicator.block_id],
            position=indicator.position,
            **{name: getattr(indicator, name) for name in copied},
        )
        for indicator in scheme.indicators.all()
    )
    return made


@transaction.atomic
def edit(
    *,
    scheme: Scheme,
    seen: int,
    head: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    blocks: Mapping[str, str] | None = None,
) -> Scheme:
    """Replace what may be changed of a draft: its head, by code the names of its blocks and its lines.

    Raises SchemeRefused when it is no draft any more or somebody changed it meanwhile.
    """
    held = drafting.held(scheme, seen)
    for name in ("name", "source", "band_set"):
        if name in head:
            setattr(held, name, head[name])
    held.revision += 1
    held.save(update_fields=["name", "source", "band_set", "revision"])
    for block in held.blocks.filter(code__in=blocks or {}):
        block.name = (blocks or {})[block.code]
        block.save(update_fields=["name"])
    known = {indicator.code: indicator for indicator in held.indicators.all()}
    for line in lines:
        indicator = known[line["code"]]
        for name in ("name", "points", "params", "needs_evidence", "note"):
            if name in line:
                setattr(indicator, name, line[name])
        indicator.save(update_fields=["name", "points", "params", "needs_evidence", "note"])
    return held


@transaction.atomic
def adopt(*, scheme: Scheme, seen: int, by: User) -> Scheme:
    """Adopt a draft: from now on it never changes.  Raises SchemeRefused."""
    held = drafting.held(scheme, seen)
    wrong = drafting.faults(held)
    if wrong:
        raise SchemeRefused(" ".join(wrong))
    _adopt(held, by)
    audit.record(audit.Kind.SETTINGS_CHANGE, actor=by, scheme=held.pk, sha256=held.sha256)
    return held


def adopt_loaded(scheme: Scheme) -> None:
    """Adopt a scheme that came with the portal, in the transaction that writes it; raises SchemeRefused."""
    _adopt(scheme, None)


def _adopt(scheme: Scheme, by: User | None) -> None:
    scheme.state = Scheme.State.ADOPTED
    scheme.adopted_by, scheme.adopted_at = by, timezone.now()
    scheme.sha256 = scoring.sha256(as_json(scheme))
    scheme.save(update_fields=["state", "adopted_by", "adopted_at", "sha256"])
