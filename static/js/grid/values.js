/**
 * What a typed text means in a column, and how a cell shows it. The server decides; this only spares
 * the official a round trip for what is plainly a number, a date or a choice, and never adds up in floats.
 */
import { t } from "./texts.js";

const NUMBER_KINDS = new Set(["integer", "decimal", "money", "percent", "year"]);
const tokens = { na: "", unknown: "" };
const NA_WORDS = new Set(["不适用", "无此项", "n/a", "na", "—"]);
const UNKNOWN_WORDS = new Set(["未知", "不详", "不清楚", "unknown"]);
/** How much one unit is in the column's own unit, as a power of ten, for what officials type behind a number. */
const UNIT_POWERS = {
  "㎡": { "万㎡": 4, "万m2": 4, "万平方米": 4, "㎡": 0, m2: 0, "平方米": 0, "平米": 0 },
  "万元": { "亿元": 4, "万元": 0, "元": -4 },
  "户": { "万户": 4, "户": 0 },
};

/** Use the words the server writes for "not applicable" and "unknown" in the language of the page. */
export function loadTokens() {
  Object.assign(tokens, { na: t("mark_na"), unknown: t("mark_unknown") });
}

/** Whether cells of this column are numbers: aligned right, summed, checked as such. */
export function isNumeric(column) {
  return NUMBER_KINDS.has(column.kind);
}

/** Full-width digits and punctuation become what a program reads; spaces around go. */
export function normalise(text) {
  return text.normalize("NFKC").replace(/[\u00a0\u3000\u200b\ufeff]/g, " ").trim();
}

/**
 * Read a typed or pasted text for a column.
 * Answers `{ok: true, text}` with the canonical text, or `{ok: false, text, message}` where the text is
 * kept as typed: a wrong entry is shown and mended, never swallowed.
 */
export function parseCell(column, typed) {
  const text = normalise(typed);
  if (text === "") return { ok: true, text: "" };
  const mark = column.marks ? markOf(text) : null;
  if (mark) return { ok: true, text: mark };
  if (/^#+$/.test(text) && text.length > 2) return refuse(typed, t("hashes_pasted"));
  if (/^#(REF|DIV\/0|VALUE|NAME\?|N\/A|NUM|NULL)!?$/i.test(text)) return refuse(typed, t("formula_error_pasted", { text }));
  if (column.kind === "date") return parseDate(text, typed);
  if (isNumeric(column)) return parseNumber(column, text, typed);
  if (column.kind === "choice") return parseChoice(column, text, typed);
  return { ok: true, text: typed.replace(/\r\n?/g, "\n").trim() };
}

function refuse(typed, message) {
  return { ok: false, text: typed.trim(), message };
}

function markOf(text) {
  const word = text.toLowerCase();
  if (word === tokens.na || NA_WORDS.has(word)) return tokens.na;
  if (word === tokens.unknown || UNKNOWN_WORDS.has(word)) return tokens.unknown;
  return null;
}

/** Dates in five shapes: 2024-3-1, 2024/3/1, 2024.3.1, 20240301, 2024年3月1日. */
function parseDate(text, typed) {
  const found =
    /^(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})$/.exec(text) ||
    /^(\d{4})(\d{2})(\d{2})$/.exec(text) ||
    /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?$/.exec(text);
  if (!found) return refuse(typed, t("not_a_date", { text: typed.trim() }));
  const [year, month, day] = found.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1900) {
    return refuse(typed, t("no_such_day", { text: typed.trim() }));
  }
  return { ok: true, text: date.toISOString().slice(0, 10) };
}

function parseNumber(column, text, typed) {
  let bare = text.replace(/(\d)[,\s](?=\d{3})/g, "$1").replace(/^[¥￥]/, "").replace(/^−/, "-");
  let power = 0;
  if (column.kind === "percent") bare = bare.replace(/\s*%$/, "");
  if (column.kind === "year") bare = bare.replace(/\s*年$/, "");
  const found = /^([-+]?[\d.]+)\s*(\S+)$/.exec(bare);
  if (found && column.unit) {
    const powers = UNIT_POWERS[column.unit] || {};
    const unit = found[2] in powers ? found[2] : Object.keys(powers).find((name) => normalise(name) === found[2]);
    if (unit !== undefined) {
      bare = found[1];
      power = powers[unit];
    } else if (normalise(column.unit) === found[2]) [, bare] = found;
  }
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(bare)) return refuse(typed, t("not_a_number", { text: typed.trim() }));
  const canonical = shiftDecimal(bare, power);
  if ((column.kind === "integer" || column.kind === "year") && canonical.includes(".")) {
    return refuse(typed, t("not_a_whole_number", { text: typed.trim() }));
  }
  return { ok: true, text: canonical };
}

