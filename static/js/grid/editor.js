/**
 * The one standing textarea. It lies over the active cell and always has the focus while the table is
 * used, so that the very first key of an input method finds an editable place, and copy and paste too.
 */
import { Calendar } from "./calendar.js";
import { Choices } from "./choices.js";
import { oncePerFrame } from "./dom.js";
import { display, sameValue } from "./values.js";
import { t } from "./texts.js";

/** Modes: idle (a cell is active), type (typing replaced it; arrows commit), edit (F2; arrows move the caret). */
export class Editor {
  constructor(app) {
    this.app = app;
    this.area = app.parts.textarea;
    this.mode = "idle";
    this.composing = false;
    this.cell = null;
    this.choices = new Choices(app, (label) => this.pick(label));
    this.calendar = new Calendar(app, (date) => this.pick(date));
    this.listen();
  }

  listen() {
    const { area } = this;
    area.addEventListener("compositionstart", () => {
      this.composing = true;
      if (this.mode === "idle") this.open("type", "");
    });
    area.addEventListener("compositionend", () => {
      this.composing = false;
      if (this.mode === "idle") area.value = "";
      else this.typed();
    });
    area.addEventListener("input", () => {
      if (this.mode === "idle" && area.value !== "") this.open("type", area.value);
      if (this.mode !== "idle") this.typed();
    });
    area.addEventListener("blur", () => this.commit());
    area.addEventListener("focus", () => this.app.parts.wrapper.classList.add("has-focus"));
    area.addEventListener("focusout", () => this.app.parts.wrapper.classList.remove("has-focus"));
    this.app.events.on("active", () => this.place());
    this.app.events.on("layout", () => this.place());
    // Reading boxes in every scroll event would lay the page out twice a frame.
    const placeSoon = oncePerFrame(() => this.place());
    this.app.surface.grid.onScroll.subscribe(placeSoon);
    this.app.parts.calendarButton.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.openList();
    });
  }

  /** Give the table the keyboard. The caret is set anew, because a mouse click takes it elsewhere. */
  focus() {
    this.area.focus({ preventScroll: true });
    if (this.mode === "idle") this.area.setSelectionRange(0, 0);
    this.place();
  }

  get isOpen() {
    return this.mode !== "idle";
  }

  isOpenOn(row) {
    return this.isOpen && this.cell.row === row;
  }

  /** Begin to edit the active cell. Locked cells say why not. Answers whether the editor is open. */
  open(mode, text) {
    const row = this.app.selection.activeRow();
    const column = this.app.selection.activeColumn();
    const reason = row ? this.app.paste.editRefusal(row, column.key) || this.app.ledger.lockReason(row, column.key) : t("no_rows");
    if (reason) {
      this.area.value = "";
      this.app.say(reason);
      return false;
    }
    this.mode = mode;
    this.cell = { row, column, base: this.app.ledger.baseText(row, column.key), value: this.app.paste.textAt(row, column.key) };
    if (this.area.value !== text) this.area.value = text;
    this.area.classList.add("is-open");
    this.area.classList.toggle("lg-number", !["text", "choice", "reference"].includes(column.kind));
    this.app.parts.calendarButton.hidden = column.kind !== "date";
    this.place();
    if (hasList(column)) this.choices.open(column, mode === "edit" ? "" : text, this.cell.value);
    return true;
  }

  /** F2, a double click, Enter on a choice: edit what stands there. */
  edit() {
    const row = this.app.selection.activeRow();
    if (!row) return;
    const text = this.app.paste.textAt(row, this.app.selection.activeColumn().key);
    if (this.open("edit", text)) {
      this.focus();
      this.area.setSelectionRange(text.length, text.length);
    }
  }

  /** Open the list of choices or the calendar of the active cell. */
  openList() {
    if (!this.isOpen) this.edit();
    if (!this.isOpen) return;
    const { column, value } = this.cell;
    if (hasList(column)) {
      this.choices.open(column, "", value);
      this.area.select();
    }
    if (column.kind === "date") this.calendar.open(this.area.value || value);
  }

  typed() {
    const { column } = this.cell;
    if (hasList(column) && !this.composing) this.choices.open(column, this.area.value, "");
    if (this.calendar.isOpen) this.calendar.close();
    this.place();
  }

  pick(text) {
    this.area.value = text;
    this.choices.close();
    this.calendar.close();
    this.commit();
    this.focus();
  }

  /** Put what was typed into the cell. Wrong entries are kept and shown as wrong. */
  commit(given = null) {
    if (!this.isOpen) return;
    const { row, column, base, value } = this.cell;
    const text = given ?? this.choices.chosen() ?? this.area.value;
    const moved = this.app.ledger.baseText(row, column.key);
    this.close();
    if (this.app.paste.isOpen()) this.app.paste.editCell(row, column.key, text);
    else if (moved !== base && !sameValue(column, moved, text)) this.collide(row, column.key, { base, mine: text, theirs: moved });
    else if (text !== value) {
      const label = t("undo_edit", { cell: this.app.layout.address(row, column.key) });
      this.app.commands.apply(label, [{ row, key: column.key, text }], { quiet: true });
      this.sayOutcome(row, column);
    }
    this.app.ledger.takeLater(row);
    this.app.events.emit("typed");
  }

  /** The cell was changed by somebody else while it was open here: neither value may vanish. */
  collide(row, key, values) {
    row.conflicts = { ...row.conflicts, [key]: { by: row.by || "", at: "", ...values } };
    row.edits.set(key, values.mine);
    row.blocked = true;
    this.app.events.emit("rows", [row]);
    this.app.say(t("conflict_found", { name: this.app.nameOf(row), count: 1 }));
  }

  sayOutcome(row, column) {
    const wrong = row.invalid[column.key];
    this.app.say(wrong || `${column.header} ${display(column, this.app.ledger.text(row, column.key))}`);
  }

  cancel() {
    const row = this.cell && this.cell.row;
    this.close();
    if (row) this.app.ledger.takeLater(row);
    this.app.events.emit("typed");
  }

  close() {
    this.mode = "idle";
    this.cell = null;
    this.area.value = "";
    this.area.classList.remove("is-open");
    this.app.parts.calendarButton.hidden = true;
    this.choices.close();
    this.calendar.close();
    this.place();
  }

  /** Lay the textarea on its cell, where the input method then shows its candidates. */
  place() {
    const { selection, surface, parts } = this.app;
    const node = surface.node(selection.row, selection.cell);
    const frame = parts.wrapper.getBoundingClientRect();
    const box = node && this.visibleBox(node);
    const { style } = this.area;
    if (!box) {
      style.left = "-9999px";
      parts.calendarButton.style.left = "-9999px";
      return;
    }
    style.left = `${box.left - frame.left}px`;
    style.top = `${box.top - frame.top}px`;
    style.width = `${box.width}px`;
    style.height = `${box.height}px`;
    if (!this.isOpen) return;
    const room = frame.right - box.left - 24;
    style.width = `${Math.min(room, Math.max(box.width, this.area.scrollWidth + 2))}px`;
    style.height = `${Math.max(box.height, Math.min(160, this.area.scrollHeight))}px`;
    parts.calendarButton.style.left = `${box.right - frame.left}px`;
    parts.calendarButton.style.top = `${box.top - frame.top}px`;
    this.popupsFollow(box);
  }

  /** The cell's box, or null when it is scrolled out of its half of the table. */
  visibleBox(node) {
    const box = node.getBoundingClientRect();
    const view = node.closest(".slick-viewport").getBoundingClientRect();
    const inside = box.bottom > view.top && box.top < view.bottom && box.right > view.left + 1 && box.left < view.right;
    return inside ? box : null;
  }

  popupsFollow(box) {
    this.choices.place(box);
    this.calendar.place(box);
  }
}

/** Whether a column's texts are chosen from a list: choices, and names of other rows. */
function hasList(column) {
  return column.choices.length > 0;
}
