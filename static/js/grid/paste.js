/**
 * A pasted block before it touches the ledger: which cell would become what, what the server says to it,
 * and the one step that applies it.
 */
import { PastePanel } from "./paste_panel.js";
import { LEADING } from "./surface.js";
import { signOf } from "./states.js";
import { parseCell, sameValue } from "./values.js";
import { t } from "./texts.js";

/** Pastes up to this size, with nothing to look at, are applied without the preview. */
const SMALL = 20;
const FRAME = ["pv-top", "pv-bottom", "pv-left", "pv-right"];

/** The open paste, if any, and its acts. */
export class Paste {
  constructor(app) {
    this.app = app;
    this.plan = null;
    this.panel = new PastePanel(app, this);
    this.asked = 0;
  }

  isOpen() {
    return this.plan !== null;
  }

  /** Lay a block over the table at the selection. Small harmless pastes are applied at once. */
  begin(given, merged) {
    const { selection } = this.app;
    const range = selection.range();
    const block = tiled(given, range);
    const target = {
      top: range.top,
      left: range.left,
      bottom: Math.min(selection.lastRow, range.top + block.length - 1),
      right: Math.min(selection.lastCell, range.left + block[0].length - 1),
    };
    const { rows, columns } = selection.content(target);
    this.plan = {
      block,
      columns,
      rows,
      merged,
      cells: new Map(),
      added: [],
      extraColumns: block[0].length - columns.length,
      totals: [],
      checking: true,
      problem: "",
    };
    this.fillCells(rows, 0);
    if (this.isHarmless()) this.applyAtOnce();
    else this.openPreview();
  }

  /** Enter pasted texts for these rows, beginning at a line of the block. */
  fillCells(rows, line) {
    rows.forEach((row, index) => {
      this.plan.columns.forEach((column, at) => {
        const cell = { row, key: column.key, typed: this.plan.block[line + index][at], accepted: false, reason: "" };
        this.judge(cell, column);
        this.plan.cells.set(nameOf(row, column.key), cell);
      });
    });
  }

  /** What can be told without the server: closed, unreadable, the same, changed. */
  judge(cell, column) {
    const { ledger } = this.app;
    const lock = ledger.lockReason(cell.row, cell.key);
    const read = parseCell(column, cell.typed);
    cell.old = ledger.text(cell.row, cell.key);
    cell.now = read.text;
    cell.message = "";
    cell.code = "";
    if (lock) Object.assign(cell, { verdict: "locked", message: lock });
    else if (!read.ok) Object.assign(cell, { verdict: "hard", message: read.message });
    else cell.verdict = sameValue(column, cell.old, read.text) ? "same" : "changed";
  }

  extraRows() {
    return this.plan.block.length - this.plan.rows.length;
  }

  isHarmless() {
    const { plan } = this;
    const small = plan.rows.length * plan.columns.length <= SMALL || plan.block.length === 1;
    const quiet = [...plan.cells.values()].every((cell) => cell.verdict === "changed" || cell.verdict === "same");
    return small && quiet && !plan.merged && this.extraRows() <= 0 && plan.extraColumns <= 0;
  }

  applyAtOnce() {
    const cells = this.toApply();
    const { rows, columns } = this.plan;
    this.plan = null;
    this.app.commands.apply(t("undo_paste", { count: cells.length }), cells);
    this.select(rows, columns);
  }

  openPreview() {
    this.app.editor.commit();
    this.markRows(true);
    this.app.panel.open("paste", t("paste_title"), () => this.discard());
    this.check();
    this.changed();
    // As much of the block as fits beside the panel, its first column in any case.
    const cell = this.app.surface.shown.indexOf(this.plan.columns[0]) + LEADING;
    this.app.surface.reveal(this.plan.rows[0].index, cell + this.plan.columns.length - 1);
    this.app.surface.reveal(this.plan.rows[0].index, cell);
  }

  markRows(marked) {
    this.plan.rows.forEach((row) => {
      row.preview = marked;
    });
  }

  /** Ask the server what it says to every cell. Unsaved entries go first, so that it judges what stands here. */
  async check() {
    const { app, plan } = this;
    const ticket = (this.asked += 1);
    Object.assign(plan, { checking: true, problem: "" });
    try {
      await app.saving.flush();
      const cells = [...plan.cells.values()].map((cell) => [wireId(cell.row), cell.key, cell.typed]);
      const answer = await app.api.post("preview", { cells });
      if (ticket !== this.asked || plan !== this.plan) return;
      this.take(answer);
    } catch (error) {
      if (!error.kind) throw error;
      if (plan === this.plan) plan.problem = error.message && error.message !== error.kind ? error.message : t("preview_failed");
      if (error.kind === "login") app.session.ask();
    }
    plan.checking = false;
    if (plan === this.plan) this.changed();
  }

  take(answer) {
    const byRow = new Map(this.plan.rows.map((row) => [wireId(row), row]));
    for (const [id, key, said] of answer.cells) {
      const row = byRow.get(id);
      const cell = row && this.plan.cells.get(nameOf(row, key));
      if (!cell || cell.kept || cell.verdict === "locked") continue;
      cell.now = said.new ?? cell.now;
      // A kept wrong entry stands in the cell: to the server the value is the same, to the official it changes.
      const changes = said.verdict === "same" && !sameValue(this.app.ledger.column(key), cell.old, cell.now);
      cell.verdict = changes ? "changed" : said.verdict;
      cell.message = [said.message, said.verdict === "hard" ? said.mend : ""].filter(Boolean).join(" ");
      cell.code = said.code || "";
    }
    this.plan.totals = answer.totals || [];
  }

