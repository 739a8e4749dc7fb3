/**
 * Mouse and touch on the drawn table: select, drag over cells across the frozen boundary, extend, add a
 * range, edit by double click, sort by header. The default of mousedown is prevented so that the textarea
 * keeps focus and caret.
 */
import { LEADING } from "./surface.js";

const EDGE = 24;

/** Listens on the table's container before SlickGrid does. */
export class Mouse {
  constructor(app) {
    this.app = app;
    this.dragging = false;
    this.scrolling = 0;
    const { container } = app.surface;
    container.addEventListener("mousedown", (event) => this.down(event), true);
    container.addEventListener("click", (event) => this.click(event), true);
    container.addEventListener("dblclick", (event) => this.double(event), true);
    container.addEventListener("contextmenu", (event) => this.context(event), true);
    window.addEventListener("mousemove", (event) => this.drag(event));
    window.addEventListener("mouseup", () => this.up());
    app.surface.grid.onHeaderClick.subscribe((event, header) => this.header(header.column));
    app.surface.grid.onColumnsResized.subscribe(() => {
      app.layout.rememberWidths();
      app.layout.drawGroups();
      app.editor.place();
    });
  }

  cellOf(target) {
    return target.closest(".slick-cell") ? this.app.surface.grid.getCellFromEvent({ target }) : null;
  }

  down(event) {
    const at = this.cellOf(event.target);
    if (!at || event.button === 2) return;
    event.preventDefault();
    event.stopPropagation();
    const { selection, editor } = this.app;
    editor.commit();
    if (at.cell < LEADING) {
      selection.go(at.row, selection.cell);
      selection.selectWhole("rows");
    } else {
      selection.go(at.row, at.cell, { extend: event.shiftKey, add: event.ctrlKey || event.metaKey });
      this.dragging = true;
    }
    editor.focus();
  }

  drag(event) {
    if (!this.dragging) return;
    this.pointer = event;
    this.follow();
    if (!this.scrolling && this.nearEdge()) this.scrolling = requestAnimationFrame(() => this.autoScroll());
  }

  follow() {
    const target = document.elementFromPoint(this.pointer.clientX, this.pointer.clientY);
    const at = target && this.app.surface.container.contains(target) && this.cellOf(target);
    const { selection } = this.app;
    if (!at || at.cell < LEADING || (selection.head.row === at.row && selection.head.cell === at.cell)) return;
    selection.stretch(at);
    selection.paint();
    this.app.events.emit("selection");
  }

  /** Which way the pointer pulls at the edge of the scrolled part, or null. */
  nearEdge() {
    const box = this.app.surface.scroller().getBoundingClientRect();
    const { clientX: x, clientY: y } = this.pointer;
    const down = y > box.bottom - EDGE ? 1 : y < box.top + EDGE ? -1 : 0;
    const right = x > box.right - EDGE ? 1 : x < box.left + EDGE && x > box.left - 60 ? -1 : 0;
    return down || right ? { down, right } : null;
  }

  autoScroll() {
    this.scrolling = 0;
    const pull = this.dragging && this.nearEdge();
    if (!pull) return;
    const view = this.app.surface.scroller();
    view.scrollTop += pull.down * 18;
    view.scrollLeft += pull.right * 18;
    this.follow();
    this.scrolling = requestAnimationFrame(() => this.autoScroll());
  }

  up() {
    if (!this.dragging) return;
    this.dragging = false;
    this.app.editor.focus();
  }

  /** SlickGrid answers a click by putting the text selection back, which takes the caret from the textarea. */
  click(event) {
    if (!this.cellOf(event.target)) return;
    event.stopPropagation();
    this.app.editor.focus();
  }

  double(event) {
    const at = this.cellOf(event.target);
    if (!at || at.cell < LEADING) return;
    event.preventDefault();
    event.stopPropagation();
    this.app.editor.edit();
  }

  context(event) {
    const at = this.cellOf(event.target);
    if (!at || at.cell < LEADING) return;
    event.preventDefault();
    this.app.editor.commit();
    if (!this.app.selection.isSelected(at.row, at.cell)) this.app.selection.go(at.row, at.cell);
    this.app.menu.open(event.clientX, event.clientY);
  }

  /** A click on a header sorts: up, down, and back to the ledger's own order. */
  header(slick) {
    if (!slick || slick.id.startsWith("_") || this.app.surface.grid.columnResizeDragging) return;
    this.app.filters.cycleSort(slick.id);
  }
}
