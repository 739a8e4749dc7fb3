/**
 * An ended session, mended in the page: log in again in a dialog, nothing typed is lost. Entries are sent
 * on only when the same user came back.
 */
import { byId } from "./dom.js";
import { t } from "./texts.js";

/** The dialog to log in again. */
export class Session {
  constructor(app, place) {
    this.app = app;
    this.place = place;
    this.dialog = byId("grid-login");
    this.form = this.dialog.querySelector("form");
    this.note = byId("grid-login-note");
    this.ended = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.logIn();
    });
    byId("grid-login-again").addEventListener("click", () => this.comeBack());
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  /** The server said the session is over. Asked at once when entries wait, else at the next act. */
  ask() {
    this.ended = true;
    if (this.dialog.open) return;
    this.note.textContent = t("session_ended", { count: this.app.unsavedCells() });
    this.dialog.showModal();
    this.form.elements.password.focus();
  }

  async logIn() {
    this.note.textContent = t("logging_in");
    const page = await this.fetchPage(this.place.dataset.loginUrl);
    const token = page && page.querySelector("[name=csrfmiddlewaretoken]");
    if (!token) {
      this.note.textContent = t("line_broken");
      return;
    }
    const body = new URLSearchParams(new FormData(this.form));
    body.set("csrfmiddlewaretoken", token.value);
    const answer = await this.fetchPage(this.place.dataset.loginUrl, { method: "POST", body });
    const problem = answer && answer.querySelector(".form-errors, .field-errors");
    if (!answer) this.note.textContent = t("line_broken");
    else if (problem) this.refuse(problem.textContent.trim());
    else await this.comeBack();
  }

  refuse(words) {
    this.note.textContent = words;
    this.form.elements.password.value = "";
    this.form.elements.password.focus();
  }

  /** Look whether somebody is logged in now, and whether it is the same user. */
  async comeBack() {
    const page = await this.fetchPage(window.location.href);
    const place = page && page.getElementById("ledger-grid");
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

  /** A page of the portal as an inert document, or null when the line is broken. */
  async fetchPage(url, request = {}) {
    try {
      const response = await fetch(url, { ...request, credentials: "same-origin", headers: { Accept: "text/html" } });
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch (error) {
      return null;
    }
  }
}
