/** The state of each row and cell: one word each, from which signs, colours, counts and filters follow. */

import { t } from "./texts.js";

/** The row states in the order of the status bar. */
export const ROW_STATES = ["saved", "saving", "unsaved", "soft", "hard", "conflict", "locked", "preview"];
const SIGNS = { saved: "✓", saving: "⟳", unsaved: "✎", soft: "!", hard: "✕", conflict: "⇄", preview: "▸" };

/** The sign of a state; its word always stands beside it or in the message line. */
export function signOf(state) {
  return state === "locked" ? t("sign_locked") : SIGNS[state] || "";
}

/**
 * The one state of a row. Its order is what the official must know first: a conflict before work on its
 * way, that before what is wrong, so that the counts of the status bar add up to the number of rows.
 */
export function rowState(ledger, row) {
  if (row.preview) return "preview";
  if (row.conflicts) return "conflict";
  if (row.sent) return "saving";
  if (row.problem || Object.keys(row.invalid).length) return "hard";
  if (ledger.isUnsaved(row) || ledger.isBlank(row)) return "unsaved";
  const worst = worstFinding(row);
  if (worst) return worst;
  // Who may only read the ledger has no use for locks.
  if (ledger.mayEdit && ledger.columns.every((column) => ledger.lockReason(row, column.key))) return "locked";
  return "saved";
}

function worstFinding(row) {
  let worst = Object.keys(row.d).length ? "hard" : "";
  for (const findings of Object.values(row.f)) {
    for (const finding of findings) {
      if (finding.severity === "hard") worst = "hard";
      else if (!finding.confirmed && worst !== "hard") worst = "soft";
    }
  }
  return worst;
}

/** How many rows stand in each state; every row is counted once. */
export function countStates(ledger) {
  const counts = Object.fromEntries(ROW_STATES.map((state) => [state, 0]));
  ledger.rows.forEach((row) => {
    counts[rowState(ledger, row)] += 1;
  });
  return counts;
}

/** The states of one cell that it shows: at most one of conflict, hard and soft; changed; locked. */
export function cellStates(ledger, row, key) {
  const states = [];
  if (row.conflicts && row.conflicts[key]) states.push("conflict");
  else if (row.invalid[key] || (row.d[key] !== undefined && !row.edits.has(key))) states.push("hard");
  else if (ledger.findings(row, key).some((finding) => finding.severity === "hard")) states.push("hard");
  else if (ledger.findings(row, key).some((finding) => !finding.confirmed)) states.push("soft");
  if (row.edits.has(key)) states.push("changed");
  // A column closed in every row says so once, in its head.
  if (ledger.isClosedColumn(key)) states.push("closed");
  else if (row.l[key]) states.push("locked");
  return states;
}

/** The sign drawn in a cell, if any. */
export function cellSign(states) {
  const worst = ["conflict", "hard", "soft", "locked"].find((state) => states.includes(state));
  return worst ? signOf(worst) : "";
}
