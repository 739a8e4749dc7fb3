/** Blocks of cells as spreadsheet programs put them on the clipboard: tabs, line ends, quoted cells. */

/**
 * Read a block. Understands quoted cells with tabs and line breaks inside, CRLF, LF and CR, and drops
 * the empty lines at the end that Excel and WPS add. Always rectangular: short lines are padded.
 */
export function parseBlock(text) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  let fresh = true;
  const endCell = () => {
    row.push(cell);
    cell = "";
    fresh = true;
  };
  const endRow = () => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (sign === '"' && fresh && closes(text, i)) {
      quoted = true;
      fresh = false;
    } else if (sign === "\t") endCell();
    else if (sign === "\n") endRow();
    else if (sign === "\r") {
      if (text[i + 1] === "\n") i += 1;
      endRow();
    } else {
      cell += sign;
      fresh = false;
    }
  }
  if (cell !== "" || row.length > 0) endRow();
  while (rows.length > 1 && rows[rows.length - 1].every((value) => value === "")) rows.pop();
  const width = Math.max(0, ...rows.map((cells) => cells.length));
  return rows.map((cells) => [...cells, ...Array(width - cells.length).fill("")]);
}

/** Whether the quotation mark at `start` opens a quoted cell: some later one must end a cell. */
function closes(text, start) {
  for (let i = start + 1; i < text.length; i += 1) {
    if (text[i] !== '"') continue;
    if (text[i + 1] === '"') i += 1;
    else return i + 1 === text.length || "\t\r\n".includes(text[i + 1]);
  }
  return false;
}

/** Write a block so that Excel and WPS read the same cells back: CRLF, quotes where they are needed. */
export function formatBlock(rows) {
  const quote = (value) => (/["\t\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);
  return rows.map((cells) => cells.map(quote).join("\t")).join("\r\n");
}

/** Whether clipboard HTML holds merged cells, whose values arrive only in their first cell. Parsed inertly. */
export function hasMergedCells(html) {
  if (!html || !/(row|col)span/i.test(html)) return false;
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll("td, th")].some((cell) => cell.colSpan > 1 || cell.rowSpan > 1);
}
