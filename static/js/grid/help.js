/** The list of shortcuts. */
import { byId, el, fill } from "./dom.js";
import { t } from "./texts.js";

const KEYS = [
  ["↑ ↓ ← →", "help_arrows"],
  ["Enter / Shift+Enter", "help_enter"],
  ["Tab / Shift+Tab", "help_tab"],
  ["Ctrl+↑ ↓ ← →", "help_edges"],
  ["Home / End", "help_home"],
  ["Ctrl+Home / Ctrl+End", "help_corners"],
  ["PageUp / PageDown", "help_pages"],
  ["Shift+↑ ↓ ← →", "help_extend"],
  ["Ctrl+A", "help_all"],
  ["Ctrl+Space / Shift+Space", "help_whole"],
  ["F2", "help_edit"],
  ["Esc", "help_escape"],
  ["Alt+↓", "help_list"],
  ["Alt+Enter", "help_line"],
  ["Ctrl+Enter", "help_everywhere"],
  ["Delete", "help_delete"],
  ["Ctrl+C / X / V", "help_clipboard"],
  ["Ctrl+D / Ctrl+R", "help_fill"],
  ["Ctrl+Z / Ctrl+Y", "help_undo"],
  ["Ctrl+S", "help_save"],
  ["Ctrl+F", "help_find"],
  ["Shift+F10", "help_menu"],
  ["F6, Esc Tab", "help_leave"],
  ["?", "help_help"],
];

/** The dialog of shortcuts and of what may be typed into a cell. */
export class Help {
  constructor(app) {
    this.dialog = byId("grid-help");
    fill(byId("grid-help-keys"), KEYS.map(([keys, key]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, keys)), el("td", {}, t(key)))));
    byId("grid-help-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => app.editor.focus());
  }

  open() {
    this.dialog.showModal();
  }
}
