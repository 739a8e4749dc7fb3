/** Confirm a questionable value with a written reason, from the message line or together with a paste. */
import { byId } from "./dom.js";
import { t } from "./texts.js";

/** The dialog for one reason, and the confirmations that wait until their row is saved. */
export class Reasons {
  constructor(app) {
    this.app = app;
    this.dialog = byId("grid-reason");
    this.input = byId("grid-reason-text");
    this.note = byId("grid-reason-note");
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.confirmAsked();
    });
    byId("grid-reason-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => app.editor.focus());
  }

  ask(row, finding) {
    this.asked = { row, finding };
    byId("grid-reason-finding").textContent = `${this.app.nameOf(row)} ${finding.message}`;
    this.note.textContent = "";
    this.input.value = "";
    this.dialog.showModal();
    this.input.focus();
  }

  async confirmAsked() {
    const { row, finding } = this.asked;
    const reason = this.input.value.trim();
    if (!reason) {
      this.note.textContent = t("reason_needed");
      return;
    }
    const problem = await this.send(row, finding.code, reason);
    if (problem) this.note.textContent = problem;
    else this.dialog.close();
  }

  /** Confirm one finding of a saved row. Answers what went wrong, or "". */
  async send(row, code, reason) {
    try {
      const answer = await this.app.api.post("confirm", { id: row.id, code, reason });
      row.confirm.delete(code);
      this.app.ledger.absorb(row, answer.row);
      this.app.say(t("finding_confirmed", { name: this.app.nameOf(row) }));
      return "";
    } catch (error) {
      if (!error.kind) throw error;
      if (error.kind === "login") this.app.session.ask();
      return error.message && error.message !== error.kind ? error.message : t("confirm_failed");
    }
  }

  /** A row with reasons given in the paste preview was saved: confirm what the server now finds. */
  async afterSave(row) {
    if (!row.confirm.size || row.edits.size) return;
    const open = Object.values(row.f).flat().filter((finding) => !finding.confirmed && row.confirm.has(finding.code));
    for (const finding of open) {
      const problem = await this.send(row, finding.code, row.confirm.get(finding.code));
      if (problem) this.app.say(problem);
    }
    row.confirm.clear();
  }
}
