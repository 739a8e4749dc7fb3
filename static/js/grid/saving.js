/**
 * Saving row by row without being asked: when a row is left, or after a moment of rest. One request at a
 * time; each change keeps its own key, so that sending it again after a broken line changes nothing twice.
 */
import { uuid } from "./dom.js";
import { sameValue } from "./values.js";
import { t } from "./texts.js";

/** Rest after the last change of a row before it is saved, in milliseconds; a new row is still being filled in. */
const REST = 1500;
const REST_OF_NEW = 8000;
/** Rows that fall due within this many milliseconds travel together. */
const TOGETHER = 250;
const BATCH = 200;
const LONGEST_WAIT = 30000;

/** The queue of rows to save. */
export class Saving {
  constructor(app) {
    this.app = app;
    this.due = new Map();
    this.timer = 0;
    this.running = null;
    this.failures = 0;
    this.paused = "";
    app.events.on("leave", (uid) => this.leave(uid));
  }

  /** These rows were changed: save them after a rest. Without a rest when they are many, as after a paste. */
  touch(rows) {
    const now = Date.now();
    const rest = (row) => (row.isNew ? REST_OF_NEW : REST);
    rows.forEach((row) => this.due.set(row.uid, rows.length > 1 ? now : now + rest(row)));
    this.app.mirror.write();
    this.plan();
    this.app.events.emit("status");
  }

  /** The official left this row. */
  leave(uid) {
    const row = this.app.ledger.byUid.get(uid);
    if (!row || !this.isReady(row)) return;
    this.due.set(uid, Date.now());
    this.plan();
  }

  /** Whether a row has something to send now. */
  isReady(row) {
    if (row.sent || row.blocked || row.gone || row.edits.size === 0 || this.app.ledger.isBlank(row)) return false;
    return this.app.ledger.missing(row).length === 0;
  }

  plan() {
    clearTimeout(this.timer);
    if (this.running || this.paused) return;
    const times = [...this.due.values()];
    if (!times.length) return;
    const wait = Math.max(0, Math.min(...times) - Date.now());
    this.timer = setTimeout(() => this.run(), wait);
  }

  /** Save everything that waits, and answer when the server has it or a stop was met. */
  async flush() {
    const waiting = () => this.app.ledger.rows.filter((row) => row.sent || this.isReady(row));
    while ((this.running || waiting().length) && !this.paused) {
      waiting().forEach((row) => this.due.set(row.uid, 0));
      await (this.running || this.run());
    }
  }

  run() {
    clearTimeout(this.timer);
    if (!this.running) {
      this.running = this.sendDue().finally(() => {
        this.running = null;
        this.plan();
        this.app.events.emit("status");
      });
    }
    return this.running;
  }

  async sendDue() {
    const soon = Date.now() + TOGETHER;
    const again = this.app.ledger.rows.filter((row) => row.sent);
    const fresh = [];
    for (const [uid, time] of this.due) {
      if (time > soon) continue;
      this.due.delete(uid);
      const row = this.app.ledger.byUid.get(uid);
      if (row && this.isReady(row)) fresh.push(row);
    }
    fresh.forEach((row) => {
      row.sent = { key: uuid(), v: row.v, cells: new Map(row.edits) };
    });
    // What was sent and not answered goes first and unchanged, with its old key.
    const rows = [...again, ...fresh].slice(0, BATCH);
    [...again, ...fresh].slice(BATCH).filter((row) => fresh.includes(row)).forEach((row) => {
      row.sent = null;
      this.due.set(row.uid, 0);
    });
    if (!rows.length) return;
    this.app.events.emit("rows", rows);
    await this.send(rows);
  }

  async send(rows) {
    const changes = rows.map((row) => ({
      id: row.id,
      tmp: row.id ? undefined : row.uid,
      v: row.sent.v,
      cells: Object.fromEntries(row.sent.cells),
      key: row.sent.key,
    }));
    this.app.mirror.write();
    try {
      const answer = await this.app.api.post("save", { changes, reason: "" });
      this.failures = 0;
      this.settle(rows, answer);
    } catch (error) {
      this.fail(rows, error);
    }
    this.app.mirror.write();
  }

  settle(rows, answer) {
    const byId = new Map(answer.rows.filter((given) => given.id).map((given) => [given.id, given]));
    const byTmp = new Map(answer.rows.filter((given) => given.tmp).map((given) => [given.tmp, given]));
    for (const row of rows) {
      const given = (row.id && byId.get(row.id)) || byTmp.get(row.uid);
      if (given) this.settleRow(row, given);
      else this.refuse(row, t("save_no_answer"));
    }
  }

  settleRow(row, given) {
    const sent = row.sent;
    row.sent = null;
    const after = {
      saved: () => this.accept(row, given, sent),
      merged: () => this.accept(row, given, sent),
      same: () => this.accept(row, given, sent),
      conflict: () => this.conflict(row, given),
      gone: () => this.app.ledger.markGone(row),
      locked: () => this.lock(row, given, sent),
      error: () => (given.c ? this.acceptInPart(row, given, sent) : this.refuse(row, given.message, given)),
    };
    (after[given.status] || (() => this.refuse(row, given.message, given)))();
    this.app.events.emit("rows", [row]);
  }

