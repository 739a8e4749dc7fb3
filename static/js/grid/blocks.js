/** Acts on a whole selection: clear, fill down and right, one value everywhere. Each is one undo step. */
import { t } from "./texts.js";

/** Block operations on the selected cells. */
export class Blocks {
  constructor(app) {
    this.app = app;
    app.events.on("leave", (uid) => setTimeout(() => this.dropIfBlank(uid), 0));
  }

  /** A new row that was left without an entry was not meant. */
  dropIfBlank(uid) {
    const row = this.app.ledger.byUid.get(uid);
    const isHere = row === this.app.selection.activeRow();
    if (row && this.app.ledger.isBlank(row) && !row.preview && !isHere) this.dropRow(row);
  }

  /** Whether cells may be changed now; says why not. */
  free() {
    if (this.app.paste.isOpen()) this.app.say(t("finish_paste_first"));
    else if (!this.app.ledger.mayEdit) this.app.say(t("locked_read_only"));
    else return this.app.ledger.view.length > 0;
    return false;
  }

  /** The cells of all selected ranges, each once. */
  selected() {
    const seen = new Set();
    const cells = [];
    for (const range of this.app.selection.ranges) {
      const { rows, columns } = this.app.selection.content(range);
      for (const row of rows) {
        for (const column of columns) {
          const name = `${row.uid} ${column.key}`;
          if (!seen.has(name)) cells.push({ row, key: column.key });
          seen.add(name);
        }
      }
    }
    return cells;
  }

  clear() {
    if (!this.free()) return;
    this.app.commands.apply(t("undo_clear"), this.selected().map((cell) => ({ ...cell, text: "" })));
    this.app.message.draw();
  }

  fillAll(text) {
    if (!this.free()) return;
    this.app.commands.apply(t("undo_fill"), this.selected().map((cell) => ({ ...cell, text })));
  }

  /** Ctrl+D: the first row of the range goes into the others; from a single row, the row above comes down. */
  fillDown() {
    if (!this.free()) return;
    const range = this.app.selection.range();
    const source = range.top === range.bottom ? range.top - 1 : range.top;
    this.copyInto(this.app.ledger.view[source], this.app.selection.content(range), (row, column, from) => [from, column]);
  }

  /** Ctrl+R: the first column of the range goes into the others; from a single column, the one at its left. */
  fillRight() {
    if (!this.free()) return;
    const range = this.app.selection.range();
    const source = range.left === range.right ? range.left - 1 : range.left;
    const [column] = this.app.selection.content({ ...range, left: source, right: source }).columns;
    this.copyInto(column, this.app.selection.content(range), (row, target, from) => [row, from]);
  }

  copyInto(source, { rows, columns }, from) {
    if (!source) return;
    const cells = [];
    for (const row of rows) {
      for (const column of columns) {
        const [fromRow, fromColumn] = from(row, column, source);
        if (fromRow === row && fromColumn === column) continue;
        cells.push({ row, key: column.key, text: this.app.ledger.text(fromRow, fromColumn.key) });
      }
    }
    this.app.commands.apply(t("undo_fill"), cells);
  }

  /** A new empty row at the end, ready to be typed into. */
  addRow() {
    if (!this.free() || !this.app.ledger.mayAdd) return;
    const [row] = this.app.ledger.addRows(1);
    const first = this.app.surface.shown.find((column) => !column.readonly);
    this.app.selection.goTo(row, first.key);
    this.app.say(t("row_added"));
  }

  /** Take back a new row that was never saved. */
  dropRow(row) {
    this.app.selection.keepPlace(() => this.app.ledger.removeRows([row.uid]));
    this.app.mirror.write();
    this.app.events.emit("status");
  }
}
