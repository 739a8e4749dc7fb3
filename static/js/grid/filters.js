/** Find, only rows with problems, sort: which rows are shown and in what order. */
import { byId } from "./dom.js";
import { rowState } from "./states.js";
import { t } from "./texts.js";

const TYPING_REST = 200;

/** The controls above the table that choose rows. */
export class Filters {
  constructor(app) {
    this.app = app;
    this.find = byId("grid-find");
    this.problems = byId("grid-problems");
    this.find.value = app.ledger.filter.q;
    this.find.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.set({ q: this.find.value }), TYPING_REST);
    });
    this.find.addEventListener("keydown", (event) => this.findKeys(event));
    this.problems.addEventListener("click", () => this.set({ problems: !app.ledger.filter.problems }));
    ["rows", "view"].forEach((name) => app.events.on(name, () => this.draw()));
    this.draw();
  }

  findKeys(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      this.app.editor.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.find.value = "";
      this.set({ q: "" });
      this.app.editor.focus();
    }
  }

  focusFind() {
    this.find.focus();
    this.find.select();
  }

  /** Change the filter. An open paste is dropped only by its own buttons, so filters wait for it. */
  set(change) {
    if (this.app.paste.isOpen()) {
      this.app.say(t("finish_paste_first"));
      this.find.value = this.app.ledger.filter.q;
      return;
    }
    this.app.editor.commit();
    Object.assign(this.app.ledger.filter, change);
    this.apply();
    this.app.say(t("rows_shown", { shown: this.app.ledger.view.length, count: this.app.ledger.rows.length }));
  }

  apply() {
    this.find.value = this.app.ledger.filter.q;
    this.app.selection.keepPlace(() => this.app.ledger.rebuildView());
  }

  clear() {
    Object.assign(this.app.ledger.filter, { q: "", problems: false });
    this.apply();
  }

  /** Sort by a column: ascending, descending, then the ledger's own order. */
  cycleSort(key) {
    const [current, direction] = this.app.ledger.sort || [];
    if (current !== key) this.sortBy(key, "asc");
    else this.sortBy(key, direction === "asc" ? "desc" : null);
  }

  sortBy(key, direction) {
    if (this.app.paste.isOpen()) {
      this.app.say(t("finish_paste_first"));
      return;
    }
    this.app.editor.commit();
    this.app.ledger.sort = direction ? [key, direction] : null;
    this.app.selection.keepPlace(() => {
      this.app.ledger.rebuildView();
      this.app.surface.resetColumns();
    });
    this.app.events.emit("columns");
    const { header } = this.app.ledger.column(key);
    this.app.say(direction ? t(`sorted_${direction}`, { header }) : t("sorted_none"));
  }

  draw() {
    const { ledger } = this.app;
    const count = ledger.rows.filter((row) => ["soft", "hard", "conflict"].includes(rowState(ledger, row))).length;
    byId("grid-problem-count").textContent = String(count);
    this.problems.setAttribute("aria-pressed", String(ledger.filter.problems));
    this.problems.classList.toggle("has-problems", count > 0);
  }
}
