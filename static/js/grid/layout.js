/**
 * Which columns are shown: groups that fold to their first column, columns that are hidden, widths.
 * Frozen columns always stay. Nothing here touches values: a hidden column keeps its cells.
 */
import { byId, el, fill } from "./dom.js";
import { LEADING } from "./surface.js";
import { t } from "./texts.js";
import { display, sum } from "./values.js";

/** A column without a width of its own is as wide as its longest cell, within these bounds in pixels. */
const NARROWEST = 52;
const WIDEST = 220;
const WIDEST_HEAD = 150;
const PADDING = 16;

/** Column layout of the open ledger. */
export class Layout {
  constructor(app) {
    this.app = app;
    this.hidden = new Set();
    this.folded = new Set();
    this.widths = new Map();
    if (window.innerWidth < 1200) app.ledger.groups.slice(2).forEach((group) => this.folded.add(group.key));
  }

  /** The width of a column: as the official drew it, else as declared, but never too narrow for its total. */
  widthOf(column) {
    if (!this.widths.has(column.key)) this.widths.set(column.key, this.fittingWidth(column));
    return this.widths.get(column.key);
  }

  fittingWidth(column) {
    const { rows } = this.app.ledger;
    const pen = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(this.app.parts.wrapper);
    const long = (text, weight, size) => {
      pen.font = `${weight} ${size}px ${style.fontFamily}`;
      return pen.measureText(text).width;
    };
    const texts = rows.map((row) => this.app.ledger.text(row, column.key));
    const sign = this.app.ledger.isClosedColumn(column.key) ? `${t("sign_locked")} ` : "";
    const head = long(`${sign}${column.header} ${column.unit || ""}`, 400, 12);
    const total = column.total === "sum" ? long(display(column, sum(texts)), 700, 13) : 0;
    const least = Math.max(NARROWEST, head, total) + PADDING;
    if (column.width) return Math.ceil(Math.max(column.width, total + PADDING, Math.min(head + PADDING, WIDEST_HEAD)));
    const longest = texts.map((text) => display(column, text)).reduce((a, b) => (b.length > a.length ? b : a), "");
    return Math.ceil(Math.max(least, Math.min(WIDEST, long(longest, 400, 13) + PADDING)));
  }

  /** The ledger's columns in the order shown: frozen ones first, then group by group. */
  ordered() {
    const columns = this.app.ledger.columns;
    const rank = new Map(this.app.ledger.groups.map((group, index) => [group.key, index]));
    const frozen = columns.filter((column) => column.frozen);
    const others = columns.filter((column) => !column.frozen);
    others.sort((a, b) => (rank.get(a.group) ?? 99) - (rank.get(b.group) ?? 99));
    return [...frozen, ...others];
  }

  shownColumns() {
    const opened = new Set();
    return this.ordered().filter((column) => {
      if (column.frozen) return true;
      if (this.hidden.has(column.key)) return false;
      if (!this.folded.has(column.group)) return true;
      const first = !opened.has(column.group);
      opened.add(column.group);
      return first;
    });
  }

  /** Whether a column is the last shown one of its group, where a stronger line is drawn. */
  endsGroup(column) {
    const shown = this.shownColumns();
    const next = shown[shown.indexOf(column) + 1];
    return next !== undefined && next.group !== column.group && !column.frozen;
  }

  /** The spreadsheet letter of a column. State and row number are A and B; hidden columns keep their letter. */
  letter(key) {
    let index = this.ordered().findIndex((column) => column.key === key) + LEADING;
    let letter = "";
    do {
      letter = String.fromCharCode(65 + (index % 26)) + letter;
      index = Math.floor(index / 26) - 1;
    } while (index >= 0);
    return letter;
  }

  address(row, key) {
    return `${this.letter(key)}${row.number}`;
  }

  /** Draw the group buttons over the headers; both halves scroll with their columns. */
  drawGroups() {
    const grid = this.app.surface.grid;
    const left = [];
    const right = [];
    for (const run of this.runs()) {
      (run.frozen ? left : right).push(run.group ? this.groupHead(run) : this.emptyHead(run));
    }
    fill(grid.getPreHeaderPanelLeft(), left);
    fill(grid.getPreHeaderPanelRight(), right);
    this.app.accessibility.setHeads();
  }

  /** Neighbouring shown columns of one group, with their width together. */
  runs() {
    const columns = this.app.surface.grid.getColumns();
    const runs = [];
    columns.forEach((slick, index) => {
      const column = this.app.surface.shown[index - LEADING];
      const frozen = !column || Boolean(column.frozen);
      const key = frozen ? null : column.group;
      const last = runs[runs.length - 1];
      if (last && last.frozen === frozen && last.key === key) last.width += slick.width;
      else runs.push({ frozen, key, width: slick.width, group: this.app.ledger.groups.find((group) => group.key === key) });
    });
    return runs;
  }

  emptyHead(run) {
    const head = el("div", { class: "lg-group lg-group-empty", role: "presentation" });
    head.style.width = `${run.width}px`;
    return head;
  }

  groupHead(run) {
    const { key, label } = run.group;
    const open = !this.folded.has(key);
    const members = this.app.ledger.columns.filter((column) => column.group === key && !column.frozen && !this.hidden.has(column.key));
    const text = open ? label : t("group_folded", { label, count: members.length });
    const button = el(
      "button",
      { type: "button", class: "lg-group-button", ariaExpanded: String(open), title: text, on: { click: () => this.toggleGroup(key) } },
      el("span", { ariaHidden: "true" }, open ? "▾ " : "▸ "),
      text,
    );
    const head = el("div", { class: "lg-group", role: "columnheader" }, button);
    head.style.width = `${run.width}px`;
    return head;
  }

  toggleGroup(key) {
    this.app.editor.commit();
    if (!this.folded.delete(key)) this.folded.add(key);
    this.changed();
  }

  setHidden(key, hidden) {
    if (hidden) this.hidden.add(key);
    else this.hidden.delete(key);
    this.changed();
  }

  /** Columns were hidden, shown, folded or unfolded: draw them and keep the active cell on its column. */
  changed() {
    this.app.selection.keepPlace(() => this.app.surface.resetColumns());
    this.app.events.emit("columns");
  }

  rememberWidths() {
    this.app.surface.grid.getColumns().slice(LEADING).forEach((slick) => this.widths.set(slick.id, slick.width));
  }

  /** The list behind the button 列: every column that may be hidden, by group. */
  drawChooser() {
    const groups = this.app.ledger.groups.map((group) => {
      const columns = this.ordered().filter((column) => column.group === group.key && !column.frozen);
      if (!columns.length) return null;
      return el("fieldset", {}, el("legend", {}, group.label), columns.map((column) => this.chooserLine(column)));
    });
    const showAll = el("button", { type: "button", class: "btn btn-sm", on: { click: () => this.showAll() } }, t("show_all_columns"));
    fill(byId("grid-columns-list"), groups, showAll);
  }

  chooserLine(column) {
    const change = (event) => this.setHidden(column.key, !event.target.checked);
    const box = el("input", { type: "checkbox", checked: !this.hidden.has(column.key), on: { change } });
    return el("label", { class: "lg-check" }, box, el("span", {}, column.header));
  }

  showAll() {
    this.hidden.clear();
    this.folded.clear();
    this.changed();
    this.drawChooser();
  }
}
