/** The list of a choice column: typing filters it, arrows move in it, Enter or Tab takes the line. */
import { byId, el, fill } from "./dom.js";
import { Popup } from "./popup.js";
import { t } from "./texts.js";
import { normalise } from "./values.js";

/** Names of places run into hundreds; more lines than this nobody reads. */
const LISTED = 60;

/** The typed word itself comes first, then what begins with it, then what only contains it. */
function nearest(labels, word) {
  const rank = (label) => {
    const text = normalise(label).toLowerCase();
    return text === word ? 0 : text.startsWith(word) ? 1 : 2;
  };
  return [0, 1, 2].flatMap((wanted) => labels.filter((label) => rank(label) === wanted));
}

/** A stretch of a long list around the value that stands in the cell. */
function around(labels, value) {
  const start = Math.max(0, Math.min(labels.indexOf(value) - LISTED / 2, labels.length - LISTED));
  return labels.slice(start, start + LISTED);
}

/** The listbox under the cell. `take` gets the chosen label. */
export class Choices extends Popup {
  constructor(app, take) {
    super(app, byId("grid-choices"));
    this.take = take;
    this.labels = [];
    this.current = -1;
  }

  /** Show the choices that contain what was typed; `value` is the line to begin at. */
  open(column, typed, value) {
    const word = normalise(typed).toLowerCase();
    const all = column.choices.map(([, label]) => label);
    const found = all.filter((label) => normalise(label).toLowerCase().includes(word));
    this.labels = word ? nearest(found, word).slice(0, LISTED) : around(all, value);
    if (!column.required && !word) this.labels = ["", ...this.labels];
    this.current = value ? this.labels.indexOf(value) : word && this.labels.length ? 0 : -1;
    if (!this.labels.length) fill(this.node, el("li", { class: "lg-choice-none", role: "option", ariaDisabled: "true" }, t("no_choice_matches")));
    else fill(this.node, this.labels.map((label, index) => this.line(label, index)));
    this.show();
    this.mark();
  }

  line(label, index) {
    const click = () => this.take(label);
    return el("li", { id: `grid-choice-${index}`, role: "option", class: "lg-choice", on: { click } }, label || t("choice_blank"));
  }

  move(step) {
    if (!this.labels.length) return;
    this.current = (this.current + step + this.labels.length) % this.labels.length;
    this.mark();
  }

  mark() {
    [...this.node.children].forEach((node, index) => {
      const chosen = index === this.current;
      node.setAttribute("aria-selected", String(chosen));
      if (chosen) node.scrollIntoView({ block: "nearest" });
    });
    if (this.current >= 0) this.point(`grid-choice-${this.current}`);
  }

  /** The marked label while the list is open, else null: then the typed text counts. */
  chosen() {
    return this.isOpen && this.current >= 0 ? this.labels[this.current] : null;
  }
}
