/** Who changed a cell, when, from what to what, by which way and why: in the docked panel. */
import { el } from "./dom.js";
import { line } from "./panel.js";
import { display } from "./values.js";
import { t } from "./texts.js";

/** Shows the history of one cell. */
export class History {
  constructor(app) {
    this.app = app;
  }

  async open(row, column) {
    const { panel } = this.app;
    panel.open("history", t("history_title"));
    const head = line("lg-panel-note", `${this.app.layout.address(row, column.key)} ${this.app.nameOf(row)}・${column.header}`);
    panel.show([head, line("lg-panel-note", t("loading"))]);
    try {
      const answer = await this.app.api.get("history", { id: row.id, column: column.key });
      if (panel.isOpen("history")) panel.show([head, this.list(column, answer.entries)]);
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "login") this.app.session.ask();
      panel.show([head, el("p", { class: "lg-note is-hard", role: "alert" }, t("history_failed"))]);
    }
  }

  list(column, entries) {
    if (!entries.length) return line("lg-panel-note", t("history_empty"));
    const text = (value) => (value === "" || value === null || value === undefined ? t("blank_word") : display(column, value));
    const items = entries.map((entry) =>
      el(
        "li",
        {},
        el("p", { class: "lg-history-head" }, el("time", {}, entry.at), ` ${[entry.by, entry.source].filter(Boolean).join("・")}`),
        el("p", { class: "lg-change" }, el("del", {}, text(entry.old)), " → ", el("ins", {}, text(entry.new))),
        entry.reason ? el("p", { class: "lg-why" }, t("reason_was", { reason: entry.reason })) : null,
      ),
    );
    return el("ol", { class: "lg-history" }, items);
  }
}
