/* Small helps of every page. Everything works without this file; nothing here decides anything. */
(() => {
  "use strict";

  /* ---- menus close on Escape and on a press elsewhere */
  const openMenus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  /* ---- forms: ask before what reaches far, send once */
  const confirmed = new WeakSet();

  function ask(form, submitter) {
    const dialog = document.getElementById("confirm-dialog");
    const ok = dialog.querySelector("[data-confirm-ok]");
    const usual = ok.textContent;
    dialog.querySelector("#confirm-text").textContent = form.dataset.confirm;
    ok.textContent = form.dataset.confirmAction || usual;
    dialog.returnValue = "cancel";
    dialog.addEventListener("close", () => {
      ok.textContent = usual;
      if (dialog.returnValue !== "ok") return;
      confirmed.add(form);
      form.requestSubmit(submitter);
    }, { once: true });
    dialog.showModal();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !confirmed.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, event.submitter);
      return;
    }
    confirmed.delete(form);
    if (!("once" in form.dataset)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  }, true);

  /* A page that comes back from the browser's memory can be sent again. */
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  });

  /* ---- filters: a choice by pointer applies at once, a choice by keyboard waits for Enter or the button */
  let byPointer = false;
  document.addEventListener("pointerdown", () => { byPointer = true; }, true);
  document.addEventListener("keydown", () => { byPointer = false; }, true);

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form && event.target.matches("select") && byPointer) form.requestSubmit();
  });

  /* The button shows itself when there is something to apply. */
  document.addEventListener("input", (event) => {
    event.target.closest("form[data-auto-submit]")?.classList.add("is-changed");
  });

  /* ---- copy and print; the buttons are hidden until a script can serve them */
  function asText(source) {
    if (!(source instanceof HTMLTableElement)) return source.innerText;
    return Array.from(source.rows, (row) =>
      Array.from(row.cells, (cell) => cell.innerText.replace(/\s+/g, " ").trim()).join("\t")).join("\n");
  }

  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    const usual = button.textContent;
    await navigator.clipboard.writeText(asText(source));
    button.textContent = button.dataset.copied || "✓";
    window.setTimeout(() => { button.textContent = usual; }, 2000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if ("print" in button.dataset) window.print();
    else copy(button);
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
    /* The clipboard needs a secure origin. */
    if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
    document.querySelectorAll("form[data-auto-submit]").forEach((form) => form.classList.add("is-auto"));
    document.querySelector("[data-autofocus]")?.focus();
  });

  /* ---- htmx: say that a part is busy; a login page never lands inside a panel */
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const login = document.body.dataset.loginUrl;
    const answered = new URL(event.detail.xhr.responseURL || window.location.href);
    if (answered.pathname !== login || window.location.pathname === login) return;
    event.detail.shouldSwap = false;
    window.location.assign(`${login}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  });
})();
