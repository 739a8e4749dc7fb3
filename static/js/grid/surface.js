/**
 * The drawn table: SlickGrid as renderer only. It owns neither focus, keys, editing nor selection; those
 * are ours, so that the input method, the clipboard and the keyboard meet one standing textarea.
 */
import { el } from "./dom.js";
import { cellSign, cellStates, rowState, signOf } from "./states.js";
import { display, isNumeric } from "./values.js";
import { t } from "./texts.js";

const ROW_HEIGHT = 26;
const STATE_COLUMN = "_state";
const NUMBER_COLUMN = "_number";
/** Columns before the ledger's own: state and row number. */
export const LEADING = 2;

/** The drawn table over a ledger. `app.layout` decides which columns are shown, `app.paste` what is previewed. */
export class Surface {
  constructor(app) {
    this.app = app;
    this.container = app.parts.grid;
    this.shown = app.layout.shownColumns();
    this.grid = new window.Slick.Grid(this.container, app.ledger.view, this.slickColumns(), {
      editable: false,
      enableCellNavigation: false,
      enableColumnReorder: false,
      enableHtmlRendering: false,
      enableTextSelectionOnCells: false,
      forceSyncScrolling: true,
      frozenColumn: this.frozenIndex(),
      rowHeight: ROW_HEIGHT,
      createPreHeaderPanel: true,
      showPreHeaderPanel: true,
      preHeaderPanelHeight: 24,
      createFooterRow: true,
      showFooterRow: true,
      footerRowHeight: 28,
      explicitInitialization: true,
      suppressCssChangesOnHiddenInit: true,
      nonce: document.querySelector("meta[name=csp-nonce]").content,
    });
    this.grid.onBeforeAppendCell.subscribe((event, cell) => this.cellClasses(cell.row, cell.cell));
    this.grid.onHeaderCellRendered.subscribe((event, header) => this.drawHeader(header.node, header.column));
    this.grid.init();
    this.fit();
    new ResizeObserver(() => this.fit()).observe(this.container.parentElement);
  }

  /** SlickGrid's columns: state, row number, then the ledger's shown columns. */
  slickColumns() {
    const fixed = (id, key, width, formatter) => ({
      id,
      field: id,
      name: t(key),
      toolTip: t(`${key}_long`),
      width,
      resizable: false,
      formatter,
      cssClass: `lg-fixed lg-${id.slice(1)}`,
      headerCssClass: "lg-head-centre",
      cellAttrs: { "aria-colindex": id === STATE_COLUMN ? "1" : "2" },
    });
    return [
      fixed(STATE_COLUMN, "head_state", 34, (r, c, v, column, row) => this.stateCell(row)),
      fixed(NUMBER_COLUMN, "head_row", 40, (r, c, v, column, row) => String(row.number)),
      ...this.shown.map((column) => this.slickColumn(column)),
    ];
  }

  slickColumn(column) {
    const classes = [isNumeric(column) || column.kind === "date" ? "lg-number" : "lg-text"];
    if (this.app.layout.endsGroup(column)) classes.push("lg-group-end");
    return {
      id: column.key,
      field: column.key,
      name: column.header,
      toolTip: column.help || "",
      width: this.app.layout.widthOf(column),
      minWidth: 44,
      formatter: (r, c, v, slick, row) => this.cell(row, column),
      cssClass: classes.join(" "),
      headerCssClass: classes.join(" "),
      cellAttrs: { "aria-colindex": String(this.app.ledger.columnAt.get(column.key) + LEADING + 1) },
    };
  }

  frozenIndex() {
    return LEADING + this.shown.filter((column) => column.frozen).length - 1;
  }

  drawHeader(node, slick) {
    const column = this.shown.find((shown) => shown.key === slick.id);
    if (!column) return;
    const name = node.querySelector(".slick-column-name");
    if (column.unit) name.append(" ", el("span", { class: "lg-unit" }, column.unit));
    if (this.app.ledger.isClosedColumn(column.key)) name.prepend(el("span", { class: "lg-closed-sign" }, signOf("locked")));
    const [key, direction] = this.app.ledger.sort || [];
    node.setAttribute("aria-colindex", String(this.app.ledger.columnAt.get(column.key) + LEADING + 1));
    if (key === column.key) {
      node.setAttribute("aria-sort", direction === "desc" ? "descending" : "ascending");
      name.append(el("span", { class: "lg-sorted", ariaHidden: "true" }, direction === "desc" ? " ↓" : " ↑"));
    }
  }

  stateCell(row) {
    const state = rowState(this.app.ledger, row);
    const sign = el("span", { ariaHidden: "true" }, signOf(state));
    const word = el("span", { class: "lg-hidden" }, t(`state_${state}`));
    const cell = document.createDocumentFragment();
    cell.append(sign, word);
    return { html: cell, toolTip: t(`state_${state}`) };
  }

