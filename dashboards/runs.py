"""Runs: the pieces of a document's paragraphs, and the days and lists in them.

A run that shows a number of a snapshot names its measure (``m``) and region (``r``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils.translation import pgettext

Run: TypeAlias = dict[str, str]
Runs: TypeAlias = list[Run]
# A heading and its paragraphs.
Chapter: TypeAlias = tuple[str, list[Runs]]

_PLACE = re.compile(r"%\((\w+)\)s")


def sentence(template: str, **values: str | int | Run | Runs) -> Runs:
    """Fill the %(name)s places of a translated sentence with texts and runs; return the runs."""
    runs: Runs = []
    at = 0
    for place in _PLACE.finditer(template):
        runs.append({"t": template[at : place.start()]})
        value = values[place.group(1)]
        if isinstance(value, list):
            runs.extend(value)
        else:
            runs.append(value if isinstance(value, dict) else {"t": str(value)})
        at = place.end()
    runs.append({"t": template[at:]})
    return [run for run in runs if run["t"]]


def number(value: int, measure: str, region: str) -> Run:
    """Return a count of the snapshot as a run."""
    return {"t": f"{value:,}", "m": measure, "r": region}


def rate(value: Decimal | None, measure: str, region: str) -> Run:
    """Return a rate of the snapshot as a run; it leads to the rows it counts."""
    return {"t": "—" if value is None else f"{value:,}%", "m": measure, "r": region}


def text_of(runs: Iterable[Run]) -> str:
    """Return runs as plain text."""
    return "".join(run["t"] for run in runs)


def joined(items: Sequence[Runs]) -> Runs:
    """Return the items as one sentence."""
    return sentence(pgettext("end of a list", "%(list)s."), list=listing(items))


def listing(items: Sequence[Runs]) -> Runs:
    """Return the items with commas between them."""
    separator: Run = {"t": pgettext("between the items of a list", ", ")}
    runs: Runs = []
    for item in items:
        runs += [separator, *item] if runs else item
    return runs


def numbered(chapters: Iterable[Chapter]) -> list[dict[str, Any]]:
    """Return the chapters that say something as blocks of a document, numbered in order."""
    # Translators: the numbering of a document's chapters, separated by |.
    numbers = pgettext("chapters of a document", "1. |2. |3. |4. |5. |6. |7. |8. |9. ").split("|")
    ordinals = iter(numbers)
    blocks: list[dict[str, Any]] = []
    for heading, paragraphs in chapters:
        if paragraphs:
            blocks.append({"kind": "h", "runs": [{"t": next(ordinals) + heading}]})
            blocks.extend({"kind": "p", "runs": runs} for runs in paragraphs)
    return blocks
