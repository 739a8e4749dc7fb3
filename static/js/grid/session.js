/**
 * An ended session, mended in the page: log in again in a dialog, nothing typed is lost. Entries are sent
 * on only when the same user came back.
 */
import { currentPlace, fetchPage } from "./api.js";
import { byId } from "./dom.js";
import { t } from "./texts.js";

/** The dialog opens when no key and no click has come for this many milliseconds. */
const QUIET = 1000;

/** The dialog to log in again. */
export class Session {
  constructor(app, place) {
    this.app = app;
    this.place = place;
    this.dialog = byId("grid-login");
    this.form = this.dialog.querySelector("form");
    this.note = byId("grid-login-note");
    this.ended = false;
    this.touchedAt = 0;
    this.timer = 0;
    ["keydown", "pointerdown"].forEach((kind) => place.addEventListener(kind, () => { this.touchedAt = Date.now(); }, true));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.logIn();
    });
    byId("grid-login-again").addEventListener("click", () => this.comeBack());
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
    app.events.on("typed", () => this.waiting && this.ask());
  }

  /**
   * The server said the session is over. The dialog waits until the official rests: opened between two cells, it
   * would take the next number for a password; opened within one, it would cut the number short.
   */
  ask() {
    this.ended = true;
    clearTimeout(this.timer);
    const rest = this.touchedAt + QUIET - Date.now();
    this.waiting = this.app.editor.isOpen;
    if (this.waiting) return;
    if (rest > 0) this.timer = setTimeout(() => this.ended && this.ask(), rest);
    else this.open();
  }

  /** Show the dialog now. */
  open() {
    clearTimeout(this.timer);
    if (this.dialog.open) return;
    this.note.textContent = t("session_ended", { count: this.app.unsavedCells() });
    this.dialog.showModal();
    this.form.elements.password.focus();
  }

  async logIn() {
    this.note.textContent = t("logging_in");
    const page = await fetchPage(this.place.dataset.loginUrl);
    const token = page && page.querySelector("[name=csrfmiddlewaretoken]");
    if (!token) {
      this.note.textContent = t("line_broken");
      return;
    }
    const form = new URLSearchParams(new FormData(this.form));
    form.set("csrfmiddlewaretoken", token.value);
    try {
      const answer = await this.app.api.postForm("login", form);
      if (answer.password_due) this.refuse(t("password_due"));
      else await this.comeBack();
    } catch (error) {
      if (!error.kind) throw error;
      this.refuse(error.kind === "busy" ? t("line_broken") : error.message);
    }
  }

  refuse(words) {
    this.note.textContent = words;
    this.form.elements.password.value = "";
    this.form.elements.password.focus();
  }

  /** Look whether somebody is logged in now, and whether it is the same user. */
  async comeBack() {
    const place = await currentPlace();
    if (!place) {
      this.refuse(t("login_failed"));
      return;
    }
    if (place.dataset.user !== this.place.dataset.user) {
      this.note.textContent = t("other_user");
      return;
    }
    this.app.api.token = place.dataset.csrf;
    this.ended = false;
    this.form.reset();
    this.dialog.close();
    this.app.say(t("session_back"));
    this.app.editor.focus();
    this.app.saving.resume();
  }
}
