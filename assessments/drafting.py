"""The parts of a draft scheme: blocks and indicators added, changed, removed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.formulas import Kind, formula_of
from assessments.models import Block, Indicator, Scheme

Method, Direction = Indicator.Method, Indicator.Direction
FIGURES = ("target", "floor", "per", "free", "least")
# The figures that each way of giving points uses.
FIGURES_OF: Mapping[str, tuple[str, ...]] = {
    Method.SHARE: ("target", "floor"),
    Method.PER_CASE: ("per", "free", "least"),
    Method.MANUAL: (),
}
EMPTY_RULES = ("zero", "full", "leave_out")
VALUES = ("name", "points", "formula", "method", "direction", "params", "needs_evidence", "note")


class SchemeRefused(ValueError):
    """The scheme cannot be edited or adopted so; the message says why, ``fields`` what is wrong with what."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


def held(scheme: Scheme, seen: int) -> Scheme:
    """Return a draft under lock.  Raises SchemeRefused when it is none any more or was changed meanwhile."""
    found = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if found.state != Scheme.State.DRAFT:
        raise SchemeRefused(_("The scheme was adopted: copy it to change it."))
    if found.revision != seen:
        raise SchemeRefused(_("Somebody changed the scheme meanwhile. Look at it again."))
    return found


def _touch(scheme: Scheme) -> None:
    scheme.revision += 1
    scheme.save(update_fields=["revision"])


# ---------------------------------------------------------------- what is wrong


