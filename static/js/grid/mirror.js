/**
 * A copy of the unsaved entries in this tab's session storage, so that a reload or an ended session loses
 * no cell. Kept under the user's id: another user of the same browser neither sees nor sends them.
 */
import { t } from "./texts.js";

const PREFIX = "grid-unsaved:";

/** The copy of one user's unsaved entries in one ledger. */
export class Mirror {
  constructor(app, place) {
    this.app = app;
    const rows = new URL(place.dataset.rowsUrl, window.location.href);
    this.key = `${PREFIX}${place.dataset.user}:${rows.pathname}${rows.search}`;
    this.dropForeign(place.dataset.user);
  }

  /** Entries another user left in this tab are not ours to keep. */
  dropForeign(user) {
    Object.keys(sessionStorage)
      .filter((key) => key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${user}:`))
      .forEach((key) => sessionStorage.removeItem(key));
  }

  write() {
    const rows = this.app.ledger.rows
      .filter((row) => this.app.ledger.isUnsaved(row))
      .map((row) => ({
        uid: row.uid,
        id: row.id,
        v: row.v,
        edits: [...row.edits],
        sent: row.sent && { key: row.sent.key, v: row.sent.v, cells: [...row.sent.cells] },
      }));
    try {
      if (rows.length) sessionStorage.setItem(this.key, JSON.stringify(rows));
      else sessionStorage.removeItem(this.key);
    } catch (error) {
      // Storage full or refused by the browser: the page itself still holds every entry.
      this.app.say(t("mirror_full"));
    }
  }

  /** Put entries left by an earlier page back into the cells. Answers how many cells came back. */
  restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.key) || "[]");
    let cells = 0;
    const rows = [];
    for (const one of kept) {
      const row = one.id ? this.app.ledger.byId.get(one.id) : this.revive(one);
      if (!row) continue;
      for (const [key, text] of one.edits) {
        if (!this.app.ledger.columnAt.has(key)) continue;
        this.app.ledger.setText(row, key, text);
        cells += 1;
      }
      // The version the official saw, not the one just loaded: the server merges or asks.
      row.v = one.v;
      if (one.sent) row.sent = { ...one.sent, cells: new Map(one.sent.cells) };
      rows.push(row);
    }
    if (rows.length) {
      this.app.events.emit("rows", rows);
      this.app.saving.touch(rows);
    }
    return cells;
  }

  revive(one) {
    const [row] = this.app.ledger.addRows(1);
    this.app.ledger.byUid.delete(row.uid);
    row.uid = one.uid;
    this.app.ledger.byUid.set(row.uid, row);
    return row;
  }
}
