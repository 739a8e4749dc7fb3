/** Ask every so often what others changed. Such questions say that they are automatic. */
import { t } from "./texts.js";

const EVERY = 20000;

/** Asks while the page is visible, and once when it becomes visible again. */
export class Polling {
  constructor(app) {
    this.app = app;
    setInterval(() => this.ask(), EVERY);
    document.addEventListener("visibilitychange", () => this.ask());
  }

  async ask() {
    const { app } = this;
    if (document.hidden || app.session.ended || this.asking || app.paste.isOpen()) return;
    this.asking = true;
    try {
      const answer = await app.api.get("changes", { since: app.ledger.changeSet }, { background: true });
      app.ledger.changeSet = answer.change_set;
      const count = app.ledger.absorbChanges(answer.rows, answer.removed || [], (row) => app.editor.isOpenOn(row));
      if (count) app.say(t("others_changed", { count }));
    } catch (error) {
      if (error.kind === "login") this.sessionEnded();
      // A broken line shows where something is being saved; a missed look at others' rows is made up next time.
      else if (error.kind === undefined) throw error;
    } finally {
      this.asking = false;
    }
  }

  sessionEnded() {
    if (this.app.saving.hasUnsaved()) this.app.saving.pause("login");
    else this.app.session.ended = true;
    this.app.events.emit("status");
  }
}
