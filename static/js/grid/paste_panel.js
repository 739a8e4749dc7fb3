/** The paste preview beside the table: counts, the cells that need eyes, totals afterwards, apply. */
import { byId, el, fill } from "./dom.js";
import { line } from "./panel.js";
import { signOf } from "./states.js";
import { display, fromScaled, grouped, rounded, sum, toScaled } from "./values.js";
import { t } from "./texts.js";

/** Longer lists are cut; the table itself shows every cell. */
const LISTED = 60;
const KINDS = [
  ["changed", ""],
  ["soft", "soft"],
  ["hard", "hard"],
  ["locked", "locked"],
  ["same", ""],
];

/** Draws the panel of the open paste. */
export class PastePanel {
  constructor(app, paste) {
    this.app = app;
    this.paste = paste;
    this.everyReason = "";
  }

  draw() {
    const { plan } = this.paste;
    if (!plan) return;
    const counts = this.paste.counts();
    this.totalsPlace = el("div", {}, this.totals(plan));
    this.app.panel.show([this.summary(plan), this.notes(plan), this.legend(counts), this.eyes(plan), this.totalsPlace], this.buttons(plan));
  }

  /** A confirmation was given or taken back: only what depends on it is drawn, so that the focus stays. */
  drawConsequences() {
    fill(this.totalsPlace, this.totals(this.paste.plan));
    fill(this.app.panel.foot, this.buttons(this.paste.plan));
  }

  summary(plan) {
    const last = plan.columns[plan.columns.length - 1].key;
    const values = {
      rows: plan.block.length,
      columns: plan.block[0].length,
      from: this.app.layout.address(plan.rows[0], plan.columns[0].key),
      to: this.app.layout.address(plan.rows[plan.rows.length - 1], last),
      count: plan.cells.size,
    };
    return line("lg-panel-note", t("paste_summary", values));
  }

  /** What does not fit, and what the clipboard could not carry. */
  notes(plan) {
    const notes = [];
    const extra = this.paste.extraRows();
    if (plan.problem) {
      const again = el("button", { type: "button", class: "lg-link", on: { click: () => this.again() } }, t("check_again"));
      notes.push(el("p", { class: "lg-note is-hard", role: "alert" }, `${signOf("hard")} ${plan.problem} `, again));
    }
    if (extra > 0 && this.app.ledger.mayAdd) {
      const add = el("button", { type: "button", class: "btn btn-sm", on: { click: () => this.paste.addRows() } }, t("add_rows", { count: extra }));
      notes.push(el("p", { class: "lg-note is-soft" }, `${signOf("soft")} ${t("rows_do_not_fit", { count: extra })} `, add));
    } else if (extra > 0) notes.push(line("lg-note is-soft", `${signOf("soft")} ${t("rows_left_out", { count: extra })}`));
    if (plan.extraColumns > 0) notes.push(line("lg-note is-soft", `${signOf("soft")} ${t("columns_left_out", { count: plan.extraColumns })}`));
    if (plan.merged) notes.push(line("lg-note is-soft", `${signOf("soft")} ${t("merged_cells")}`));
    return notes;
  }

  again() {
    this.paste.check();
    this.paste.changed();
  }

  legend(counts) {
    const rows = KINDS.map(([kind, sign]) =>
      el(
        "tr",
        {},
        el("td", {}, el("span", { class: `lg-swatch pv-${kind}`, ariaHidden: "true" }, sign && signOf(sign))),
        el("th", { scope: "row" }, t(`preview_${kind}`)),
        el("td", { class: "lg-count" }, el("b", {}, grouped(String(counts[kind]))), ` ${t("cells_unit")}`),
        el("td", { class: "lg-fate" }, t(`preview_${kind}_fate`)),
      ),
    );
    return el("table", { class: "lg-legend" }, el("tbody", {}, rows));
  }

