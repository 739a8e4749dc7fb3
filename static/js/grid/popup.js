/** A small box under a cell: the list of choices and the calendar share where and how it stands. */

/** Base of the boxes under the active cell. The focus stays in the textarea; clicks must not take it. */
export class Popup {
  constructor(app, node) {
    this.app = app;
    this.node = node;
    node.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  show() {
    this.node.hidden = false;
    const { selection, surface } = this.app;
    const cell = surface.node(selection.row, selection.cell);
    if (cell) this.place(cell.getBoundingClientRect());
  }

  close() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.app.describeActive();
  }

  /** Under the cell, or above it when there is no room below. */
  place(box) {
    if (this.node.hidden) return;
    const frame = this.app.parts.wrapper.getBoundingClientRect();
    const { offsetHeight: height, offsetWidth: width } = this.node;
    const below = window.innerHeight - box.bottom;
    const top = below < height + 8 && box.top > height ? box.top - height - 2 : box.bottom + 2;
    this.node.style.top = `${top - frame.top}px`;
    this.node.style.left = `${Math.min(box.left, window.innerWidth - width - 8) - frame.left}px`;
  }

  /** Tell assistive technology which line of the box is meant. */
  point(id) {
    if (id) this.app.parts.textarea.setAttribute("aria-activedescendant", id);
  }
}
