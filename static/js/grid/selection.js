/**
 * The active cell and the selected ranges, by position in the shown table. Ranges may cross the frozen
 * boundary and there may be several; painting only touches the cells that are on screen.
 */
import { LEADING } from "./surface.js";

/** What is selected. Cells are counted as SlickGrid counts them, the ledger's first column being LEADING. */
export class Selection {
  constructor(app) {
    this.app = app;
    this.row = 0;
    this.cell = LEADING;
    this.ranges = [];
    this.anchor = { row: 0, cell: LEADING };
    this.lastUid = null;
  }

  get lastCell() {
    return this.app.surface.shown.length + LEADING - 1;
  }

  get lastRow() {
    return this.app.ledger.view.length - 1;
  }

  activeRow() {
    return this.app.ledger.view[this.row];
  }

  activeColumn() {
    return this.app.surface.shown[this.cell - LEADING];
  }

  /** The range that keys act on: the last one selected. */
  range() {
    return this.ranges[this.ranges.length - 1] || { top: this.row, bottom: this.row, left: this.cell, right: this.cell };
  }

  /** Go to a cell. `extend` grows the range from its anchor, `add` begins another range. */
  go(row, cell, { extend = false, add = false } = {}) {
    if (this.lastRow < 0) return;
    const to = { row: clamp(row, 0, this.lastRow), cell: clamp(cell, LEADING, this.lastCell) };
    if (extend) {
      this.stretch(to);
      this.app.surface.reveal(to.row, to.cell);
      this.paint();
      this.app.events.emit("selection");
      return;
    }
    Object.assign(this, to);
    this.anchor = to;
    this.head = to;
    const range = { top: to.row, bottom: to.row, left: to.cell, right: to.cell };
    this.ranges = add ? [...this.ranges, range] : [range];
    this.app.surface.reveal(to.row, to.cell);
    this.arrived();
  }

  /** Tell the others where we are now; leaving a row lets it be saved. */
  arrived() {
    const row = this.activeRow();
    const left = this.lastUid;
    this.lastUid = row ? row.uid : null;
    this.paint();
    if (left && left !== this.lastUid) this.app.events.emit("leave", left);
    this.app.events.emit("active");
    this.app.events.emit("selection");
  }

  stretch(to) {
    this.head = to;
    const { anchor } = this;
    this.ranges[Math.max(0, this.ranges.length - 1)] = {
      top: Math.min(anchor.row, to.row),
      bottom: Math.max(anchor.row, to.row),
      left: Math.min(anchor.cell, to.cell),
      right: Math.max(anchor.cell, to.cell),
    };
  }

  move(rows, cells, extend = false) {
    const from = extend ? this.head || this.anchor : this;
    this.go(from.row + rows, from.cell + cells, { extend });
  }

  /** Select whole rows or columns of the current range, or everything. */
  selectWhole(what) {
    const range = { ...this.range() };
    if (what !== "rows") Object.assign(range, { top: 0, bottom: this.lastRow });
    if (what !== "columns") Object.assign(range, { left: LEADING, right: this.lastCell });
    this.ranges = [range];
    this.anchor = { row: range.top, cell: range.left };
    this.head = { row: range.bottom, cell: range.right };
    this.paint();
    this.app.events.emit("selection");
  }

  /** The rows and columns of a range, as the ledger knows them. */
  content(range) {
    return {
      rows: this.app.ledger.view.slice(range.top, range.bottom + 1),
      columns: this.app.surface.shown.slice(range.left - LEADING, range.right - LEADING + 1),
    };
  }

  isSelected(row, cell) {
    return this.ranges.some((range) => row >= range.top && row <= range.bottom && cell >= range.left && cell <= range.right);
  }

  /** Whether more than one cell is selected. */
  isWide() {
    return this.ranges.length > 1 || this.ranges.some((range) => range.top !== range.bottom || range.left !== range.right);
  }

  classesAt(row, cell) {
    const classes = [];
    if (cell >= LEADING && this.isWide() && this.isSelected(row, cell)) classes.push("is-selected");
    if (row === this.row && cell === this.cell) classes.push("is-active");
    if (row === this.row && cell < LEADING) classes.push("is-current");
    return classes;
  }

  /** Set the selection's classes on what is drawn. */
  paint() {
    const wide = this.isWide();
    for (const [row, cell, node] of this.app.surface.drawn()) {
      const active = row === this.row && cell === this.cell;
      node.classList.toggle("is-selected", wide && cell >= LEADING && this.isSelected(row, cell));
      node.classList.toggle("is-active", active);
      node.classList.toggle("is-current", row === this.row && cell < LEADING);
    }
  }

  /** Run something that changes rows or columns, then find the active cell again by row and column key. */
  keepPlace(run) {
    const row = this.activeRow();
    const column = this.activeColumn();
    run();
    const cell = column ? this.app.surface.shown.indexOf(column) : -1;
    this.row = row && row.index >= 0 ? row.index : clamp(this.row, 0, Math.max(0, this.lastRow));
    this.cell = cell >= 0 ? cell + LEADING : clamp(this.cell, LEADING, this.lastCell);
    this.anchor = { row: this.row, cell: this.cell };
    this.head = this.anchor;
    this.ranges = this.lastRow < 0 ? [] : [{ top: this.row, bottom: this.row, left: this.cell, right: this.cell }];
    this.arrived();
  }

  /** Go to a cell by row and column key; a hidden column is shown first. */
  goTo(row, key) {
    if (!this.app.surface.shown.some((column) => column.key === key)) {
      this.app.layout.folded.delete(this.app.ledger.column(key).group);
      this.app.layout.setHidden(key, false);
    }
    if (row.index < 0) this.app.filters.clear();
    const cell = this.app.surface.shown.findIndex((column) => column.key === key) + LEADING;
    this.go(row.index, cell);
    this.app.editor.focus();
  }

  /** Where Ctrl+arrow stops: the edge of the filled block, as in Excel. */
  edge(rows, cells, from) {
    const filled = (row, cell) => {
      const at = this.app.ledger.view[row];
      const column = this.app.surface.shown[cell - LEADING];
      return at && column && this.app.ledger.text(at, column.key) !== "";
    };
    const inside = (row, cell) => row >= 0 && row <= this.lastRow && cell >= LEADING && cell <= this.lastCell;
    let { row, cell } = from;
    const seek = !filled(row, cell) || !filled(row + rows, cell + cells);
    while (inside(row + rows, cell + cells)) {
      if (!seek && !filled(row + rows, cell + cells)) break;
      row += rows;
      cell += cells;
      if (seek && filled(row, cell)) break;
    }
    return { row, cell };
  }
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
