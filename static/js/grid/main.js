/** The ledger page: fetch the rows, put the parts together, keep what is unsaved. */
import { Accessibility } from "./accessibility.js";
import { Api } from "./api.js";
import { Blocks } from "./blocks.js";
import { Clipboard } from "./clipboard.js";
import { Commands } from "./commands.js";
import { Conflicts } from "./conflicts.js";
import { byId, emitter } from "./dom.js";
import { Editor } from "./editor.js";
import { Filters } from "./filters.js";
import { Help } from "./help.js";
import { History } from "./history.js";
import { Keyboard } from "./keyboard.js";
import { Layout } from "./layout.js";
import { Ledger } from "./ledger.js";
import { Menu } from "./menu.js";
import { Message } from "./message.js";
import { Mirror } from "./mirror.js";
import { Mouse } from "./mouse.js";
import { Panel } from "./panel.js";
import { Paste } from "./paste.js";
import { Polling } from "./polling.js";
import { Problems } from "./problems.js";
import { Reasons } from "./reasons.js";
import { Saving } from "./saving.js";
import { Selection } from "./selection.js";
import { Session } from "./session.js";
import { cellStates } from "./states.js";
import { Status } from "./status.js";
import { Surface } from "./surface.js";
import { loadTexts, t } from "./texts.js";
import { Totals } from "./totals.js";
import { loadTokens } from "./values.js";
import { Views } from "./views.js";

/** How long a notice stays in the status bar, in milliseconds. */
const NOTICE_TIME = 12000;
const MARKS = ["conflict", "hard", "soft"];
const WIDE = window.matchMedia("(min-width: 768px)");

/** The open page: its parts by name, and the few things several of them need. */
class Page {
  constructor(place, data) {
    this.place = place;
    this.events = emitter();
    this.api = new Api(place);
    this.parts = {
      page: place,
      wrapper: byId("grid-wrapper"),
      grid: byId("grid-table"),
      textarea: byId("grid-input"),
      calendarButton: byId("grid-calendar-open"),
    };
    this.ledger = new Ledger(data, this.events);
  }

  /** Parts depend on those made before them. */
  build() {
    this.layout = new Layout(this);
    this.selection = new Selection(this);
    this.message = new Message(this);
    this.paste = new Paste(this);
    this.surface = new Surface(this);
    this.commands = new Commands(this);
    this.editor = new Editor(this);
    this.session = new Session(this, this.place);
    this.mirror = new Mirror(this, this.place);
    this.saving = new Saving(this);
    this.blocks = new Blocks(this);
    this.clipboard = new Clipboard(this);
    this.panel = new Panel(this);
    this.history = new History(this);
    this.conflicts = new Conflicts(this);
    this.reasons = new Reasons(this);
    this.menu = new Menu(this);
    this.help = new Help(this);
    this.filters = new Filters(this);
    this.totals = new Totals(this);
    this.keyboard = new Keyboard(this);
    this.mouse = new Mouse(this);
    this.accessibility = new Accessibility(this);
    this.status = new Status(this);
    this.problems = new Problems(this, this.place.dataset.formUrl);
    this.wire();
  }

  wire() {
    this.events.on("rows", (rows) => this.surface.redraw(rows));
    this.events.on("view", () => this.surface.resetRows());
    this.events.on("columns", () => this.layout.drawGroups());
    this.events.on("leave", () => this.mirror.write());
    ["rows", "view"].forEach((name) => this.events.on(name, () => this.showFit()));
    ["rows", "paste"].forEach((name) => this.events.on(name, () => this.describeActive()));
    this.layout.drawGroups();
    byId("grid-paste-open")?.addEventListener("click", () => this.togglePaste());
    byId("grid-columns").addEventListener("toggle", (event) => event.target.open && this.layout.drawChooser());
    const add = byId("grid-add-row");
    add.hidden = !(this.ledger.mayEdit && this.ledger.mayAdd);
    add.addEventListener("click", () => this.blocks.addRow());
    this.events.on("panel", () => byId("grid-paste-open")?.setAttribute("aria-pressed", String(this.panel.isOpen("paste"))));
    document.addEventListener("visibilitychange", () => document.hidden && this.saving.flush());
    window.addEventListener("beforeunload", (event) => this.beforeLeaving(event));
    document.addEventListener("mousedown", (event) => closeOthers(event.target));
    WIDE.addEventListener("change", () => this.showFit());
  }