/** The decimal text multiplied by ten to the power, without needless zeros: "1.20", 4 → "12000". */
function shiftDecimal(text, power) {
  const negative = text.startsWith("-");
  const [whole, fraction = ""] = text.replace(/^[-+]/, "").split(".");
  let digits = whole + fraction;
  let point = whole.length + power;
  if (point < 0) {
    digits = "0".repeat(-point) + digits;
    point = 0;
  }
  digits = digits.padEnd(point, "0");
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  // Zeros at the end are kept as typed when nothing was shifted: 21200.00 stays what the ledger shows.
  const right = power === 0 ? digits.slice(point) : digits.slice(point).replace(/0+$/, "");
  const value = right ? `${left}.${right}` : left;
  return negative && /[1-9]/.test(value) ? `-${value}` : value;
}

function parseChoice(column, text, typed) {
  const choices = column.choices || [];
  const found = choices.find(([value, label]) => label === text || normalise(label) === text || value === text);
  if (found) return { ok: true, text: found[1] };
  const few = choices.slice(0, 6).map(([, label]) => label).join(t("list_separator"));
  return refuse(typed, t("not_a_choice", { text: typed.trim(), choices: few }));
}

/** Whether two texts say the same in this column: 360 and 360.00, 2020-6-3 and 2020-06-03. */
export function sameValue(column, a, b) {
  if (a === b) return true;
  const [left, right] = [parseCell(column, a), parseCell(column, b)];
  if (!left.ok || !right.ok) return left.text === right.text;
  if (!isNumeric(column)) return left.text === right.text;
  return plain(left.text) === plain(right.text);
}

function plain(number) {
  return number.includes(".") ? number.replace(/0+$/, "").replace(/\.$/, "") : number;
}

/** The text of a cell as the grid shows it: thousands separators, fixed decimals, — for not applicable. */
export function display(column, text) {
  if (text === "") return "";
  if (text === tokens.na) return "—";
  if (text === tokens.unknown || !isNumeric(column) || column.kind === "year") return text;
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  return grouped(rounded(text, column.kind === "integer" ? 0 : column.decimals));
}

/** Round a decimal text half up to so many places; places undefined leaves it as it is. */
export function rounded(text, places) {
  if (places === undefined || places === null) return text;
  const scaled = toScaled(text, places + 1);
  const half = scaled < 0n ? -5n : 5n;
  return fromScaled((scaled + half) / 10n, places);
}

/** Thousands separators, and the real minus sign. */
export function grouped(text) {
  const [whole, fraction] = text.replace(/^-/, "").split(".");
  const marked = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return (text.startsWith("-") ? "−" : "") + (fraction === undefined ? marked : `${marked}.${fraction}`);
}

/** A decimal text as a whole number of 10^-places; more decimals than that are cut. */
export function toScaled(text, places) {
  const [whole, fraction = ""] = text.replace(/^[-+]/, "").split(".");
  const value = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  return text.startsWith("-") ? -value : value;
}

/** The decimal text of a whole number of 10^-places. */
export function fromScaled(value, places) {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const cut = digits.length - places;
  const text = places > 0 ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits;
  return value < 0n ? `-${text}` : text;
}

/** The sum of the numbers among these texts as a decimal text, exactly; blanks and words count nothing. */
export function sum(texts) {
  let total = 0n;
  let places = 0;
  for (const text of texts) {
    if (!/^-?\d+(\.\d+)?$/.test(text)) continue;
    const here = (text.split(".")[1] || "").length;
    if (here > places) {
      total *= 10n ** BigInt(here - places);
      places = here;
    }
    total += toScaled(text, places);
  }
  return fromScaled(total, places);
}

/** Order of two cells of a column: numbers by value, texts as the language orders them, blanks last. */
export function compare(column, a, b) {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? 1 : -1;
  if (isNumeric(column)) {
    const [left, right] = [Number(a), Number(b)];
    if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
    return Number.isNaN(left) - Number.isNaN(right) || a.localeCompare(b);
  }
  if (column.kind === "date") return a < b ? -1 : 1;
  return a.localeCompare(b, document.documentElement.lang || undefined);
}
