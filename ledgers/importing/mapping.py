"""Which column of the ledger each heading of a file means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region, User
from ledgers.models import ColumnMapping
from ledgers.reader import Document, HeaderCell, HeaderVocabulary
from ledgers.registry import Ledger
from records.columns import Column
from records.headers import normalise_header

# Answers that are no column.
IGNORE = ""


@dataclass
class MappedHeading:
    """One heading of the file and what it was taken for.

    ``how``: known (an accepted name), remembered (this unit answered before), answered (just now), asked
    (nobody knows yet), left_out (nobody wants it), twice (another heading already means this column), silent
    (a running number or our own messages, which need no question).
    """

    index: int
    letter: str
    text: str
    column: str
    unit: str
    how: str
    sample: str = ""

    @property
    def open(self) -> bool:
        """Tell whether somebody has to answer before the file can be read."""
        return self.how in {"asked", "twice"}


# The column of messages in our own error workbooks, normalised, in both languages.
MESSAGE_HEADINGS = frozenset({"错误信息", "errorsfound"})
# Headings of running numbers and of our messages: they say nothing and are left out without a question.
SILENT = frozenset({"序号", "编号", "no", "no.", "seq", "#", "项次"}) | MESSAGE_HEADINGS


def vocabulary(ledger: Ledger) -> HeaderVocabulary:
    """Return the words that let the reader find a ledger's header row."""
    words: list[str] = ["序号"]
    for column in ledger.resource.columns():
        words.extend(column.spellings)
    return HeaderVocabulary(words)


def map_headings(
    ledger: Ledger, document: Document, region: Region, answers: Mapping[str, Mapping[str, str]] | None = None
) -> list[MappedHeading]:
    """Take every heading for a column: by its name, by what the unit answered before, or by the answer now.

    ``answers`` maps headings to {"column": key or "", "unit": spelling}.
    """
    answers = answers or {}
    remembered = {
        known.heading: known for known in ColumnMapping.objects.filter(ledger=ledger.slug, region=region)
    }
    stamp = document.template
    own = {stamp.key_index, stamp.version_index, stamp.template_index} if stamp else set()
    found = []
    for heading in document.header.columns:
        if heading.index in own:
            continue
        found.append(
            _map_one(ledger, document, heading, answers.get(heading.text), remembered.get(heading.text))
        )
    _mark_twins(found)
    return found


def _map_one(
    ledger: Ledger,
    document: Document,
    heading: HeaderCell,
    answer: Mapping[str, str] | None,
    remembered: ColumnMapping | None,
) -> MappedHeading:
    mapped = MappedHeading(
        index=heading.index,
        letter=heading.letter,
        text=heading.text,
        column="",
        unit=heading.unit or "",
        how="asked",
        sample=_sample(document, heading.index),
    )
    if answer is not None:
        mapped.column, mapped.how = answer.get("column", ""), "answered"
        mapped.unit = answer.get("unit", "") or mapped.unit
    elif (known := _by_name(ledger, heading)) is not None:
        mapped.column, mapped.how = known.key, "known"
    elif remembered is not None:
        mapped.column, mapped.how = remembered.column, "remembered"
        mapped.unit = remembered.unit_of_measure or mapped.unit
    elif _is_silent(heading) or not (heading.text or mapped.sample):
        mapped.how = "silent"
    if mapped.how in {"answered", "remembered"} and mapped.column not in ledger.resource.fields:
        mapped.column, mapped.how = IGNORE, "left_out"
    if mapped.column and not mapped.unit:
        mapped.unit = _stated_above(ledger.resource.column(mapped.column), document.units)
    if mapped.column and _factor(ledger.resource.column(mapped.column), mapped.unit) is None:
        # A unit this column cannot be in: better to ask than to read 万元 as 户.
        mapped.column, mapped.how = "", "asked"
    return mapped


def _is_silent(heading: HeaderCell) -> bool:
    return any(normalise_header(text)[0] in SILENT for text in (heading.text, *heading.parts[-1:]))


def _by_name(ledger: Ledger, heading: HeaderCell) -> Column | None:
    """Return the column a heading names: by all its levels, else by its lowest one alone."""
    for text in (heading.text, "".join(heading.parts), heading.parts[-1] if heading.parts else heading.text):
        match = ledger.resource.match_header(text)
        if match is not None:
            return match[0]
    return None


def _stated_above(column: Column, units: Sequence[str]) -> str:
    """Return the unit a line above the table states (单位：万元), where this column can be in it."""
    if column.unit is None:
        return ""
    return next((unit for unit in units if column.unit.factor(unit) is not None), "")


def _factor(column: Column, unit: str) -> Decimal | None:
    return column.unit.factor(unit or None) if column.unit else Decimal(1)


def factor_of(ledger: Ledger, mapped: MappedHeading) -> Decimal:
    """Return the worth of a mapped heading's unit in stored units."""
    return _factor(ledger.resource.column(mapped.column), mapped.unit) or Decimal(1)


def _sample(document: Document, index: int) -> str:
    """Return the first values under a heading, to recognise it by."""
    values = []
    for row in document.rows[:50]:
        value = row.cells[index] if index < len(row.cells) else None
        if value not in (None, ""):
            values.append(str(value)[:20])
        if len(values) == 3:
            break
    return "、".join(values)


def _mark_twins(found: list[MappedHeading]) -> None:
    taken: set[str] = set()
    for mapped in found:
        if mapped.column and mapped.column in taken and mapped.how != "answered":
            mapped.how, mapped.column = "twice", ""
        elif mapped.column:
            taken.add(mapped.column)


def missing_required(ledger: Ledger, found: Sequence[MappedHeading], document: Document) -> list[str]:
    """Return the headers of required columns no heading means; regions and years have defaults."""
    if document.template is not None and document.template.key_index is not None:
        return []
    mapped = {heading.column for heading in found}
    defaulted = {"region", "unit", "plan_year", "year"}
    return [
        str(column.header)
        for column in ledger.resource.columns()
        if column.required and column.key not in mapped and column.key not in defaulted
    ]


def remember(ledger: Ledger, region: Region, user: User, found: Sequence[MappedHeading]) -> None:
    """Keep the answers just given, so that this unit is not asked again."""
    for mapped in found:
        if mapped.how in {"answered", "left_out"} and mapped.text:
            ColumnMapping.objects.update_or_create(
                ledger=ledger.slug,
                region=region,
                heading=mapped.text[:120],
                defaults={
                    "column": mapped.column,
                    "unit_of_measure": mapped.unit if mapped.how == "answered" else "",
                    "answered_by": user,
                },
            )


def as_json(found: Sequence[MappedHeading]) -> list[dict[str, Any]]:
    """Return the mapping as stored with the batch."""
    return [asdict(mapped) for mapped in found]


def from_json(stored: Sequence[Mapping[str, Any]]) -> list[MappedHeading]:
    """Return a stored mapping."""
    return [MappedHeading(**mapped) for mapped in stored]


def how_words(mapped: MappedHeading) -> str:
    """Return in words what a heading was taken for and why."""
    return {
        "known": _("recognised"),
        "remembered": _("as answered before"),
        "answered": _("as answered"),
        "left_out": _("left out"),
        "silent": _("left out"),
        "twice": _("this column is there twice"),
        "asked": _("not recognised"),
    }[mapped.how]
