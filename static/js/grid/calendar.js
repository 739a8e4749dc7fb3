/** A month to pick a day from, for those who do not type dates. Arrow keys move by day and week. */
import { byId, el, fill } from "./dom.js";
import { Popup } from "./popup.js";
import { t } from "./texts.js";

const DAY = 86400000;

/** The calendar under the cell. `take` gets the day as 2020-06-03. */
export class Calendar extends Popup {
  constructor(app, take) {
    super(app, byId("grid-calendar"));
    this.take = take;
    this.day = new Date();
  }

  /** Open at the day of a text, else today. */
  open(text) {
    const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    const now = new Date();
    this.day = found
      ? new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])))
      : new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
    this.draw();
    this.show();
    this.point("grid-calendar-day");
  }

  moveDays(days) {
    this.day = new Date(this.day.getTime() + days * DAY);
    this.draw();
    this.point("grid-calendar-day");
  }

  moveMonths(months) {
    const month = new Date(Date.UTC(this.day.getUTCFullYear(), this.day.getUTCMonth() + months, 1));
    const last = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
    month.setUTCDate(Math.min(this.day.getUTCDate(), last));
    this.day = month;
    this.draw();
    this.point("grid-calendar-day");
  }

  text() {
    return this.day.toISOString().slice(0, 10);
  }

  draw() {
    const year = this.day.getUTCFullYear();
    const month = this.day.getUTCMonth();
    const first = new Date(Date.UTC(year, month, 1));
    // Weeks begin on Monday.
    const start = new Date(first.getTime() - ((first.getUTCDay() + 6) % 7) * DAY);
    const weeks = Array.from({ length: 6 }, (_, week) => this.week(start, week, month));
    const title = t("month_of", { year: String(year), month: String(month + 1) });
    const turn = (months, key, sign) =>
      el("button", { type: "button", tabIndex: -1, class: "lg-icon", ariaLabel: t(key), on: { click: () => this.moveMonths(months) } }, sign);
    fill(
      this.node,
      el("div", { class: "lg-calendar-head" }, turn(-1, "previous_month", "‹"), el("span", {}, title), turn(1, "next_month", "›")),
      el("table", { role: "grid", ariaLabel: title }, el("thead", {}, this.weekdays()), el("tbody", {}, weeks)),
    );
  }

  weekdays() {
    const names = t("weekdays").split(" ");
    return el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)));
  }

  week(start, week, month) {
    const days = Array.from({ length: 7 }, (_, day) => new Date(start.getTime() + (week * 7 + day) * DAY));
    return el("tr", {}, days.map((day) => this.dayCell(day, month)));
  }

  dayCell(day, month) {
    const text = day.toISOString().slice(0, 10);
    const chosen = text === this.text();
    return el(
      "td",
      {
        id: chosen ? "grid-calendar-day" : null,
        class: day.getUTCMonth() === month ? "" : "is-other",
        "aria-selected": String(chosen),
        on: { click: () => this.take(text) },
      },
      String(day.getUTCDate()),
    );
  }
}
