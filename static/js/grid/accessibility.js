/**
 * What assistive technology meets: roles and positions on SlickGrid's elements, which draws each row twice
 * (frozen part and the rest), and one polite voice.
 */
import { byId } from "./dom.js";
import { LEADING } from "./surface.js";
import { t } from "./texts.js";

/** Sets roles and positions on the drawn table and points the textarea at the active cell. */
export class Accessibility {
  constructor(app) {
    this.app = app;
    this.voice = byId("grid-voice");
    const { container, grid } = app.surface;
    container.setAttribute("aria-label", t("grid_label"));
    container.setAttribute("aria-multiselectable", "true");
    this.setFrame();
    this.setDoor();
    grid.onRendered.subscribe(() => this.setRows());
    app.events.on("view", () => this.setHeads());
    app.events.on("active", () => this.describe());
    this.setRows();
    this.describe();
  }

  /** SlickGrid's panes and focus sinks mean nothing to anybody; its viewports hold the rows. */
  setFrame() {
    const { container } = this.app.surface;
    container.querySelectorAll("[tabindex]:not(.slick-cell)").forEach((node) => node.removeAttribute("tabindex"));
    const plain = ".slick-pane, .grid-canvas, .slick-header, .slick-headerrow, .slick-top-panel-scroller, .slick-preheader-panel, .slick-footerrow";
    container.querySelectorAll(plain).forEach((node) => node.setAttribute("role", "presentation"));
    container.querySelectorAll(".slick-top-panel-scroller, .slick-headerrow, .slick-pane-bottom").forEach((node) => node.setAttribute("aria-hidden", "true"));
    container.querySelectorAll(".slick-viewport-top").forEach((node) => node.setAttribute("role", "rowgroup"));
  }

  /**
   * The scrolled part is the table's one stop of the Tab key and hands the focus to the textarea. While the
   * official is leaving it is no stop, or Shift+Tab would come straight back.
   */
  setDoor() {
    const door = this.app.surface.scroller();
    door.tabIndex = 0;
    door.addEventListener("focus", () => this.app.editor.focus());
    this.app.parts.textarea.addEventListener("blur", () => setTimeout(() => {
      door.tabIndex = 0;
    }, 0));
  }

  openDoor() {
    // Without the attribute browsers make what scrolls a stop by themselves.
    this.app.surface.scroller().tabIndex = -1;
  }

  setHeads() {
    const { container, grid } = this.app.surface;
    const last = String(this.app.ledger.view.length + 3);
    container.setAttribute("aria-rowcount", last);
    container.setAttribute("aria-colcount", String(this.app.ledger.columns.length + LEADING));
    container.querySelectorAll(".slick-header-columns").forEach((node) => setRow(node, "2"));
    container.querySelectorAll(".slick-footerrow-columns").forEach((node) => setRow(node, last));
    [grid.getPreHeaderPanelLeft(), grid.getPreHeaderPanelRight()].forEach((node) => {
      if (node.querySelector("[role=columnheader]")) setRow(node, "1");
      else node.setAttribute("role", "presentation");
    });
  }

  setRows() {
    this.app.surface.container.querySelectorAll(".slick-row:not([aria-rowindex])").forEach((node) => {
      node.setAttribute("aria-rowindex", String(Number(node.dataset.row) + 3));
    });
  }

  /** The textarea has the focus; this says which cell it stands for. */
  describe() {
    const { textarea } = this.app.parts;
    const { selection, surface } = this.app;
    const old = byId("grid-active-cell");
    if (old) old.removeAttribute("id");
    const node = surface.node(selection.row, selection.cell);
    if (node) {
      node.id = "grid-active-cell";
      textarea.setAttribute("aria-activedescendant", node.id);
    } else textarea.removeAttribute("aria-activedescendant");
    textarea.setAttribute("aria-label", this.app.message.sentence());
  }

  /** Speak without interrupting; the same words twice are spoken twice. */
  say(words) {
    this.voice.textContent = "";
    this.voice.textContent = words;
  }
}

function setRow(node, index) {
  node.setAttribute("role", "row");
  node.setAttribute("aria-rowindex", index);
}