  /** Draw table and panel after something of the paste changed. */
  changed() {
    this.app.surface.redraw();
    this.panel.draw();
    this.app.events.emit("paste");
  }

  /** The rows that did not fit become new rows at the end of the ledger. */
  addRows() {
    const from = this.plan.rows.length;
    const rows = this.app.ledger.addRows(this.extraRows());
    this.plan.added.push(...rows.map((row) => row.uid));
    this.plan.rows = [...this.plan.rows, ...rows];
    this.fillCells(rows, from);
    this.markRows(true);
    this.check();
    this.changed();
    this.app.surface.reveal(rows[rows.length - 1].index, this.app.selection.cell);
  }

  counts() {
    const counts = { changed: 0, soft: 0, hard: 0, locked: 0, same: 0 };
    this.plan.cells.forEach((cell) => {
      counts[cell.verdict] += 1;
    });
    return counts;
  }

  /** The cells that applying would write: the changed ones, and the questionable ones that were confirmed. */
  toApply() {
    return [...this.plan.cells.values()]
      .filter((cell) => cell.verdict === "changed" || (cell.verdict === "soft" && cell.accepted))
      .map((cell) => ({ row: cell.row, key: cell.key, text: cell.now }));
  }

  /** Confirmed cells that still lack their reason. */
  withoutReason() {
    return [...this.plan.cells.values()].filter((cell) => cell.verdict === "soft" && cell.accepted && !cell.reason.trim());
  }

  apply() {
    const { plan } = this;
    const cells = this.toApply();
    plan.cells.forEach((cell) => {
      if (cell.verdict === "soft" && cell.accepted && cell.code) cell.row.confirm.set(cell.code, cell.reason.trim());
    });
    const left = plan.cells.size - cells.length - this.counts().same;
    this.markRows(false);
    this.plan = null;
    this.app.panel.close();
    this.app.commands.apply(t("undo_paste", { count: cells.length }), cells, { added: plan.added, quiet: true });
    this.select(plan.rows, plan.columns);
    this.app.surface.redraw();
    this.app.say(t(left ? "paste_applied_left" : "paste_applied", { count: cells.length, left }));
    this.app.events.emit("paste");
  }

  /** Drop the paste; the ledger stays as it was. */
  discard() {
    if (!this.plan) return;
    const { plan } = this;
    this.markRows(false);
    this.plan = null;
    if (plan.added.length) this.app.selection.keepPlace(() => this.app.ledger.removeRows(plan.added));
    if (this.app.panel.isOpen("paste")) this.app.panel.close();
    this.app.surface.redraw();
    this.app.events.emit("paste");
  }

  select(rows, columns) {
    const { selection, surface } = this.app;
    const cell = surface.shown.indexOf(columns[0]) + LEADING;
    selection.go(rows[0].index, cell);
    selection.go(rows[rows.length - 1].index, cell + columns.length - 1, { extend: true });
    surface.reveal(rows[0].index, cell);
    selection.paint();
  }

  cell(row, key) {
    return this.plan ? this.plan.cells.get(nameOf(row, key)) : undefined;
  }

  /** What a cell of the paste shows, or null outside the paste. */
  cellAt(row, key) {
    const cell = this.cell(row, key);
    if (!cell) return null;
    const stays = cell.verdict === "locked" || cell.verdict === "same";
    const sign = { soft: signOf("soft"), hard: signOf("hard"), locked: signOf("locked") }[cell.verdict] || "";
    return { shown: stays ? cell.old : cell.now, sign };
  }

  /** The class names of a cell of the paste: its verdict and its sides on the frame. */
  classesAt(row, key) {
    const cell = this.cell(row, key);
    if (!cell) return null;
    const { rows, columns } = this.plan;
    const sides = [row === rows[0], row === rows[rows.length - 1], key === columns[0].key, key === columns[columns.length - 1].key];
    return [`pv-${cell.verdict}`, ...FRAME.filter((name, index) => sides[index])];
  }

  textAt(row, key) {
    const cell = this.cell(row, key);
    if (!cell || cell.verdict === "locked") return this.app.ledger.text(row, key);
    return cell.verdict === "hard" ? cell.typed : cell.now;
  }

  /** While a paste is open only its own cells can be edited; they change the paste, not the ledger. */
  editRefusal(row, key) {
    if (!this.plan) return "";
    return this.cell(row, key) ? "" : t("finish_paste_first");
  }

  editCell(row, key, text) {
    const cell = this.cell(row, key);
    if (!cell || cell.typed === text) return;
    Object.assign(cell, { typed: text, accepted: false, kept: false });
    this.judge(cell, this.app.ledger.column(key));
    this.check();
    this.changed();
  }

  /** Leave this cell as it is in the ledger. */
  keepOld(cell) {
    Object.assign(cell, { verdict: "same", now: cell.old, accepted: false, kept: true, message: "" });
    this.changed();
  }
}

/** A row that is not saved yet is spoken of by its number, negative. */
function wireId(row) {
  return row.id || -row.number;
}

function nameOf(row, key) {
  return `${row.uid} ${key}`;
}

/** A block repeated over the selection when it fits a whole number of times, as in Excel. */
function tiled(block, range) {
  const height = range.bottom - range.top + 1;
  const width = range.right - range.left + 1;
  const fits = height % block.length === 0 && width % block[0].length === 0;
  if (!fits || (height === block.length && width === block[0].length)) return block;
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, at) => block[row % block.length][at % block[0].length]),
  );
}
