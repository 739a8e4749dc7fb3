/**
 * Every change of cells goes through one door here, so that one Ctrl+Z takes back one act of the official:
 * a typed cell, a fill, a cut or a paste of thousands of cells.
 */
import { sameValue } from "./values.js";
import { t } from "./texts.js";

const KEPT = 200;

/** Applies, undoes and redoes commands `{label, cells: [{uid, key, old, now}], added: [uid]}`. */
export class Commands {
  constructor(app) {
    this.app = app;
    this.done = [];
    this.undone = [];
  }

  /**
   * Put texts into cells as one step. Locked cells are left out and counted.
   * Answers the number of changed cells.
   */
  apply(label, cells, { added = [], quiet = false } = {}) {
    const { ledger } = this.app;
    const changed = [];
    let locked = 0;
    for (const { row, key, text } of cells) {
      if (ledger.lockReason(row, key)) {
        locked += 1;
        continue;
      }
      const old = ledger.text(row, key);
      if (old === text) continue;
      const now = ledger.setText(row, key, text);
      if (now !== old) changed.push({ uid: row.uid, key, old, now });
    }
    if (changed.length || added.length) this.remember(label, changed, added);
    this.spread(changed);
    if (locked) this.app.say(t("cells_locked_skipped", { count: locked }));
    else if (!quiet && changed.length > 1) this.app.say(t("cells_changed", { count: changed.length }));
    return changed.length;
  }

  /** Keep a step that was done, so that it can be undone. */
  remember(label, cells, added = []) {
    this.done.push({ label, cells, added });
    this.done.splice(0, this.done.length - KEPT);
    this.undone = [];
    this.app.events.emit("undo");
  }

  /** Draw and save the rows of these cells. */
  spread(cells) {
    const rows = [...new Set(cells.map((cell) => cell.uid))].map((uid) => this.app.ledger.byUid.get(uid)).filter(Boolean);
    if (rows.length) {
      this.app.events.emit("rows", rows);
      this.app.saving.touch(rows);
    }
    this.app.events.emit("undo");
  }

  undo() {
    this.step(this.done, this.undone, "old", "now", "undone");
  }

  redo() {
    this.step(this.undone, this.done, "now", "old", "redone");
  }

  step(from, onto, target, expected, word) {
    if (this.app.paste.isOpen()) {
      this.app.say(t("finish_paste_first"));
      return;
    }
    const command = from.pop();
    if (!command) {
      this.app.say(t(word === "undone" ? "nothing_to_undo" : "nothing_to_redo"));
      return;
    }
    if (target === "now") this.restoreRows(command);
    const refused = command.cells.filter((cell) => !this.put(cell, target, expected));
    if (target === "old") this.dropRows(command);
    onto.push(command);
    this.spread(command.cells);
    this.show(command);
    const count = command.cells.length - refused.length;
    this.app.say(t(word, { label: command.label, count }) + (refused.length ? ` ${t("undo_refused", { count: refused.length })}` : ""));
  }

  /** Put one cell back, unless somebody else changed it since: then both values are kept as a conflict. */
  put(cell, target, expected) {
    const { ledger } = this.app;
    const row = ledger.byUid.get(cell.uid);
    if (!row || row.gone || ledger.lockReason(row, cell.key)) return false;
    const current = ledger.text(row, cell.key);
    if (!sameValue(ledger.column(cell.key), current, cell[expected])) {
      row.conflicts = { ...row.conflicts, [cell.key]: { base: cell[expected], mine: cell[target], theirs: current, by: row.by || "", at: "" } };
      row.blocked = true;
      return false;
    }
    cell[expected] = current;
    cell[target] = ledger.setText(row, cell.key, cell[target]);
    return true;
  }

  /** Rows a paste added vanish with its undo as long as they are not saved; saved ones stay and say so. */
  dropRows(command) {
    const rows = command.added.map((uid) => this.app.ledger.byUid.get(uid)).filter(Boolean);
    const fresh = rows.filter((row) => row.isNew && !row.sent);
    command.dropped = fresh;
    if (fresh.length) this.app.selection.keepPlace(() => this.app.ledger.removeRows(fresh.map((row) => row.uid)));
    if (fresh.length < rows.length) this.app.say(t("new_rows_already_saved", { count: rows.length - fresh.length }));
  }

  restoreRows(command) {
    if (command.dropped && command.dropped.length) this.app.ledger.insertRows(command.dropped);
    command.dropped = [];
  }

  /** Show where it happened. */
  show(command) {
    const cell = command.cells[0];
    const row = cell && this.app.ledger.byUid.get(cell.uid);
    if (row && row.index >= 0) this.app.selection.goTo(row, cell.key);
  }

  /** The server wrote a value in its own form: what undo expects to find follows. */
  rename(row, key, from, to) {
    if (from === to) return;
    for (const command of [...this.done, ...this.undone]) {
      for (const cell of command.cells) {
        if (cell.uid !== row.uid || cell.key !== key) continue;
        if (cell.now === from) cell.now = to;
        if (cell.old === from) cell.old = to;
      }
    }
  }
}