  /** Words for the ear; the eye has the line above the table. */
  say(words) {
    if (this.accessibility) this.accessibility.say(words);
    const notice = byId("grid-notice");
    notice.textContent = words;
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => {
      notice.textContent = "";
    }, NOTICE_TIME);
  }

  describeActive() {
    if (this.accessibility) this.accessibility.describe();
  }

  nameOf(row) {
    const column = this.ledger.columns.find((one) => one.frozen) || this.ledger.columns[0];
    return this.ledger.text(row, column.key) || t("unnamed_row", { number: String(row.number) });
  }

  cellIsMarked(row, key) {
    return cellStates(this.ledger, row, key).some((state) => MARKS.includes(state));
  }

  firstMarkedKey(row) {
    const marked = this.ledger.columns.find((column) => this.cellIsMarked(row, column.key));
    if (marked) return marked.key;
    return row.edits.size ? [...row.edits.keys()][0] : null;
  }

  unsavedCells() {
    return this.ledger.rows.reduce((count, row) => count + (this.ledger.isUnsaved(row) ? row.edits.size : 0), 0);
  }

  async saveNow() {
    this.editor.commit();
    await this.saving.flush();
    this.say(this.saving.hasUnsaved() ? t("not_all_saved") : t("all_saved"));
  }

  /** F6: from the table to the panel if one is open, else to the status bar. */
  leaveGrid() {
    this.editor.commit();
    if (this.panel.isOpen()) this.panel.focus();
    else byId("grid-help-open").focus();
  }

  /** The button 粘贴预览: closes an open preview, else offers a place to paste into. */
  togglePaste() {
    if (this.panel.isOpen("paste")) this.panel.close();
    else byId("grid-paste-box").showModal();
  }

  showFit() {
    if (!WIDE.matches) this.problems.draw();
    else if (this.wasNarrow) this.surface.fit();
    this.wasNarrow = !WIDE.matches;
  }

  beforeLeaving(event) {
    this.editor.commit();
    this.mirror.write();
    if (this.saving.hasUnsaved()) event.preventDefault();
  }
}

/** Drop-down boxes close when something else is clicked. */
function closeOthers(target) {
  document.querySelectorAll("details.lg-drop[open]").forEach((box) => {
    if (!box.contains(target)) box.open = false;
  });
}

/** A place to paste for those who cannot press Ctrl+V in the table. */
function wirePasteBox(page) {
  const box = byId("grid-paste-box");
  const area = byId("grid-paste-text");
  area.addEventListener("paste", (event) => {
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    const html = event.clipboardData.getData("text/html");
    box.close();
    page.editor.focus();
    page.clipboard.take(text, html);
  });
  box.addEventListener("close", () => page.editor.focus());
  byId("grid-paste-cancel").addEventListener("click", () => box.close());
}

async function start() {
  loadTexts();
  loadTokens();
  const place = byId("ledger-grid");
  const loading = byId("grid-loading");
  let data;
  try {
    data = await new Api(place).get("rows");
  } catch (error) {
    if (!error.kind) throw error;
    loading.textContent = error.kind === "login" ? t("session_over") : error.kind === "denied" && error.message ? error.message : t("rows_failed");
    loading.setAttribute("role", "alert");
    return;
  }
  loading.hidden = true;
  place.classList.add("is-ready");
  const page = new Page(place, data);
  const asked = new URLSearchParams(window.location.search);
  Object.assign(page.ledger.filter, { q: asked.get("q") || "", problems: asked.get("problems") === "1" });
  page.ledger.rebuildView();
  page.build();
  wirePasteBox(page);
  page.views = new Views(page, asked.get("view"));
  page.polling = new Polling(page);
  const restored = page.mirror.restore();
  if (restored) page.say(t("restored", { count: restored }));
  if (WIDE.matches) {
    page.selection.go(0, page.selection.cell);
    page.editor.focus();
  }
  page.showFit();
}

start();
