/**
 * The line above the table: always about the active cell, in words, with what can be done. Titles are not
 * reachable by keyboard, so everything a cell's sign means is said here.
 */
import { byId, el, fill } from "./dom.js";
import { WHOLE_ROW } from "./ledger.js";
import { signOf } from "./states.js";
import { display, isNumeric, parseCell } from "./values.js";
import { t } from "./texts.js";

/** Describes cells and offers their actions. */
export class Message {
  constructor(app) {
    this.app = app;
    this.node = byId("grid-message");
    ["active", "rows", "paste", "columns"].forEach((name) => app.events.on(name, () => this.draw()));
  }

  /** What holds of a cell: `{tone, text, actions}`, the most urgent thing first. */
  describe(row, column) {
    return (
      this.ofPaste(row, column) ||
      this.ofConflict(row, column) ||
      this.ofProblem(row, column) ||
      this.ofFindings(row, column) ||
      this.ofEdit(row, column) ||
      this.ofLock(row, column) || { tone: "", text: column.help || "", actions: [] }
    );
  }

  ofPaste(row, column) {
    const cell = this.app.paste.cell(row, column.key);
    if (!cell) return null;
    const old = cell.old === "" ? t("blank_word") : this.measured(column, cell.old);
    const texts = {
      changed: () => t("paste_will_be", { now: this.measured(column, cell.now), old }),
      soft: () => `${t("paste_will_be", { now: this.measured(column, cell.now), old })} ${cell.message}`,
      hard: () => cell.message,
      locked: () => `${cell.message} ${t("skipped_this_time")}`,
      same: () => t("paste_same"),
    };
    const keep = { label: t("keep_old"), run: () => this.app.paste.keepOld(cell) };
    const mend = { label: t("mend"), run: () => this.app.editor.edit() };
    const confirm = { label: t("give_reason"), run: () => this.app.paste.panel.askReason(cell) };
    const actions = { changed: [keep], soft: [keep, mend, confirm], hard: [keep, mend], locked: [], same: [] };
    return { tone: cell.verdict === "changed" || cell.verdict === "same" ? "" : cell.verdict, text: texts[cell.verdict](), actions: actions[cell.verdict] };
  }

  ofConflict(row, column) {
    const conflict = row.conflicts && row.conflicts[column.key];
    if (!row.conflicts) return null;
    const settle = { label: t("settle_conflict"), run: () => this.app.conflicts.open(row) };
    if (!conflict) return { tone: "conflict", text: t("conflict_elsewhere", { count: Object.keys(row.conflicts).length }), actions: [settle] };
    const text = t("conflict_line", {
      who: [conflict.by, conflict.at].filter(Boolean).join(" ") || t("somebody"),
      theirs: this.measured(column, conflict.theirs),
      mine: this.measured(column, this.app.ledger.text(row, column.key)),
      base: this.measured(column, conflict.base),
    });
    return { tone: "conflict", text, actions: [settle] };
  }

  ofProblem(row, column) {
    const { ledger } = this.app;
    const keep = { label: t("keep_old"), run: () => this.restore(row, column) };
    const mend = { label: t("mend"), run: () => this.app.editor.edit() };
    if (row.invalid[column.key]) return { tone: "hard", text: row.invalid[column.key], actions: [mend, keep] };
    if (row.gone) return { tone: "hard", text: row.problem, actions: this.goneActions(row) };
    if (row.problem) {
      const again = { label: t("save_again"), run: () => this.saveAgain(row) };
      return { tone: "hard", text: row.problem, actions: row.edits.size ? [again] : [] };
    }
    const missing = ledger.missing(row);
    if (row.isNew && missing.length) {
      const text = t("row_lacks", { columns: missing.map((one) => one.header).join(t("list_separator")) });
      return { tone: "unsaved", text, actions: [{ label: t("drop_new_row"), run: () => this.app.blocks.dropRow(row) }] };
    }
    return null;
  }

  goneActions(row) {
    const revive = () => {
      this.app.ledger.reviveAsNew(row);
      this.app.saving.touch([row]);
      this.app.saving.leave(row.uid);
    };
    const actions = this.app.ledger.mayAdd ? [{ label: t("save_as_new"), run: revive }] : [];
    return [...actions, { label: t("drop_entries"), run: () => this.app.blocks.dropRow(row) }];
  }

  saveAgain(row) {
    row.blocked = false;
    row.problem = "";
    this.app.saving.leave(row.uid);
    this.app.events.emit("rows", [row]);
  }

  /** Back to the value the ledger held before the wrong or unsaved entry. */
  restore(row, column) {
    const text = row.c[this.app.ledger.columnAt.get(column.key)];
    this.app.commands.apply(t("keep_old"), [{ row, key: column.key, text }], { quiet: true });
    this.app.editor.focus();
  }

