/**
 * The rows of the open ledger as this page knows them: what the server holds, what was typed and not yet
 * saved, and the order in which they are shown. Cells are named by row and column key, never by position.
 */
import { compare, normalise, parseCell } from "./values.js";
import { t } from "./texts.js";
import { rowState } from "./states.js";

/** Under this name the server says why a whole row is closed. */
export const WHOLE_ROW = "*";

/** One row. `c` is the server's text per column, `edits` what was typed since, `sent` what is on its way. */
function makeRow(given) {
  const row = { uid: given.tmp || `r${given.id}`, isNew: !given.id, edits: new Map(), sent: null, confirm: new Map() };
  return takeServerRow(row, given);
}

function takeServerRow(row, given) {
  return Object.assign(row, {
    id: given.id || row.id || null,
    v: given.v ?? row.v ?? 0,
    c: given.c,
    f: given.f || {},
    l: given.l || {},
    d: given.d || {},
    by: given.by ?? row.by,
    invalid: {},
    conflicts: null,
    problem: "",
    blocked: false,
    later: null,
  });
}

/** Build the ledger of one rows answer. `events` tells the other parts what changed. */
export class Ledger {
  constructor(data, events) {
    this.events = events;
    this.slug = data.ledger;
    this.year = data.year;
    this.changeSet = data.change_set;
    this.mayEdit = data.may_edit;
    this.mayAdd = data.may_add;
    this.groups = data.groups;
    this.totals = data.totals || {};
    this.columns = data.columns;
    this.columnAt = new Map(data.columns.map((column, index) => [column.key, index]));
    this.rows = data.rows.map(makeRow);
    this.byUid = new Map(this.rows.map((row) => [row.uid, row]));
    this.byId = new Map(this.rows.map((row) => [row.id, row]));
    this.filter = { q: "", problems: false };
    this.sort = null;
    this.view = [];
    this.made = 0;
    this.rebuildView();
  }

  column(key) {
    return this.columns[this.columnAt.get(key)];
  }

  /** What the server holds for a cell: the kept wrong entry, or the value. */
  baseText(row, key) {
    return row.d[key] ?? row.c[this.columnAt.get(key)] ?? "";
  }

  /** What the official sees in a cell. */
  text(row, key) {
    return row.edits.get(key) ?? this.baseText(row, key);
  }

  /** Put a text into a cell as the official's own entry. Answers the text that now stands there. */
  setText(row, key, typed) {
    const read = parseCell(this.column(key), typed);
    const onItsWay = row.sent && row.sent.cells.has(key);
    if (!onItsWay && read.text === this.baseText(row, key)) row.edits.delete(key);
    else row.edits.set(key, read.text);
    delete row.invalid[key];
    if (!read.ok) row.invalid[key] = read.message;
    row.blocked = false;
    row.problem = "";
    return read.text;
  }

  /** Why a cell cannot be changed, or "" when it can. */
  lockReason(row, key) {
    const column = this.column(key);
    if (!this.mayEdit) return t("locked_read_only");
    if (row.gone) return t("row_gone");
    const closed = row.l[key] || row.l[WHOLE_ROW];
    if (closed) return closed;
    if (column.fixed && !row.isNew) return t("locked_fixed");
    return column.readonly ? t("locked_column") : "";
  }

  /** Whether a column is closed in every row, as the planned figures are once the plan is issued. */
  isClosedColumn(key) {
    if (!this.closedColumns) {
      const closed = (column) => this.rows.length > 1 && this.rows.every((row) => row.isNew || row.l[column.key]);
      this.closedColumns = new Set(this.columns.filter(closed).map((column) => column.key));
    }
    return this.closedColumns.has(key);
  }

  /** The findings of a cell that still hold: those of a cell edited since wait for the server's answer. */
  findings(row, key) {
    if (row.edits.has(key)) return [];
    return row.f[key] || [];
  }

  /** What a new row needs before it is worth sending: its name. What else is required the server says. */
  missing(row) {
    if (!row.isNew) return [];
    return this.columns.filter((column) => column.required && column.frozen && this.text(row, column.key) === "");
  }

  isBlank(row) {
    return row.isNew && this.columns.every((column) => this.text(row, column.key) === "");
  }

  /** Whether the row holds something the server does not. */
  isUnsaved(row) {
    return row.sent !== null || (row.edits.size > 0 && !this.isBlank(row));
  }

  /** Append empty rows; they exist on this page only until they are saved. */
  addRows(count) {
    const rows = [];
    for (let i = 0; i < count; i += 1) {
      do this.made += 1;
      while (this.byUid.has(`n${this.made}`));
      rows.push(makeRow({ tmp: `n${this.made}`, c: this.columns.map(() => "") }));
    }
    this.insertRows(rows);
    return rows;
  }

