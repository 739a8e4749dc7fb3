"""From a grid to a document: every row below the heading is data, a total, a note, a repetition, or blank."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ledgers.reader import refusals, wording
from ledgers.reader.document import (
    Cell,
    Document,
    HeaderVocabulary,
    Limits,
    NoteLine,
    ReadWarning,
    SourceRow,
    TemplateStamp,
    TotalRow,
)
from ledgers.reader.facts import FORMULA, MERGED, MergedRange
from ledgers.reader.grid import Grid
from ledgers.reader.headings import NUMBER, Heading, find_heading, heading_text
from ledgers.reader.template import (
    KEY_HEADING,
    STAMP_HEADINGS,
    TEMPLATE_HEADING,
    VERSION_HEADING,
    without_guard,
)
from records.headers import normalise_header

SERIAL_HEADINGS = frozenset({"序号", "编号", "no", "no.", "seq", "serialno", "行号"})
# A total's label stands in one of the first cells: 合计 | 33, 合计 | (blank), 合计.
LABEL_CELLS = 3
SAMPLE_ROWS = 50
# Merged ranges may not overlap, so together they cover no more than the sheet; twice is generous.
MERGE_ROOM = 2


def to_document(grid: Grid, vocabulary: HeaderVocabulary, limits: Limits) -> Document:
    """Return the one table of a grid. Raises FileRefused when there is none or it has too many rows."""
    heading = find_heading(grid, vocabulary)
    document = Document(
        kind=grid.kind,
        encoding=grid.encoding,
        sheet_name=grid.sheet_name,
        sheet_names=grid.sheet_names,
        header=heading.header,
        warnings=grid.warnings,
        date1904=grid.date1904,
    )
    stamp = _stamp(document, grid)
    document.template = stamp
    if stamp and grid.kind in ("csv", "tsv"):
        grid.rows[:] = [[without_guard(cell) for cell in row] for row in grid.rows]
    _spread_merges(grid, heading.last + 1, document)
    _Sorter(grid, heading, document).run()
    if len(document.rows) > limits.max_rows:
        raise refusals.too_many_rows(limits)
    _read_titles(grid, heading, document)
    own = (stamp.key_index, stamp.version_index, stamp.template_index) if stamp else ()
    document.hidden_columns = [
        column.index
        for column in document.header.columns
        if column.index in grid.hidden_columns and column.index not in own
    ]
    return document


def _stamp(document: Document, grid: Grid) -> TemplateStamp | None:
    places = {c.text: c.index for c in document.header.columns if c.text in STAMP_HEADINGS}
    if grid.template_values is None and not places:
        return None
    return TemplateStamp(
        values=grid.template_values or {},
        key_index=places.get(KEY_HEADING),
        version_index=places.get(VERSION_HEADING),
        template_index=places.get(TEMPLATE_HEADING),
    )


def _spread_merges(grid: Grid, data_start: int, document: Document) -> None:
    """Write a merged value into every row of its range and mark all cells of the range.

    Only downwards, in the first column: a figure merged over two columns belongs to neither by itself.
    """
    height, width = len(grid.rows), grid.width
    room = MERGE_ROOM * height * width
    for merge in grid.merged:
        top, bottom = merge.top - 1, min(merge.bottom, height) - 1
        right = min(merge.right, width - 1)
        if top < data_start or top > bottom or merge.left > right:
            continue
        room -= (bottom - top + 1) * (right - merge.left + 1)
        if room < 0:
            raise refusals.damaged()
        if _holds_data(grid, merge):
            document.merged.append(merge.reference)
            _spread(grid, merge, top, bottom, right)


def _holds_data(grid: Grid, merge: MergedRange) -> bool:
    """Tell whether a merged range is more than blank cells or a wide line (a note, a total's label)."""
    row = grid.rows[merge.top - 1]
    label = row[merge.left]
    if label is None:
        return merge.left in grid.flags.get(merge.top, {})
    if merge.top != merge.bottom or not isinstance(label, str):
        return True
    return not wording.is_total(label) and sum(cell is not None for cell in row) > 1


def _spread(grid: Grid, merge: MergedRange, top: int, bottom: int, right: int) -> None:
    value = grid.rows[top][merge.left]
    own = grid.flags.get(top + 1, {}).get(merge.left, MERGED)
    # What is wrong with the value is wrong in every row it stands for.
    spread = MERGED if own == FORMULA else own
    for row in range(top, bottom + 1):
        grid.rows[row][merge.left] = value
        flags = grid.flags.setdefault(row + 1, {})
        for column in range(merge.left, right + 1):
            flags.setdefault(column, spread if column == merge.left else MERGED)


class _Sorter:
    """Puts every row below the heading where it belongs."""

    def __init__(self, grid: Grid, heading: Heading, document: Document) -> None:
        self.grid = grid
        self.heading = heading
        self.document = document
        above = grid.rows[: heading.first]
        self.titles = {cell for row in above for cell in row if isinstance(cell, str)}
        self.heading_rows = [
            {column: heading_text(cell) for column, cell in enumerate(row) if cell is not None}
            for row in grid.rows[heading.first : heading.last + 1]
        ]
        self.heading_texts = {text for row in self.heading_rows for text in row.values()}
        self.wide_rows = {m.top for m in grid.merged if m.top == m.bottom and m.right > m.left}

    def run(self) -> None:
        document = self.document
        if self.heading.number_line is not None:
            message = _("Row %(row)s only numbers the columns and was left out.")
            self._warn("number_line", message, self.heading.number_line + 1)
        blank = 0
        for position in range(self.heading.last + 1, len(self.grid.rows)):
            row = self.grid.rows[position]
            number = position + 1
            lead = _lead(row)
            if not lead and not self._needs_attention(number):
                blank += 1
                continue
            document.skipped_blank += blank
            blank = 0
            if self._has_key(row) or not self._set_aside(number, row, lead):
                self._add(number, row)
        self._give_back_regions()

    def _give_back_regions(self) -> None:
        """Make rows data again that are no totals: 全国 in many rows is a place, not a sum."""
        regions = [total for total in self.document.total_rows if wording.is_region(total.label)]
        if len(regions) > 1:
            for total in regions:
                self.document.total_rows.remove(total)
                self._add(total.number, total.cells)
            self.document.rows.sort(key=lambda row: row.number)
            self.document.hidden_rows.sort()

    def _has_key(self, row: list[Cell]) -> bool:
        """Tell whether the portal knows the row by its key: then it is data, though it be called 合计."""
        stamp = self.document.template
        return stamp is not None and stamp.key_index is not None and row[stamp.key_index] is not None

    def _needs_attention(self, number: int) -> bool:
        """Tell whether a row without values has errors or formulas without result: somebody's data."""
        flags = self.grid.flags.get(number, {})
        return any(flag not in (FORMULA, MERGED) for flag in flags.values())

    def _set_aside(self, number: int, row: list[Cell], lead: list[Cell]) -> bool:
        """Take a row that is no data to its list; tell whether it was one."""
        texts = [cell for cell in lead if isinstance(cell, str)]
        if not texts:
            return False
        for text in texts:
            if wording.is_total(text):
                total = TotalRow(number, text.strip(), row, wording.is_subtotal(text))
                self.document.total_rows.append(total)
                return True
        if any(text in self.heading_texts for text in texts) and self._repeats_heading(row):
            self._warn("repeated_header", _("Row %(row)s repeats the headings and was left out."), number)
            return True
        if row.count(None) * 2 < len(row) and not wording.is_note(texts[0]):
            return False
        if texts[0] in self.titles and len(lead) < LABEL_CELLS:
            message = _("Row %(row)s repeats a line above the table and was left out.")
            self._warn("repeated_title", message, number)
            return True
        return self._is_line(number, row)

    def _repeats_heading(self, row: list[Cell]) -> bool:
        """Tell whether most cells of a row are what the heading has in the same columns (page breaks)."""
        texts = [(column, heading_text(cell)) for column, cell in enumerate(row) if cell is not None]
        for heading in self.heading_rows:
            same = sum(heading.get(column) == text for column, text in texts)
            if same >= 2 and same * 10 >= len(texts) * 6:
                return True
        return False

    def _is_line(self, number: int, row: list[Cell]) -> bool:
        """Take a note or a section's heading aside: few texts, and no figure, in a row of a wider table."""
        texts = [cell for cell in row if isinstance(cell, str)]
        if len(texts) != sum(cell is not None for cell in row):
            return False
        first, alone, wide = texts[0], len(texts) == 1, number in self.wide_rows
        is_section = wording.is_section(first)
        if wording.is_note(first):
            section = False
        elif alone and (wide or is_section):
            section = is_section or not wording.is_sentence(first)
        elif alone and len(row) >= LABEL_CELLS and row[0] is not None and wording.is_sentence(first):
            section = False
        else:
            return False
        self.document.note_lines.append(NoteLine(number, " ".join(map(heading_text, texts)), section))
        return True

    def _add(self, number: int, row: list[Cell]) -> None:
        hidden = number in self.grid.hidden_rows
        if hidden:
            self.document.hidden_rows.append(number)
        self.document.rows.append(SourceRow(number, row, hidden, self.grid.flags.get(number, {})))

    def _warn(self, code: str, message: str, row: int) -> None:
        self.document.warnings.append(ReadWarning(code, message % {"row": row}, row))


def _lead(row: list[Cell]) -> list[Cell]:
    """Return the first cells of a row that hold anything."""
    lead: list[Cell] = []
    for cell in row:
        if cell is not None:
            lead.append(cell)
            if len(lead) == LABEL_CELLS:
                break
    return lead


def _read_titles(grid: Grid, heading: Heading, document: Document) -> None:
    """Keep the lines above the heading; take units and a quoted total from them."""
    for position, row in enumerate(grid.rows[: heading.first]):
        texts = [str(cell) for cell in row if cell is not None]
        if not texts:
            continue
        # A comment line of a CSV that went through a workbook lies in pieces.
        line = heading_text(("," if texts[0].startswith("#") else " ").join(texts))
        document.title_lines.append(line)
        document.units += [unit for unit in wording.stated_units(line) if unit not in document.units]
        total = wording.published_total(line)
        if total:
            _add_published(total, position + 1, document)


def _add_published(total: tuple[str, list[str]], number: int, document: Document) -> None:
    """Add a quoted total as a total row, when it has as many figures as the table has columns of figures."""
    label, figures = total
    columns = [c.index for c in document.header.columns if _is_figures(c.index, c.text, document.rows)]
    if len(columns) != len(figures):
        return
    cells: list[Cell] = [None] * (max(columns, default=-1) + 1)
    for column, figure in zip(columns, figures, strict=True):
        cells[column] = figure
    document.total_rows.insert(0, TotalRow(number, label or "total", cells, wording.is_subtotal(label)))


def _is_figures(index: int, text: str, rows: list[SourceRow]) -> bool:
    if normalise_header(text)[0] in SERIAL_HEADINGS:
        return False
    sample = [row.cells[index] for row in rows[:SAMPLE_ROWS] if row.cells[index] is not None]
    return bool(sample) and all(
        isinstance(cell, int | float) or (isinstance(cell, str) and NUMBER.match(cell.strip()))
        for cell in sample
    )
