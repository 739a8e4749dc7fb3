/** Saved views: hidden columns, folded groups, filter and order under a name of the official's own. */
import { byId, el, fill } from "./dom.js";
import { t } from "./texts.js";

/** The list behind the button 视图. */
export class Views {
  constructor(app, wanted) {
    this.app = app;
    this.list = byId("grid-views-list");
    this.name = byId("grid-view-name");
    this.note = byId("grid-view-note");
    this.label = byId("grid-view-label");
    this.saved = [];
    byId("grid-view-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.load(wanted);
  }

  async load(wanted) {
    const answer = await this.guarded(() => this.app.api.get("views"));
    if (!answer) return;
    this.saved = answer.views;
    this.draw();
    const view = this.saved.find((one) => String(one.id) === wanted);
    if (view) this.apply(view);
  }

  /** Run a request; what goes wrong is said beside the list. */
  async guarded(run) {
    try {
      this.note.textContent = "";
      return await run();
    } catch (error) {
      if (!error.kind) throw error;
      this.note.textContent = error.message && error.message !== error.kind ? error.message : t("views_failed");
      return null;
    }
  }

  draw() {
    const whole = el("li", {}, el("button", { type: "button", class: "lg-link", on: { click: () => this.apply(null) } }, t("view_all")));
    const lines = this.saved.map((view) =>
      el(
        "li",
        {},
        el("button", { type: "button", class: "lg-link", ariaCurrent: this.current === view.id ? "true" : null, on: { click: () => this.apply(view) } }, view.name),
        el("button", { type: "button", class: "lg-icon", ariaLabel: t("delete_view", { name: view.name }), on: { click: () => this.remove(view) } }, "✕"),
      ),
    );
    fill(this.list, whole, lines);
  }

  /** Show the ledger as a view says; without a view, everything in its own order. */
  apply(view) {
    const { app } = this;
    if (app.paste.isOpen()) {
      app.say(t("finish_paste_first"));
      return;
    }
    const keys = (list) => new Set((list || []).filter((key) => app.ledger.columnAt.has(key)));
    app.layout.hidden = keys(view && view.hidden);
    app.layout.folded = new Set((view && view.folded) || []);
    Object.assign(app.ledger.filter, { q: "", problems: false }, view ? view.filter : {});
    app.ledger.sort = view && view.sort && app.ledger.columnAt.has(view.sort[0]) ? view.sort : null;
    this.current = view ? view.id : null;
    this.label.textContent = view ? view.name : t("view_all");
    app.filters.apply();
    app.layout.changed();
    this.draw();
  }

  async save() {
    const name = this.name.value.trim();
    if (!name) {
      this.note.textContent = t("view_needs_name");
      this.name.focus();
      return;
    }
    const { ledger, layout } = this.app;
    const body = { name, hidden: [...layout.hidden], folded: [...layout.folded], filter: { ...ledger.filter }, sort: ledger.sort };
    const answer = await this.guarded(() => this.app.api.post("views", body));
    if (!answer) return;
    this.saved = answer.views;
    this.current = this.saved.find((one) => one.name === name)?.id;
    this.label.textContent = name;
    this.name.value = "";
    this.draw();
    this.app.say(t("view_saved", { name }));
  }

  async remove(view) {
    const answer = await this.guarded(() => this.app.api.remove("views", { id: view.id }));
    if (!answer) return;
    this.saved = answer.views;
    this.draw();
    this.app.say(t("view_deleted", { name: view.name }));
  }
}
