/** Copy, cut and paste. The clipboard speaks in canonical text, tab separated, as Excel and WPS do. */
import { formatBlock, hasMergedCells, parseBlock } from "./tsv.js";
import { t } from "./texts.js";

/** Clipboard events of the standing textarea. */
export class Clipboard {
  constructor(app) {
    this.app = app;
    const { textarea } = app.parts;
    textarea.addEventListener("copy", (event) => this.copy(event, false));
    textarea.addEventListener("cut", (event) => this.copy(event, true));
    textarea.addEventListener("paste", (event) => this.paste(event));
  }

  /** Give the browser something to copy: some send no copy event from an empty textarea. */
  prime() {
    const { area } = this.app.editor;
    area.value = " ";
    area.select();
    setTimeout(() => {
      if (!this.app.editor.isOpen) area.value = "";
    }, 0);
  }

  copy(event, cut) {
    if (this.app.editor.isOpen) return;
    event.preventDefault();
    const text = this.selectedText();
    if (text === null) return;
    event.clipboardData.setData("text/plain", text);
    this.app.editor.area.value = "";
    if (cut) this.app.blocks.clear();
    else this.app.say(t("copied", { count: this.app.selection.isWide() ? this.app.blocks.selected().length : 1 }));
  }

  /** The selected cells as text. Several ranges are copied only when they share their columns, as in Excel. */
  selectedText() {
    const ranges = [...this.app.selection.ranges].sort((a, b) => a.top - b.top);
    if (!ranges.length) return null;
    if (ranges.some((range) => range.left !== ranges[0].left || range.right !== ranges[0].right)) {
      this.app.say(t("copy_several_ranges"));
      return null;
    }
    const lines = ranges.flatMap((range) => {
      const { rows, columns } = this.app.selection.content(range);
      return rows.map((row) => columns.map((column) => this.app.paste.textAt(row, column.key)));
    });
    return formatBlock(lines);
  }

  paste(event) {
    if (this.app.editor.isOpen) return;
    event.preventDefault();
    this.take(event.clipboardData.getData("text/plain"), event.clipboardData.getData("text/html"));
  }

  /** Lay a pasted text over the table from the active cell on. */
  take(text, html = "") {
    const block = parseBlock(text);
    if (!block.length || !block[0].length) {
      this.app.say(t("clipboard_empty"));
      return;
    }
    this.app.paste.discard();
    if (this.app.blocks.free()) this.app.paste.begin(block, hasMergedCells(html));
  }

  /** From the menu: the browser may refuse to be read; then the keys still work. */
  async pasteFromMenu() {
    this.app.editor.focus();
    if (!navigator.clipboard || !navigator.clipboard.readText) {
      this.app.say(t("use_ctrl_v"));
      return;
    }
    try {
      this.take(await navigator.clipboard.readText());
    } catch (error) {
      this.app.say(t("use_ctrl_v"));
    }
  }

  /** From the menu: fires the same events as the keys. */
  fromMenu(command) {
    this.app.editor.focus();
    this.prime();
    document.execCommand(command);
  }
}
