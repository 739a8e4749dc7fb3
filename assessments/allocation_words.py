"""The words for what an allocation is made of, and for why one cannot be made."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.allocation import SCORE, CannotAllocateError
from assessments.volumes import FACTORS

PARTS: Mapping[str, str | Promise] = {
    "volume": gettext_lazy("by task volume"),
    "reward": gettext_lazy("as a reward"),
}
EFFECTS: Mapping[str, str | Promise] = {
    "score": gettext_lazy("assessment"),
    "difficulty": gettext_lazy("fiscal difficulty"),
    "bounds": gettext_lazy("floors and ceilings"),
}
STEPS: Mapping[str, str | Promise] = {
    "total": pgettext_lazy("what moved a share", "total"),
    "rule": pgettext_lazy("what moved a share", "rule"),
    "volumes": pgettext_lazy("what moved a share", "task volume"),
    "difficulty": pgettext_lazy("what moved a share", "difficulty coefficient"),
    "score": pgettext_lazy("what moved a share", "assessment"),
    "bounds": pgettext_lazy("what moved a share", "floors and ceilings"),
}
SHORT: Mapping[str, str | Promise] = {
    "area": "A",
    "households": "H",
    "buildings": "B",
    "communities": "C",
    "renovated_households": "H′",
    "invested": "I′",
    SCORE: "S",
}


def factor_label(factor: str) -> str:
    """Return the name of a factor."""
    return _("assessed score") if factor == SCORE else str(FACTORS.get(factor, factor))


def problem(error: CannotAllocateError, names: Mapping[str, str]) -> str:
    """Return why a rule cannot be applied and what mends it; ``names`` are those of the units by code."""
    who = names.get(error.detail, error.detail)
    texts = {
        "nobody": _("No unit takes part."),
        "twice": _("A unit stands in the table twice."),
        "total": _("The total must be a whole multiple of the smallest amount of the rule (%(unit)s 分).")
        % {"unit": error.detail},
        "weights": _("The weights of the rule do not add up to 100 %."),
        "bands": _(
            "A higher score must not bring a lower performance coefficient: mend the bands of the rule."
        ),
        "negative": _("%(who)s: a figure is below zero.") % {"who": who},
        "factor": _("Nobody has any %(factor)s, so nothing can be shared by it.")
        % {"factor": factor_label(error.detail)},
        "k": _("%(who)s has no difficulty coefficient. Enter it in the ledger or type it here.")
        % {"who": who},
        "score": _("%(who)s has no issued score. Type one here, or issue the assessment first.")
        % {"who": who},
        "bounds": _(
            "Floors and ceilings leave no way to share exactly this total. Lower the floors, or raise "
            "the ceilings."
        ),
        "rule": _("The parameters of the rule cannot be read."),
    }
    return texts.get(error.code, str(error))
