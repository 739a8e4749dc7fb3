// Before somebody logs out: survey entries that still wait on this device are named, and can be sent first.  They stay
// on the device in any case; logging in again sends them.

import { deliver, LOGIN, WAITING, waiting } from "./delivery.js";
import { kept } from "./store.js";

const form = document.querySelector("form[data-logout]");
const dialog = document.getElementById("leaving-dialog");

function ask(count) {
  dialog.querySelector("[data-leaving-count]").textContent = count;
  dialog.querySelector("[data-leaving-failed]").hidden = true;
  dialog.showModal();
}

async function sendAll(user) {
  for (let entry = (await waiting(user))[0]; entry; entry = (await waiting(user))[0]) {
    const { outcome } = await deliver(entry);
    if (outcome === WAITING || outcome === LOGIN) return;
  }
}

async function sendFirst(button) {
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    await sendAll(form.dataset.logout);
    const left = (await kept(form.dataset.logout)).length;
    if (left === 0) {
      form.submit();
      return;
    }
    dialog.querySelector("[data-leaving-count]").textContent = left;
    dialog.querySelector("[data-leaving-failed]").hidden = false;
  } finally {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

async function leave(event) {
  event.preventDefault();
  let count = 0;
  try {
    count = (await kept(form.dataset.logout)).length;
  } catch {
    // A private window keeps nothing: then nothing waits.
  }
  if (count) ask(count);
  else form.submit();
}

if (form && dialog && "indexedDB" in window) {
  form.addEventListener("submit", leave);
  dialog.querySelector("[data-leaving-send]").addEventListener("click", (event) => sendFirst(event.currentTarget));
  dialog.querySelector("[data-leaving-go]").addEventListener("click", () => form.submit());
}
