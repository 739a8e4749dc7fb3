/** Keys as in Excel. While an input method composes, every key belongs to it. */
import { LEADING } from "./surface.js";
import { t } from "./texts.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta"]);

/** Turns key presses in the standing textarea into acts. */
export class Keyboard {
  constructor(app) {
    this.app = app;
    this.leaving = false;
    this.tabStart = null;
    app.parts.textarea.addEventListener("keydown", (event) => this.down(event));
    app.parts.page.addEventListener("keydown", (event) => this.outside(event));
  }

  down(event) {
    if (event.isComposing || event.keyCode === 229 || this.app.editor.composing) return;
    if (MODIFIERS.has(event.key)) return;
    const leaving = this.leaving;
    this.leaving = false;
    if (event.key === "Tab" && leaving) return;
    const handled = this.app.editor.isOpen ? this.whileEditing(event) : this.whileIdle(event);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Keys pressed elsewhere on the page: F6 comes back to the table, Esc closes the panel. */
  outside(event) {
    if (event.target === this.app.parts.textarea || event.defaultPrevented) return;
    if (event.key === "F6") {
      event.preventDefault();
      this.app.editor.focus();
    } else if (event.key === "Escape" && this.app.panel.isOpen() && !event.target.closest("dialog")) {
      this.app.panel.close();
    }
  }

  whileEditing(event) {
    const { editor } = this.app;
    const list = editor.choices.isOpen ? editor.choices : null;
    if (editor.calendar.isOpen && this.inCalendar(event)) return true;
    if (list && (event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
      list.move(event.key === "ArrowDown" ? 1 : -1);
      return true;
    }
    if (event.key === "Escape") {
      editor.cancel();
      return true;
    }
    if (event.key === "Enter" && event.altKey) return this.newLine();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.fillWithTyped();
    if (event.key === "Enter" || event.key === "Tab") return this.commitAndMove(event);
    if (event.key === "ArrowDown" && event.altKey) return this.act(() => editor.openList());
    if (event.key === "F2") return this.act(() => this.toEditMode());
    if (event.key in ARROWS && editor.mode === "type") {
      editor.commit();
      const [rows, cells] = ARROWS[event.key];
      this.app.selection.move(rows, cells);
      return true;
    }
    return false;
  }

  inCalendar(event) {
    const { calendar } = this.app.editor;
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (days) calendar.moveDays(days);
    else if (event.key === "PageUp") calendar.moveMonths(-1);
    else if (event.key === "PageDown") calendar.moveMonths(1);
    else if (event.key === "Enter") this.app.editor.pick(calendar.text());
    else if (event.key === "Escape") calendar.close();
    else return false;
    return true;
  }

  act(run) {
    run();
    return true;
  }

  toEditMode() {
    this.app.editor.mode = "edit";
    this.app.editor.choices.close();
  }

  newLine() {
    const { editor } = this.app;
    if (editor.cell.column.kind !== "text") return true;
    const { area } = editor;
    area.setRangeText("\n", area.selectionStart, area.selectionEnd, "end");
    editor.place();
    return true;
  }

  /** Ctrl+Enter puts what was typed into every selected cell. */
  fillWithTyped() {
    const text = this.app.editor.area.value;
    this.app.editor.cancel();
    this.app.blocks.fillAll(text);
    return true;
  }

  commitAndMove(event) {
    this.app.editor.commit();
    this.step(event);
    return true;
  }

  /** Enter goes down and, after a run of Tabs, back to the column where the run began. */
  step(event) {
    const { selection } = this.app;
    const back = event.shiftKey ? -1 : 1;
    if (event.key === "Tab") {
      this.tabStart ??= selection.cell;
      const start = this.tabStart;
      if (selection.cell + back > selection.lastCell) selection.go(selection.row + 1, LEADING);
      else if (selection.cell + back < LEADING) selection.go(selection.row - 1, selection.lastCell);
      else selection.move(0, back);
      this.tabStart = start;
    } else {
      const cell = this.tabStart ?? selection.cell;
      this.tabStart = null;
      this.goBelow(selection.row + back, cell);
    }
  }

  /** Below a new row that holds something comes the next new row, so that rows can be entered one by one. */
  goBelow(row, cell) {
    const { selection, ledger, blocks } = this.app;
    const last = selection.activeRow();
    if (row > selection.lastRow && last && last.isNew && !ledger.isBlank(last)) blocks.addRow();
    else selection.go(row, cell);
  }

  whileIdle(event) {
    const { key } = event;
    const control = event.ctrlKey || event.metaKey;
    if (key !== "Tab" && key !== "Enter") this.tabStart = null;
    if (key in ARROWS && !event.altKey) return this.arrow(event, control);
    if (control) return this.withControl(event);
    if (event.altKey) return key === "ArrowDown" && this.act(() => this.app.editor.openList());
    return this.plain(event);
  }

  arrow(event, control) {
    const { selection } = this.app;
    const [rows, cells] = ARROWS[event.key];
    if (!control) {
      selection.move(rows, cells, event.shiftKey);
      return true;
    }
    const to = selection.edge(rows, cells, event.shiftKey ? selection.head || selection : selection);
    selection.go(to.row, to.cell, { extend: event.shiftKey });
    return true;
  }

  plain(event) {
    const { app } = this;
    const { selection } = app;
    const extend = { extend: event.shiftKey };
    const from = event.shiftKey ? selection.head || selection : selection;
    const acts = {
      Enter: () => this.step(event),
      Tab: () => this.step(event),
      Home: () => selection.go(from.row, LEADING, extend),
      End: () => selection.go(from.row, selection.lastCell, extend),
      PageUp: () => selection.go(from.row - app.surface.pageRows(), from.cell, extend),
      PageDown: () => selection.go(from.row + app.surface.pageRows(), from.cell, extend),
      F2: () => app.editor.edit(),
      F6: () => app.leaveGrid(),
      Delete: () => app.blocks.clear(),
      Backspace: () => app.blocks.clear(),
      Escape: () => this.escape(),
      ContextMenu: () => app.menu.openAtCell(),
      "?": () => app.help.open(),
    };
    if (event.key === "F10" && event.shiftKey) return this.act(() => app.menu.openAtCell());
    if (event.key === " " && event.shiftKey) return this.act(() => selection.selectWhole("rows"));
    return event.key in acts && this.act(acts[event.key]);
  }

  withControl(event) {
    const { app } = this;
    const { selection } = app;
    const extend = { extend: event.shiftKey };
    const acts = {
      home: () => selection.go(0, LEADING, extend),
      end: () => selection.go(selection.lastRow, selection.lastCell, extend),
      a: () => selection.selectWhole("all"),
      " ": () => selection.selectWhole("columns"),
      d: () => app.blocks.fillDown(),
      r: () => app.blocks.fillRight(),
      z: () => (event.shiftKey ? app.commands.redo() : app.commands.undo()),
      y: () => app.commands.redo(),
      f: () => app.filters.focusFind(),
      s: () => app.saveNow(),
    };
    const key = event.key.toLowerCase();
    // Copy and cut come as clipboard events; some browsers send them only when something is selected.
    if (key === "c" || key === "x") app.clipboard.prime();
    return key in acts && this.act(acts[key]);
  }

  escape() {
    const { app } = this;
    if (app.panel.isOpen()) {
      app.panel.close();
      return;
    }
    if (app.selection.isWide()) app.selection.go(app.selection.row, app.selection.cell);
    this.leaving = true;
    app.accessibility.openDoor();
    app.say(t("tab_leaves"));
  }
}