  /** What a cell holds on screen: sign, then text, and the full words as its title. */
  cell(row, column) {
    const preview = this.app.paste.cellAt(row, column.key);
    const text = preview ? preview.shown : this.app.ledger.text(row, column.key);
    const states = preview ? [] : cellStates(this.app.ledger, row, column.key);
    const sign = preview ? preview.sign : cellSign(states);
    const shown = display(column, text);
    const toolTip = sign ? this.app.message.title(row, column) : shown === text ? "" : text;
    if (!sign) return { text: shown, toolTip };
    const cell = document.createDocumentFragment();
    cell.append(el("span", { class: "lg-sign", ariaHidden: "true" }, sign), el("span", { class: "lg-value" }, shown));
    return { html: cell, toolTip };
  }

  /** The class names of a cell: its states, the previewed paste, the selection. */
  cellClasses(index, cell) {
    const row = this.app.ledger.view[index];
    if (!row) return "";
    const classes = [];
    if (cell === 0) classes.push(`is-row-${rowState(this.app.ledger, row)}`);
    const column = this.shown[cell - LEADING];
    if (column) {
      const preview = this.app.paste.classesAt(row, column.key, index, cell);
      if (preview) classes.push(...preview);
      else classes.push(...cellStates(this.app.ledger, row, column.key).map((state) => `is-${state}`));
    }
    classes.push(...this.app.selection.classesAt(index, cell));
    return classes.join(" ");
  }

  /** Draw these rows anew; without an argument, all that are on screen. */
  redraw(rows) {
    if (!rows) this.grid.invalidateAllRows();
    else this.grid.invalidateRows(rows.map((row) => row.index).filter((index) => index >= 0));
    this.grid.render();
  }

  /** The rows changed in number or order. */
  resetRows() {
    this.grid.setData(this.app.ledger.view, false);
    this.fit();
    this.grid.invalidate();
  }

  /** The columns changed: hidden, folded or sorted. */
  resetColumns() {
    this.shown = this.app.layout.shownColumns();
    const left = this.scroller().scrollLeft;
    this.grid.setColumns(this.slickColumns());
    this.scroller().scrollLeft = left;
    this.fit();
  }

  /** Make the table as high as its rows, at most as high as its place, so that the total follows the last row. */
  fit() {
    const place = this.container.parentElement;
    const frame = 24 + 27 + 28 + 2;
    const bar = this.hasSidewaysBar() ? this.grid.getScrollbarDimensions()?.height || 0 : 0;
    const wanted = frame + bar + Math.max(1, this.app.ledger.view.length) * ROW_HEIGHT;
    const height = Math.max(frame + ROW_HEIGHT, Math.min(place.clientHeight, wanted));
    this.container.style.height = `${height}px`;
    this.grid.resizeCanvas();
    this.app.events.emit("layout");
  }

  hasSidewaysBar() {
    const width = this.grid.getColumns().reduce((all, column) => all + column.width, 0);
    return width > this.container.clientWidth;
  }

  /** The element that scrolls both ways. */
  scroller() {
    return this.container.querySelector(".slick-viewport-top.slick-viewport-right");
  }

  /** Bring a cell fully into sight; SlickGrid's own call leaves the last row under the sideways bar. */
  reveal(index, cell) {
    const view = this.scroller();
    const top = index * ROW_HEIGHT;
    const here = view.scrollTop;
    if (top < here) this.grid.scrollTo(top);
    else if (top + ROW_HEIGHT > here + view.clientHeight) this.grid.scrollTo(top + ROW_HEIGHT - view.clientHeight);
    if (cell > this.frozenIndex()) this.revealColumn(view, cell);
    this.grid.render();
  }

  revealColumn(view, cell) {
    const columns = this.grid.getColumns();
    let left = 0;
    for (let i = this.frozenIndex() + 1; i < cell; i += 1) left += columns[i].width;
    const right = left + columns[cell].width;
    if (left < view.scrollLeft) view.scrollLeft = left;
    else if (right > view.scrollLeft + view.clientWidth) view.scrollLeft = Math.min(left, right - view.clientWidth);
    // The scroll event comes in the next frame; the cell must be drawn now.
    this.grid.handleScroll();
  }

  /** The drawn element of a cell, or null when it is scrolled away. */
  node(index, cell) {
    return this.grid.getCellNode(index, cell) || null;
  }

  /** Rows a page of the keyboard moves. */
  pageRows() {
    return Math.max(1, Math.floor(this.scroller().clientHeight / ROW_HEIGHT) - 1);
  }

  /** All drawn cells as [index, cell, node]. */
  *drawn() {
    const cache = this.grid.getRowCache();
    for (const index of Object.keys(cache)) {
      for (let cell = 0; cell < this.shown.length + LEADING; cell += 1) {
        const node = this.grid.getCellNode(Number(index), cell);
        if (node) yield [Number(index), cell, node];
      }
    }
  }
}
