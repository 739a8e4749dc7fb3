/**
 * What assistive technology meets: roles and positions on SlickGrid's elements, which draws each row twice
 * (frozen part and the rest), and one polite voice.
 */
import { byId } from "./dom.js";
import { LEADING } from "./surface.js";
import { t } from "./texts.js";

/** Patches the drawn table after each rendering and points the textarea at the active cell. */
export class Accessibility {
  constructor(app) {
    this.app = app;
    this.voice = byId("grid-voice");
    const { container, grid } = app.surface;
    container.setAttribute("aria-label", t("grid_label"));
    grid.onRendered.subscribe(() => this.patch());
    ["view", "columns"].forEach((name) => app.events.on(name, () => this.patch()));
    app.events.on("active", () => this.describe());
    this.patch();
    this.describe();
  }

  patch() {
    const { container, shown } = this.app.surface;
    container.setAttribute("aria-rowcount", String(this.app.ledger.view.length + 3));
    container.setAttribute("aria-colcount", String(this.app.ledger.columns.length + LEADING));
    container.setAttribute("aria-multiselectable", "true");
    container.querySelectorAll("[tabindex]").forEach((node) => node.removeAttribute("tabindex"));
    const plain = ".slick-pane, .slick-viewport, .slick-header, .slick-headerrow, .slick-top-panel-scroller, .slick-preheader-panel, .slick-footerrow";
    container.querySelectorAll(plain).forEach((node) => node.setAttribute("role", "presentation"));
    container.querySelectorAll(".slick-top-panel-scroller, .slick-headerrow").forEach((node) => node.setAttribute("aria-hidden", "true"));
    container.querySelectorAll(".grid-canvas").forEach((node) => node.setAttribute("role", node.querySelector(".slick-row") ? "rowgroup" : "presentation"));
    this.patchHeads();
    if (shown.length) this.patchRows();
  }

  patchHeads() {
    const { container, grid } = this.app.surface;
    const last = String(this.app.ledger.view.length + 3);
    container.querySelectorAll(".slick-header-columns").forEach((node) => setRow(node, "2"));
    container.querySelectorAll(".slick-footerrow-columns").forEach((node) => setRow(node, last));
    [grid.getPreHeaderPanelLeft(), grid.getPreHeaderPanelRight()].forEach((node) => {
      if (node.querySelector("[role=columnheader]")) setRow(node, "1");
      else node.setAttribute("role", "presentation");
    });
  }

  patchRows() {
    this.app.surface.container.querySelectorAll(".slick-row").forEach((node) => {
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
