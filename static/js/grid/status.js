/** The status bar that always tells the truth: its counts add up to the number of rows. */
import { byId, el, fill, oncePerFrame } from "./dom.js";
import { countStates, ROW_STATES, rowState, signOf } from "./states.js";
import { display, grouped, isNumeric, sum } from "./values.js";
import { t } from "./texts.js";

const SHOWN_WHEN_NONE = new Set(["saved", "saving", "unsaved", "soft", "hard", "conflict"]);

/** Draws counts, the saving state, what is selected, and undo and redo. */
export class Status {
  constructor(app) {
    this.app = app;
    this.counts = byId("grid-counts");
    this.saving = byId("grid-saving");
    this.chosen = byId("grid-chosen");
    this.draw = oncePerFrame(() => this.write());
    this.drawChosen = oncePerFrame(() => this.writeChosen());
    ["rows", "view", "status", "paste"].forEach((name) => app.events.on(name, this.draw));
    ["selection", "rows"].forEach((name) => app.events.on(name, this.drawChosen));
    byId("grid-undo").addEventListener("click", () => app.commands.undo());
    byId("grid-redo").addEventListener("click", () => app.commands.redo());
    byId("grid-leave").addEventListener("click", () => app.leaveGrid());
    byId("grid-help-open").addEventListener("click", () => app.help.open());
    app.events.on("undo", () => this.drawUndo());
    setInterval(() => app.saving.paused === "busy" && this.writeSaving(), 1000);
    this.drawUndo();
    this.write();
  }

  write() {
    const { ledger } = this.app;
    const counts = countStates(ledger);
    const parts = ROW_STATES.filter((state) => counts[state] > 0 || SHOWN_WHEN_NONE.has(state)).map((state) => this.part(state, counts[state]));
    fill(this.counts, el("span", { class: "lg-rows" }, t("rows_count", { count: ledger.rows.length })), parts);
    this.writeSaving();
  }

  /** One state with its number; a click leads to the next row in that state. */
  part(state, count) {
    const words = `${signOf(state)} ${t(`state_${state}`)} ${grouped(String(count))}`;
    const classes = `lg-state is-${state}${count ? "" : " is-none"}`;
    if (!count || state === "saved") return el("span", { class: classes }, words);
    return el("button", { type: "button", class: classes, title: t("next_in_state"), on: { click: () => this.next(state) } }, words);
  }

  next(state) {
    const { ledger, selection } = this.app;
    const { view } = ledger;
    const order = [...view.slice(selection.row + 1), ...view.slice(0, selection.row + 1), ...ledger.rows.filter((row) => row.index < 0)];
    const row = order.find((one) => rowState(ledger, one) === state);
    if (!row) return;
    const key = this.app.firstMarkedKey(row) || this.app.surface.shown[0].key;
    selection.goTo(row, key);
  }

  /** Why saving waits, and what to do about it. */
  writeSaving() {
    const { saving, session } = this.app;
    if (saving.paused === "busy") {
      const seconds = Math.max(0, Math.ceil((saving.retryAt - Date.now()) / 1000));
      const again = el("button", { type: "button", class: "lg-link", on: { click: () => saving.retryNow() } }, t("try_now"));
      fill(this.saving, `${saving.retryReason} ${t("retry_in", { seconds })} `, again);
    } else if (session.ended) {
      fill(this.saving, t("session_over"), " ", el("button", { type: "button", class: "lg-link", on: { click: () => session.open() } }, t("log_in_again")));
    } else fill(this.saving);
  }

  drawUndo() {
    byId("grid-undo").disabled = this.app.commands.done.length === 0;
    byId("grid-redo").disabled = this.app.commands.undone.length === 0;
  }

  /** Count and sum of the selected cells, as spreadsheet programs show them. */
  writeChosen() {
    const { selection, blocks } = this.app;
    if (!selection.isWide()) {
      this.chosen.textContent = "";
      return;
    }
    const cells = blocks.selected();
    const texts = cells.map((cell) => [this.app.ledger.column(cell.key), this.app.paste.textAt(cell.row, cell.key)]);
    const filled = texts.filter(([, text]) => text !== "").length;
    const kinds = new Set(texts.filter(([column]) => isNumeric(column) && column.kind !== "year").map(([column]) => column.unit || ""));
    const total = kinds.size === 1 ? sum(texts.filter(([column]) => isNumeric(column) && column.kind !== "year").map(([, text]) => text)) : null;
    const words = [t("chosen_count", { count: filled })];
    if (total !== null) words.push(t("chosen_sum", { sum: display({ kind: "decimal" }, total), unit: [...kinds][0] }));
    this.chosen.textContent = words.join(" ");
  }
}
