/** The total row under the table: exact sums of what is shown, unsaved entries included. */
import { el, fill, oncePerFrame } from "./dom.js";
import { display, sum } from "./values.js";
import { t } from "./texts.js";

/** Writes SlickGrid's footer row. */
export class Totals {
  constructor(app) {
    this.app = app;
    this.draw = oncePerFrame(() => this.write());
    ["rows", "view", "columns"].forEach((name) => app.events.on(name, this.draw));
    this.write();
  }

  write() {
    const { ledger, surface } = this.app;
    surface.grid.getColumns().forEach((slick, index) => {
      const node = surface.grid.getFooterRowColumn(index);
      if (!node) return;
      node.setAttribute("role", "gridcell");
      node.setAttribute("aria-colindex", slick.cellAttrs["aria-colindex"]);
      node.className = `${node.className.replace(/ lg-\S+/g, "")} ${slick.cssClass || ""}`;
    });
    const filtered = ledger.view.length !== ledger.rows.length;
    surface.shown.forEach((column, index) => {
      const node = surface.grid.getFooterRowColumn(column.key);
      if (!node) return;
      if (index === 0) fill(node, t(filtered ? "total_of_shown" : "total", { count: ledger.view.length }));
      else fill(node, el("span", { class: "lg-value" }, this.of(column, filtered)));
    });
  }

  /** The sum of a column; a total of another sort comes from the server and holds for the whole ledger. */
  of(column, filtered) {
    const { ledger } = this.app;
    if (column.total === "sum") return display(column, sum(ledger.view.map((row) => ledger.text(row, column.key))));
    if (column.total === "count") return String(ledger.view.filter((row) => ledger.text(row, column.key) !== "").length);
    const given = ledger.totals[column.key];
    return given !== undefined && !filtered ? display(column, given) : "";
  }
}