def wrong_with(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with an indicator, by field; ``values`` as in ``VALUES``."""
    checks: tuple[Callable[[Mapping[str, Any]], dict[str, str]], ...] = (
        _wrong_formula,
        _wrong_direction,
        _wrong_figures,
    )
    found: dict[str, str] = {}
    for check in checks:
        found = {**check(values), **found}
    return found


def _wrong_formula(values: Mapping[str, Any]) -> dict[str, str]:
    method, ident = values["method"], values["formula"]
    if method == Method.MANUAL:
        said = _("Points given by people need no formula: leave it empty.") if ident else ""
        return {"formula": said} if said else {}
    known = formula_of(ident)
    if known is None:
        return {"formula": _("The formula is not known.") if ident else _("Choose a formula.")}
    if method == Method.PER_CASE and known.kind != Kind.CASES:
        return {"formula": _("A loss for each case needs a formula that counts cases.")}
    if method == Method.SHARE and known.kind != Kind.SHARE:
        return {"formula": _("A formula that counts cases needs a loss for each case.")}
    return {}


def _wrong_direction(values: Mapping[str, Any]) -> dict[str, str]:
    if values["method"] == Method.PER_CASE and values["direction"] != Direction.DOWN:
        return {"direction": _("Where each case costs points, less is better.")}
    return {}


def _wrong_figures(values: Mapping[str, Any]) -> dict[str, str]:
    figures = {name: scoring.number(text) for name, text in values["params"].items() if name in FIGURES}
    found = {name: _("Not below 0.") for name, figure in figures.items() if figure < 0}
    if values["method"] == Method.SHARE:
        try:
            scoring.share(Fraction(1), Fraction(1), values["params"], values["direction"])
        except scoring.BadScheme:
            found["target"] = (
                _("More is better: the value that earns all points lies above the one that earns none.")
                if values["direction"] == Direction.UP
                else _("Less is better: the value that earns all points lies below the one that earns none.")
            )
    if values["method"] == Method.PER_CASE:
        if figures.get("per") == 0:
            found["per"] = _("Each case has to cost something.")
        points = values["points"]
        if points is not None and figures.get("least", Fraction()) > Fraction(points):
            found["least"] = _("Not above the full points.")
    return found


def faults(scheme: Scheme) -> list[str]:
    """Return why a scheme cannot be adopted, in words; nothing when it can."""
    indicators = list(scheme.indicators.select_related("block"))
    found = []
    for indicator in indicators:
        values = {name: getattr(indicator, name) for name in VALUES}
        found += [
            _("%(name)s: %(fault)s") % {"name": indicator.name, "fault": said}
            for said in wrong_with(values).values()
        ]
    filled = {indicator.block_id for indicator in indicators}
    found += [
        _("The block “%(name)s” has no indicator.") % {"name": block.name}
        for block in scheme.blocks.all()
        if block.pk not in filled
    ]
    total = sum((indicator.points for indicator in indicators), Decimal())
    if total != 100:
        found.append(_("The points add up to %(total)s, not to 100.") % {"total": total})
    return found + _band_faults(scheme)


def _band_faults(scheme: Scheme) -> list[str]:
    """Grades begin at 0: else a low score would have none; that bounds differ, the database holds."""
    bounds = [band.from_score for band in scheme.band_set.bands.all()]
    if not bounds or min(bounds) != 0:
        return [_("The lowest grade has to begin at 0 points.")]
    return []


# ---------------------------------------------------------------- blocks


@transaction.atomic
def add_block(*, scheme: Scheme, seen: int, name: str) -> Block:
    """Add a block at the end.  Raises SchemeRefused."""
    draft, said = held(scheme, seen), name.strip()
    if draft.blocks.filter(name=said).exists():
        text = _("There is a block of this name.")
        raise SchemeRefused(text, {"name": text})
    code = _free_code("block", set(draft.blocks.values_list("code", flat=True)))
    made = Block.objects.create(scheme=draft, code=code, name=said, position=_after(draft.blocks))
    _touch(draft)
    return made


@transaction.atomic
def remove_block(*, scheme: Scheme, seen: int, code: str) -> None:
    """Remove a block that has no indicators any more.  Raises SchemeRefused and Block.DoesNotExist."""
    draft = held(scheme, seen)
    block = draft.blocks.get(code=code)
    if block.indicators.exists():
        raise SchemeRefused(
            _("“%(name)s” still has indicators: move or remove them first.") % {"name": block.name}
        )
    block.delete()
    _touch(draft)


# ---------------------------------------------------------------- indicators


@transaction.atomic
def add_indicator(*, scheme: Scheme, seen: int, block: str, values: Mapping[str, Any]) -> Indicator:
    """Add an indicator at the end of a block (by code).  Raises SchemeRefused, naming the fields."""
    draft = held(scheme, seen)
    _refuse(draft, values)
    base = values["formula"].rpartition(".")[2].replace("_", "-") or "people"
    code = _free_code(base, set(draft.indicators.values_list("code", flat=True)))
    made = Indicator(scheme=draft, code=code, position=_after(draft.indicators))
    return _write(draft, made, block, values)


@transaction.atomic
def change_indicator(
    *, scheme: Scheme, seen: int, code: str, block: str, values: Mapping[str, Any]
) -> Indicator:
    """Change an indicator in every respect.  Raises SchemeRefused and Indicator.DoesNotExist."""
    draft = held(scheme, seen)
    found: Indicator = draft.indicators.get(code=code)
    _refuse(draft, values, but=code)
    return _write(draft, found, block, values)


@transaction.atomic
def remove_indicator(*, scheme: Scheme, seen: int, code: str) -> None:
    """Remove an indicator.  Raises SchemeRefused and Indicator.DoesNotExist."""
    draft = held(scheme, seen)
    draft.indicators.get(code=code).delete()
    _touch(draft)


def _refuse(draft: Scheme, values: Mapping[str, Any], but: str = "") -> None:
    wrong = wrong_with(values)
    if draft.indicators.filter(name=values["name"]).exclude(code=but).exists():
        wrong["name"] = _("There is an indicator of this name.")
    if wrong:
        raise SchemeRefused(" ".join(wrong.values()), wrong)


def _write(draft: Scheme, indicator: Indicator, block: str, values: Mapping[str, Any]) -> Indicator:
    found = draft.blocks.filter(code=block).first()
    if found is None:
        text = _("The scheme has no such block.")
        raise SchemeRefused(text, {"block": text})
    indicator.block = found
    for name in VALUES:
        setattr(indicator, name, values[name])
    indicator.save()
    _touch(draft)
    return indicator


def _after(rows: Any) -> int:
    return int(rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _free_code(base: str, taken: Collection[str]) -> str:
    """Return a code that nothing in the scheme has: ``completed``, ``completed-2``."""
    if base not in taken and base != "block":
        return base
    return next(code for number in range(2, 1000) if (code := f"{base}-{number}") not in taken)
