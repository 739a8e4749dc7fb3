/** The table's own context menu: the browser's one would not meet the textarea. */
import { byId, el, fill } from "./dom.js";
import { t } from "./texts.js";

/** A menu at the pointer or at the active cell. */
export class Menu {
  constructor(app) {
    this.app = app;
    this.node = byId("grid-menu");
    this.node.addEventListener("keydown", (event) => this.keys(event));
    document.addEventListener("mousedown", (event) => {
      if (!this.node.hidden && !this.node.contains(event.target)) this.close();
    });
    window.addEventListener("blur", () => this.close());
  }

  items() {
    const { app } = this;
    const row = app.selection.activeRow();
    const column = app.selection.activeColumn();
    const editable = app.ledger.mayEdit;
    return [
      ["menu_copy", "Ctrl+C", () => app.clipboard.fromMenu("copy"), true],
      ["menu_cut", "Ctrl+X", () => app.clipboard.fromMenu("cut"), editable],
      ["menu_paste", "Ctrl+V", () => app.clipboard.pasteFromMenu(), editable],
      ["menu_clear", "Delete", () => app.blocks.clear(), editable],
      ["menu_fill_down", "Ctrl+D", () => app.blocks.fillDown(), editable],
      ["menu_fill_right", "Ctrl+R", () => app.blocks.fillRight(), editable],
      null,
      ["menu_sort_up", "", () => app.filters.sortBy(column.key, "asc"), true],
      ["menu_sort_down", "", () => app.filters.sortBy(column.key, "desc"), true],
      ["menu_sort_none", "", () => app.filters.sortBy(column.key, null), app.ledger.sort !== null],
      ["menu_hide_column", "", () => app.layout.setHidden(column.key, true), !column.frozen],
      null,
      ["history", "", () => app.history.open(row, column), Boolean(row.id) && !app.paste.isOpen()],
    ];
  }

  open(x, y) {
    if (!this.app.selection.activeRow()) return;
    fill(this.node, this.items().map((item) => this.line(item)));
    this.node.hidden = false;
    this.node.style.left = `${Math.min(x, window.innerWidth - this.node.offsetWidth - 8)}px`;
    this.node.style.top = `${Math.min(y, window.innerHeight - this.node.offsetHeight - 8)}px`;
    this.lines()[0].focus();
  }

  openAtCell() {
    const { surface, selection } = this.app;
    const node = surface.node(selection.row, selection.cell);
    const box = (node || surface.container).getBoundingClientRect();
    this.open(box.left + 12, box.bottom);
  }

  line(item) {
    if (!item) return el("hr", {});
    const [key, keys, run, enabled] = item;
    const click = () => {
      this.close();
      run();
    };
    return el("button", { type: "button", role: "menuitem", tabIndex: -1, disabled: !enabled, on: { click } }, el("span", {}, t(key)), el("kbd", {}, keys));
  }

  lines() {
    return [...this.node.querySelectorAll("button:not(:disabled)")];
  }

  keys(event) {
    const lines = this.lines();
    const at = lines.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined) lines[(to + lines.length) % lines.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    if (this.node.hidden) return;
    const inside = this.node.contains(document.activeElement);
    this.node.hidden = true;
    if (inside) this.app.editor.focus();
  }
}