  insertRows(rows) {
    this.closedColumns = null;
    rows.forEach((row) => this.byUid.set(row.uid, row));
    this.rows.push(...rows);
    this.view.push(...rows);
    this.numberRows();
    this.events.emit("view");
  }

  removeRows(uids) {
    const gone = new Set(uids);
    this.rows = this.rows.filter((row) => !gone.has(row.uid));
    this.view = this.view.filter((row) => !gone.has(row.uid));
    gone.forEach((uid) => {
      const row = this.byUid.get(uid);
      this.byUid.delete(uid);
      if (row && row.id) this.byId.delete(row.id);
    });
    this.numberRows();
    this.events.emit("view");
  }

  /** Take what the server answered for a row. Edits that were not part of it stay. */
  absorb(row, given) {
    const kept = new Map(row.edits);
    const invalid = row.invalid;
    takeServerRow(row, given);
    this.closedColumns = null;
    if (row.id) {
      this.byId.set(row.id, row);
      row.isNew = false;
    }
    row.edits = new Map();
    kept.forEach((text, key) => {
      if (text === this.baseText(row, key)) return;
      row.edits.set(key, text);
      if (invalid[key]) row.invalid[key] = invalid[key];
    });
    this.events.emit("rows", [row]);
  }

  /** Take rows others changed. Rows with something unsaved keep it: the save itself settles who changed what. */
  absorbChanges(given, removed, isOpen) {
    const added = [];
    const touched = [];
    for (const data of given) {
      const row = this.byId.get(data.id);
      if (!row) added.push(makeRow(data));
      else if (data.v <= row.v) continue;
      else if (this.isUnsaved(row) || isOpen(row)) row.later = data;
      else {
        this.absorb(row, data);
        touched.push(row);
      }
    }
    if (added.length) {
      added.forEach((row) => this.byId.set(row.id, row));
      this.insertRows(added);
    }
    const gone = removed.map((id) => this.byId.get(id)).filter(Boolean);
    gone.filter((row) => this.isUnsaved(row) || isOpen(row)).forEach((row) => this.markGone(row));
    const leaving = gone.filter((row) => !row.gone);
    if (leaving.length) this.removeRows(leaving.map((row) => row.uid));
    return touched.length + added.length + gone.length;
  }

  /** Take the newer state of a row that had to wait while something of it was unsaved or being typed. */
  takeLater(row) {
    const { later } = row;
    if (!later || this.isUnsaved(row)) return;
    row.later = null;
    if (later.v > row.v) this.absorb(row, later);
  }

  /** The row was taken out by somebody else while this page held entries for it: keep them in sight. */
  markGone(row) {
    Object.assign(row, { gone: true, blocked: true, sent: null, problem: t("row_gone") });
    this.events.emit("rows", [row]);
  }

  /** Turn a removed row into a new one with everything the official sees in it. */
  reviveAsNew(row) {
    const texts = this.columns.map((column) => [column.key, this.text(row, column.key)]);
    this.byId.delete(row.id);
    takeServerRow(row, { c: this.columns.map(() => "") });
    Object.assign(row, { id: null, v: 0, isNew: true, gone: false, edits: new Map() });
    texts.filter(([key, text]) => text !== "" && !this.column(key).readonly).forEach(([key, text]) => this.setText(row, key, text));
    this.events.emit("rows", [row]);
  }

  numberRows() {
    this.rows.forEach((row, index) => {
      row.number = index + 1;
    });
    this.view.forEach((row, index) => {
      row.index = index;
    });
  }

  /** Apply filter and sort anew. Not done after every edit, so that rows do not jump while one types. */
  rebuildView() {
    const words = normalise(this.filter.q).toLowerCase().split(/\s+/).filter(Boolean);
    let view = this.rows;
    if (this.filter.problems) view = view.filter((row) => ["soft", "hard", "conflict"].includes(rowState(this, row)));
    if (words.length) view = view.filter((row) => words.every((word) => this.rowHas(row, word)));
    view = [...view];
    if (this.sort) {
      const [key, direction] = this.sort;
      const column = this.column(key);
      view.sort((a, b) => {
        const [left, right] = [this.text(a, key), this.text(b, key)];
        // Blanks stay last both ways, as in Excel.
        if (left === "" || right === "") return compare(column, left, right);
        return compare(column, left, right) * (direction === "desc" ? -1 : 1);
      });
    }
    this.rows.forEach((row) => {
      row.index = -1;
    });
    this.view = view;
    this.numberRows();
    this.events.emit("view");
  }

  rowHas(row, word) {
    return this.columns.some((column) => normalise(this.text(row, column.key)).toLowerCase().includes(word));
  }
}
