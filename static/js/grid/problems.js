/** On a narrow screen: the rows that need somebody, each with what is wrong and a way to the form of the row. */
import { byId, el, fill } from "./dom.js";
import { rowState, signOf } from "./states.js";
import { t } from "./texts.js";

/** Draws the list of problem rows. `formUrl` is the address of a row's plain form with 0 for its number. */
export class Problems {
  constructor(app, formUrl) {
    this.app = app;
    this.formUrl = formUrl;
    this.node = byId("grid-problem-list");
    this.note = byId("grid-problem-note");
  }

  draw() {
    const { ledger } = this.app;
    const rows = ledger.rows.map((row) => [row, rowState(ledger, row)]).filter(([, state]) => ["soft", "hard", "conflict", "unsaved"].includes(state));
    this.note.textContent = rows.length ? t("problem_rows", { count: rows.length, all: ledger.rows.length }) : t("no_problem_rows", { all: ledger.rows.length });
    fill(this.node, rows.map(([row, state]) => this.item(row, state)));
  }

  item(row, state) {
    const lines = [];
    for (const column of this.app.ledger.columns) {
      const { tone, text } = this.app.message.describe(row, column);
      if (["soft", "hard", "conflict"].includes(tone) && (this.app.firstMarkedKey(row) === null || this.marked(row, column))) {
        const value = this.app.message.measured(column, this.app.ledger.text(row, column.key));
        lines.push(el("p", { class: "lg-why" }, el("b", {}, `${column.header} ${value}`), ` ${text}`));
      }
    }
    const name = row.id && this.formUrl ? el("a", { href: this.formUrl.replace("/0/", `/${row.id}/`) }, this.app.nameOf(row)) : el("b", {}, this.app.nameOf(row));
    return el("li", { class: `lg-eye is-${state}` }, el("p", {}, el("span", { class: "lg-eye-sign" }, `${signOf(state)} ${t(`state_${state}`)}`), " ", name), lines);
  }

  marked(row, column) {
    return this.app.cellIsMarked(row, column.key);
  }
}