  /** The cells that need eyes: questionable and refused ones singly, closed ones by column and reason. */
  eyes(plan) {
    const cells = [...plan.cells.values()];
    const soft = cells.filter((cell) => cell.verdict === "soft");
    const hard = cells.filter((cell) => cell.verdict === "hard");
    const locked = cells.filter((cell) => cell.verdict === "locked");
    const count = soft.length + hard.length + locked.length;
    if (plan.checking) return line("lg-panel-note", t("checking_cells", { count: plan.cells.size }));
    if (!count) return line("lg-panel-note is-saved", `${signOf("saved")} ${t("nothing_to_look_at")}`);
    // Worst first; what is not listed is not drawn either.
    const singly = [...hard.map((cell) => () => this.hardItem(cell)), ...soft.map((cell) => () => this.softItem(cell))];
    const cut = singly.length - LISTED;
    return [
      el("h3", { class: "lg-panel-head" }, t("cells_to_look_at", { count })),
      soft.length > 2 ? this.confirmAll(soft) : null,
      singly.slice(0, LISTED).map((draw) => draw()),
      cut > 0 ? line("lg-panel-note", t("more_cells", { count: cut })) : null,
      this.lockedItems(locked),
    ];
  }

  where(cell) {
    const row = cell.row;
    const column = this.app.ledger.column(cell.key);
    const words = `${this.app.layout.address(row, cell.key)} ${this.app.nameOf(row)}・${column.header}`;
    return el("button", { type: "button", class: "lg-where", on: { click: () => this.app.selection.goTo(row, cell.key) } }, words);
  }

  oldToNew(cell) {
    const column = this.app.ledger.column(cell.key);
    const shown = (text) => this.app.message.measured(column, text);
    return el("p", { class: "lg-change" }, el("del", {}, shown(cell.old)), " → ", el("ins", {}, shown(cell.now)));
  }

  softItem(cell) {
    const reason = el("input", {
      type: "text",
      class: "lg-reason",
      value: cell.reason,
      maxLength: 300,
      ariaLabel: t("reason_for", { cell: this.app.layout.address(cell.row, cell.key) }),
      dataset: { cell: `${cell.row.uid} ${cell.key}` },
    });
    const tick = el("input", { type: "checkbox", checked: cell.accepted });
    // Writing a reason is meant as the confirmation.
    reason.addEventListener("input", () => {
      Object.assign(cell, { reason: reason.value, accepted: reason.value.trim() !== "" });
      tick.checked = cell.accepted;
      this.drawConsequences();
    });
    tick.addEventListener("change", () => {
      cell.accepted = tick.checked;
      this.drawConsequences();
      if (tick.checked && !reason.value) reason.focus();
    });
    return el(
      "div",
      { class: "lg-eye is-soft" },
      el("p", {}, el("span", { class: "lg-eye-sign" }, signOf("soft")), this.where(cell)),
      this.oldToNew(cell),
      cell.message ? el("p", { class: "lg-why" }, cell.message) : null,
      el("div", { class: "lg-confirm" }, el("label", { class: "lg-check" }, tick, t("confirmed_reason")), reason),
    );
  }

  confirmAll(cells) {
    const reason = el("input", { type: "text", class: "lg-reason", value: this.everyReason, maxLength: 300, ariaLabel: t("reason_for_all") });
    reason.addEventListener("input", () => {
      this.everyReason = reason.value;
    });
    const give = () => {
      cells.forEach((cell) => Object.assign(cell, { accepted: true, reason: this.everyReason }));
      this.paste.changed();
    };
    const button = el("button", { type: "button", class: "btn btn-sm", on: { click: give } }, t("confirm_all", { count: cells.length }));
    return el("div", { class: "lg-eye is-soft" }, el("div", { class: "lg-confirm" }, el("span", {}, t("same_reason")), reason, button));
  }

  hardItem(cell) {
    return el(
      "div",
      { class: "lg-eye is-hard" },
      el("p", {}, el("span", { class: "lg-eye-sign" }, signOf("hard")), this.where(cell)),
      el("p", { class: "lg-why" }, cell.message),
    );
  }

  lockedItems(cells) {
    const byReason = new Map();
    cells.forEach((cell) => {
      const name = `${cell.key} ${cell.message}`;
      if (!byReason.has(name)) byReason.set(name, []);
      byReason.get(name).push(cell);
    });
    return [...byReason.values()].map((group) => {
      const [first] = group;
      const places = group.slice(0, 8).map((cell) => this.app.layout.address(cell.row, cell.key));
      const more = group.length > 8 ? t("and_more", { count: group.length }) : "";
      const head = `${places.join(t("list_separator"))}${more} ${this.app.ledger.column(first.key).header}`;
      return el("div", { class: "lg-eye is-locked" }, el("p", {}, el("b", {}, `${signOf("locked")} `), head), el("p", { class: "lg-why" }, `${first.message} ${t("skipped_this_time")}`));
    });
  }