  /** The server took it. What was typed meanwhile stays and is sent next. */
  accept(row, given, sent) {
    const { ledger, commands } = this.app;
    const later = row.later;
    sent.cells.forEach((text, key) => {
      if (row.edits.get(key) === text) row.edits.delete(key);
      commands.rename(row, key, text, given.d?.[key] ?? given.c[ledger.columnAt.get(key)]);
    });
    ledger.absorb(row, given);
    row.later = later;
    ledger.takeLater(row);
    if (given.status === "merged") this.app.say(t("row_merged", { name: this.app.nameOf(row) }));
    if (row.edits.size) this.touch([row]);
    this.app.reasons.afterSave(row);
  }

  /** Some cells could not be taken: the right ones are saved, the wrong ones kept as drafts or still here. */
  acceptInPart(row, given, sent) {
    const { ledger } = this.app;
    const settled = [...sent.cells].filter(([key, text]) => {
      const now = given.d?.[key] ?? given.c[ledger.columnAt.get(key)];
      return sameValue(ledger.column(key), now, text);
    });
    this.accept(row, given, { cells: new Map(settled) });
    const stays = [...sent.cells.keys()].some((key) => row.edits.has(key) && !settled.some(([one]) => one === key));
    if (stays) this.refuse(row, given.message, given);
  }

  /** Somebody changed the same cells: nothing of the row was saved, the official chooses cell by cell. */
  conflict(row, given) {
    const conflicts = Object.fromEntries((given.conflicts || []).map((one) => [one.key, one]));
    this.app.ledger.absorb(row, given);
    Object.assign(row, { conflicts, blocked: true });
    Object.entries(conflicts).forEach(([key, one]) => row.edits.set(key, row.edits.get(key) ?? one.mine));
    this.app.say(t("conflict_found", { name: this.app.nameOf(row), count: Object.keys(conflicts).length }));
  }

  /** Cells were closed meanwhile: take them back with the reason, and send the others. */
  lock(row, given, sent) {
    const edits = new Map(row.edits);
    const { ledger } = this.app;
    if (given.c) ledger.absorb(row, given);
    else row.l = given.l || row.l;
    row.edits = new Map([...edits].filter(([key]) => !ledger.lockReason(row, key)));
    const taken = [...sent.cells.keys()].filter((key) => ledger.lockReason(row, key));
    if (!taken.length) this.refuse(row, given.message);
    else if (row.edits.size) this.touch([row]);
    this.app.say(t("cells_locked_skipped", { count: taken.length }));
  }

  /** The server did not take the row. The entries stay in sight until they are mended. */
  refuse(row, message, given = {}) {
    row.sent = null;
    for (const [key, findings] of Object.entries(given.f || {})) {
      const hard = findings.find((finding) => finding.severity === "hard");
      if (hard && row.edits.has(key)) row.invalid[key] = [hard.message, hard.mend].filter(Boolean).join(" ");
      else row.f[key] = findings;
    }
    const said = message || Object.values(row.invalid)[0] || t("save_refused");
    Object.assign(row, { blocked: true, problem: said });
  }

  fail(rows, error) {
    if (error.kind === "login") this.pause("login");
    else if (error.kind === "busy") this.waitAndRetry(error);
    else rows.forEach((row) => this.refuse(row, error.message && error.kind !== error.message ? error.message : t(`save_${error.kind}`)));
    this.app.events.emit("rows", rows);
  }

  /** Stop sending until somebody logs in again; every entry stays. */
  pause(reason) {
    this.paused = reason;
    this.app.mirror.write();
    this.app.session.ask();
  }

  resume() {
    this.paused = "";
    this.failures = 0;
    this.retryNow();
  }

  waitAndRetry(error) {
    this.failures += 1;
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2);
    this.paused = "busy";
    this.retryAt = Date.now() + wait;
    this.retryReason = error.status ? t("server_busy") : t("line_broken");
    setTimeout(() => {
      if (this.paused === "busy") this.retryNow();
    }, wait);
  }

  retryNow() {
    this.paused = "";
    this.app.ledger.rows.filter((row) => row.sent || this.isReady(row)).forEach((row) => this.due.set(row.uid, 0));
    this.run();
  }

  /** The official chose for each cell in conflict; the rest of the row goes with it, on the version now held. */
  resolve(row, choices) {
    const { ledger } = this.app;
    const taken = [];
    for (const [key, text] of Object.entries(choices)) {
      if (sameValue(ledger.column(key), text, ledger.baseText(row, key))) row.edits.delete(key);
      else row.edits.set(key, text);
      taken.push(key);
    }
    const left = Object.entries(row.conflicts || {}).filter(([key]) => !taken.includes(key));
    row.conflicts = left.length ? Object.fromEntries(left) : null;
    row.blocked = left.length > 0;
    this.touch([row]);
    this.leave(row.uid);
    this.app.events.emit("rows", [row]);
  }

  hasUnsaved() {
    return this.app.ledger.rows.some((row) => this.app.ledger.isUnsaved(row));
  }
}
