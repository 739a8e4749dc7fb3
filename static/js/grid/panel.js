/** The one panel docked at the right of the table: the paste preview and the history of a cell share it. */
import { byId, el, fill } from "./dom.js";

/** Opens and closes the panel. Who opens it says what happens when it closes. */
export class Panel {
  constructor(app) {
    this.app = app;
    this.node = byId("grid-panel");
    this.title = byId("grid-panel-title");
    this.body = byId("grid-panel-body");
    this.foot = byId("grid-panel-foot");
    this.onClose = null;
    byId("grid-panel-close").addEventListener("click", () => this.close());
  }

  isOpen(kind = null) {
    return !this.node.hidden && (kind === null || this.kind === kind);
  }

  /** Show a panel; another one that is open is closed first. */
  open(kind, title, onClose = null) {
    if (this.isOpen() && this.kind !== kind) this.close();
    this.kind = kind;
    this.onClose = onClose;
    this.title.textContent = title;
    if (this.node.hidden) {
      this.node.hidden = false;
      this.app.surface.fit();
    }
    this.app.events.emit("panel");
  }

  /** Replace what the open panel holds, keeping where one had scrolled to. */
  show(body, foot = []) {
    const top = this.body.scrollTop;
    fill(this.body, body);
    fill(this.foot, foot);
    this.foot.hidden = foot.length === 0;
    this.body.scrollTop = top;
  }

  close() {
    if (this.node.hidden) return;
    const { onClose } = this;
    this.onClose = null;
    this.node.hidden = true;
    this.kind = null;
    fill(this.body);
    if (onClose) onClose();
    this.app.surface.fit();
    this.app.editor.focus();
    this.app.events.emit("panel");
  }

  focus() {
    this.title.focus();
  }
}

/** A line of text with parts set strong: strings and nodes mixed. */
export function line(className, ...parts) {
  return el("p", { class: className }, ...parts);
}
