/** Two people changed the same cell: the official sees all three values and chooses for each cell. */
import { byId, el, fill } from "./dom.js";
import { display } from "./values.js";
import { t } from "./texts.js";

const SIDES = ["base", "theirs", "mine"];

/** The dialog over the cells of one row in conflict. */
export class Conflicts {
  constructor(app) {
    this.app = app;
    this.dialog = byId("grid-conflict");
    this.body = byId("grid-conflict-body");
    this.submit = byId("grid-conflict-save");
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.dialog.addEventListener("change", () => this.count());
    this.dialog.addEventListener("close", () => app.editor.focus());
    byId("grid-conflict-cancel").addEventListener("click", () => this.dialog.close());
    byId("grid-conflict-mine").addEventListener("click", () => this.chooseAll("mine"));
    byId("grid-conflict-theirs").addEventListener("click", () => this.chooseAll("theirs"));
  }

  open(row) {
    this.row = row;
    const kept = Object.entries(row.conflicts).map(([key, one]) => [key, { ...one, mine: row.edits.get(key) ?? one.mine }]);
    this.values = new Map(kept);
    byId("grid-conflict-title").textContent = t("conflict_title", { name: this.app.nameOf(row), count: kept.length });
    fill(this.body, kept.map(([key, one]) => this.fieldRow(key, one)));
    this.count();
    this.dialog.showModal();
  }

  fieldRow(key, one) {
    const column = this.app.ledger.column(key);
    const header = column.unit ? `${column.header} (${column.unit})` : column.header;
    const who = [one.by, one.at].filter(Boolean).join(" ");
    const cell = (side) => {
      const input = el("input", { type: "radio", name: `conflict-${key}`, value: side, required: true, ariaLabel: `${header} ${t(`side_${side}`)}` });
      const value = one[side] === "" ? t("blank_word") : display(column, one[side]);
      const by = side === "theirs" && who ? el("small", {}, who) : null;
      return el("td", {}, el("label", { class: "lg-choose" }, input, el("span", {}, value), by));
    };
    return el("tr", {}, el("th", { scope: "row" }, header), SIDES.map(cell));
  }

  chooseAll(side) {
    this.body.querySelectorAll(`input[value="${side}"]`).forEach((input) => {
      input.checked = true;
    });
    this.count();
  }

  chosen() {
    return [...this.body.querySelectorAll("input:checked")].map((input) => [input.name.slice("conflict-".length), input.value]);
  }

  count() {
    const left = this.values.size - this.chosen().length;
    this.submit.textContent = t("save_choices", { count: this.chosen().length });
    this.submit.disabled = left > 0;
    byId("grid-conflict-note").textContent = left ? t("choices_left", { count: left }) : t("choices_undo");
  }

  /** Save the choices. Taking another's value instead of one's own is a step that can be undone. */
  save() {
    const choices = Object.fromEntries(this.chosen().map(([key, side]) => [key, this.values.get(key)[side]]));
    const cells = this.chosen()
      .filter(([, side]) => side !== "mine")
      .map(([key, side]) => ({ uid: this.row.uid, key, old: this.values.get(key).mine, now: this.values.get(key)[side] }));
    this.dialog.close();
    this.app.saving.resolve(this.row, choices);
    if (cells.length) this.app.commands.remember(t("undo_conflict"), cells);
    this.app.say(t("conflict_settled", { name: this.app.nameOf(this.row) }));
  }
}