  ofFindings(row, column) {
    const { ledger } = this.app;
    if (row.edits.has(column.key)) return null;
    const findings = ledger.findings(row, column.key);
    const hard = findings.find((finding) => finding.severity === "hard");
    const soft = findings.find((finding) => finding.severity !== "hard" && !finding.confirmed);
    const settled = findings.find((finding) => finding.confirmed);
    const found = hard || soft || settled;
    if (!found && row.d[column.key] === undefined) return null;
    const text = found ? [found.message, found.mend].filter(Boolean).join(" ") : this.draftReason(row, column);
    if (found && found === settled) return { tone: "", text: t("confirmed_finding", { text: found.message }), actions: [] };
    const actions = ledger.lockReason(row, column.key) ? [] : [{ label: t("mend"), run: () => this.app.editor.edit() }];
    if (row.d[column.key] !== undefined) actions.push({ label: t("keep_old"), run: () => this.restore(row, column) });
    if (soft && found === soft && ledger.mayEdit) actions.push({ label: t("give_reason"), run: () => this.app.reasons.ask(row, soft) });
    return { tone: hard || !found ? "hard" : "soft", text, actions };
  }

  /** Why a kept wrong entry cannot be used, as far as this page can tell. */
  draftReason(row, column) {
    const read = parseCell(column, row.d[column.key]);
    return read.ok ? t("kept_draft") : read.message;
  }

  ofEdit(row, column) {
    if (!row.edits.has(column.key)) return null;
    const tone = row.sent ? "saving" : "unsaved";
    const base = row.c[this.app.ledger.columnAt.get(column.key)];
    const text = t("edited_from", { old: base === "" ? t("blank_word") : this.measured(column, base) });
    return { tone, text, actions: [{ label: t("keep_old"), run: () => this.restore(row, column) }] };
  }

  ofLock(row, column) {
    const { ledger } = this.app;
    const reason = ledger.lockReason(row, column.key);
    // A column nobody fills in here is not locked, it is only shown.
    const shut = row.l[column.key] || row.l[WHOLE_ROW];
    return reason ? { tone: shut && ledger.mayEdit ? "locked" : "", text: reason, actions: [] } : null;
  }

  /** A value in words: with its unit when it is a number, a word when there is none. */
  measured(column, text) {
    if (text === "") return t("blank_word");
    const unit = isNumeric(column) && column.unit && /^-?\d/.test(text) ? ` ${column.unit}` : "";
    return display(column, text) + unit;
  }

  /** The words of a cell for its title and for assistive technology. */
  title(row, column) {
    const { tone, text } = this.describe(row, column);
    return tone && tone !== "unsaved" && tone !== "saving" ? `${wordOf(tone)} ${text}` : "";
  }

  draw() {
    const row = this.app.selection.activeRow();
    const column = this.app.selection.activeColumn();
    if (!row || !column) {
      fill(this.node, el("span", { class: "lg-message-text" }, t("no_rows_hint")));
      return;
    }
    const { tone, text, actions } = this.describe(row, column);
    const all = [...actions];
    if (row.id && !this.app.paste.isOpen()) all.push({ label: t("history"), run: () => this.app.history.open(row, column) });
    fill(
      this.node,
      el("b", { class: "lg-address" }, this.app.layout.address(row, column.key)),
      el("span", { class: "lg-message-name" }, `${this.app.nameOf(row)}・${column.header}`),
      tone ? el("span", { class: `lg-tag is-${tone}` }, `${signOf(tone)} ${wordOf(tone)}`) : null,
      ["", "locked", "soft"].includes(tone) && !this.app.paste.cell(row, column.key) ? this.value(row, column) : null,
      el("span", { class: "lg-message-text", title: text }, text),
      all.map((action) => el("button", { type: "button", class: "lg-link", on: { click: action.run } }, action.label)),
    );
  }

  value(row, column) {
    return el("span", { class: "lg-message-value" }, this.measured(column, this.app.ledger.text(row, column.key)));
  }

  /** The active cell in one sentence, spoken when it changes. */
  sentence() {
    const row = this.app.selection.activeRow();
    const column = this.app.selection.activeColumn();
    if (!row || !column) return t("no_rows");
    const { tone, text } = this.describe(row, column);
    const value = this.measured(column, this.app.paste.textAt(row, column.key));
    return [`${this.app.nameOf(row)} ${column.header} ${value}`, tone && wordOf(tone), tone && text].filter(Boolean).join(t("clause_separator"));
  }
}

/** The word of a tone: a questionable value needs a confirmation, its row waits for one. */
function wordOf(tone) {
  return tone === "soft" ? t("preview_soft") : t(`state_${tone}`);
}