  /** What applying does to the sums, and what confirming the questionable cells would do besides. */
  totals(plan) {
    const rows = plan.totals.flatMap((total) => this.totalLines(plan, total));
    if (!rows.length) return null;
    return [el("h3", { class: "lg-panel-head lg-panel-rule" }, t("totals_after")), el("table", { class: "lg-totals" }, el("tbody", {}, rows))];
  }

  totalLines(plan, total) {
    const column = this.app.ledger.column(total.key);
    if (!column) return [];
    const before = sum(this.app.ledger.rows.map((row) => this.app.ledger.text(row, column.key)));
    const here = [...plan.cells.values()].filter((cell) => cell.key === total.key);
    const applied = here.filter((cell) => cell.verdict === "changed" || (cell.verdict === "soft" && cell.accepted));
    const open = here.filter((cell) => cell.verdict === "soft" && !cell.accepted);
    const after = sum([before, ...differences(applied)]);
    const lines = [totalRow(total.header, withUnit(column, after), ...this.against(column, total.target, after, before))];
    if (open.length) {
      const [cell] = open;
      const name = open.length === 1 ? t("if_confirmed", { cell: this.app.layout.address(cell.row, cell.key) }) : t("if_all_confirmed", { count: open.length });
      const then = sum([after, ...differences(open)]);
      lines.push(totalRow(name, withUnit(column, then), ...this.against(column, total.target, then, after)));
    }
    return lines;
  }

  /** How a sum stands to the issued plan; where no plan speaks of it, to what it was. Note and tone. */
  against(column, target, value, before) {
    const reference = target ?? before;
    const gap = sum([value, negative(reference)]);
    if (!/[1-9]/.test(gap)) return target === undefined || target === null ? ["", ""] : [`${t("as_planned")} ${signOf("saved")}`, ""];
    const amount = grouped(rounded(gap.replace(/^-/, ""), column.decimals ?? 0));
    const words = t(gap.startsWith("-") ? "less_by" : "more_by", { amount });
    return target === undefined || target === null ? [words, ""] : [`▲ ${words}`, "is-hard"];
  }

  buttons(plan) {
    const count = this.paste.toApply().length;
    const lacking = this.paste.withoutReason().length;
    let reason = plan.checking ? t("wait_for_check") : plan.problem;
    if (!reason && lacking) reason = t("reasons_lacking", { count: lacking });
    if (!reason && !count) reason = t("nothing_to_apply");
    const apply = { type: "button", id: "grid-apply", class: "btn btn-primary", disabled: reason !== "" };
    return [
      el("button", { ...apply, on: { click: () => this.paste.apply() } }, t("apply_cells", { count })),
      el("button", { type: "button", class: "btn btn-sm", on: { click: () => this.app.panel.close() } }, t("cancel")),
      el("span", { class: "lg-panel-note" }, reason || t("one_step_undo")),
    ];
  }

  /** Open the reason of a cell in the panel, for the message line's action. */
  askReason(cell) {
    const input = byId("grid-panel-body").querySelector(`[data-cell="${CSS.escape(`${cell.row.uid} ${cell.key}`)}"]`);
    if (input) input.focus();
  }
}

function totalRow(name, value, note, tone) {
  return el("tr", { class: tone }, el("th", { scope: "row" }, name), el("td", { class: "lg-count" }, value), el("td", { class: "lg-fate" }, note));
}

/** Counts are named by their column; only measures carry their unit. */
function withUnit(column, value) {
  const shown = display(column, value);
  return column.kind === "integer" || !column.unit ? shown : `${shown} ${column.unit}`;
}

/** What each cell adds to the sum of its column, as texts to be summed. */
function differences(cells) {
  return cells.flatMap((cell) => [cell.now, negative(cell.old)]);
}

function negative(text) {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return "0";
  const places = (text.split(".")[1] || "").length;
  return fromScaled(-toScaled(text, places), places);
}
