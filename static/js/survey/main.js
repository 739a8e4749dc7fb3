// The cards of the survey: an entry is kept on the phone first and sent then, again and again until an answer came.
// Its key makes the server count it once, however often it arrives.

import { deliver, LOGIN, REFUSED, SAVED, waiting, WAITING } from "./delivery.js";
import { forget, keep, kept } from "./store.js";

const RETRY = 15000;
const cards = document.getElementById("survey-cards");
const texts = JSON.parse(document.getElementById("survey-texts")?.textContent || "{}");
const queue = document.getElementById("survey-queue");
const user = cards?.dataset.user || "";
let sending = false;
let again = false;

function fresh() {
  // Without https (a phone in an intranet) there is no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return a number as the server reads it: full-width digits and points become plain ones. */
function tidy(text) {
  return text.normalize("NFKC").replaceAll(",", "").trim();
}

function cardOf(entry) {
  return cards.querySelector(`[data-finding="${entry.finding}"]`);
}

function show(entry, state, words) {
  const card = cardOf(entry);
  if (!card) return;
  for (const name of ["is-answered", "is-waiting", "is-refused"]) card.classList.toggle(name, name === state);
  card.querySelector(".survey-state").textContent = words;
}

async function count() {
  const left = (await waiting(user)).length;
  queue.hidden = left === 0;
  queue.textContent = texts.waiting.replace("%(count)s", left);
}

/** Say on its card what became of an entry. */
async function told(entry, answer) {
  if (answer.outcome === WAITING) show(entry, "is-waiting", texts.kept);
  if (answer.outcome === LOGIN) show(entry, "is-waiting", texts.login);
  if (answer.outcome === REFUSED) show(entry, "is-refused", `${texts.refused} ${answer.message}`);
  if (answer.outcome !== SAVED) return;
  const card = cardOf(entry);
  if (card) card.elements.version.value = answer.version;
  const later = (await waiting(user)).some((one) => one.finding === entry.finding);
  if (!later) show(entry, "is-answered", entry.photo ? texts.sent_photo : texts.sent);
}

async function flush() {
  again = true;
  if (sending) return;
  sending = true;
  try {
    while (again) {
      again = false;
      // Read anew each time: an answer moves the version that the next one follows on from.
      for (let entry = (await waiting(user))[0]; entry; entry = (await waiting(user))[0]) {
        const answer = await deliver(entry);
        await told(entry, answer);
        // Without a network the others would fail too; if it came back meanwhile, all are tried again.
        if (answer.outcome === WAITING || answer.outcome === LOGIN) break;
        await count();
      }
    }
  } finally {
    sending = false;
    await count();
  }
}

/** Take back what the server refused of this item: nothing of it was saved, so its photo comes along. */
async function reclaimed(finding) {
  let photo = null;
  for (const entry of await kept(user)) {
    if (entry.finding !== finding || !entry.refused) continue;
    photo = entry.photo ? entry : photo;
    await forget(entry);
  }
  return photo;
}

async function entryOf(card) {
  const data = new FormData(card);
  const fields = {};
  for (const name of ["condition", "quantity", "place", "remark"]) fields[name] = data.get(name) || "";
  fields.quantity = tidy(fields.quantity);
  const photo = card.elements.photo.files[0] || null;
  const former = await reclaimed(card.dataset.finding);
  return {
    user,
    finding: card.dataset.finding,
    url: card.getAttribute("action"),
    key: fresh(),
    version: card.elements.version.value,
    fields,
    // The bytes themselves: a file of the camera's folder may be gone when the network is back.
    photo: photo ? new Blob([await photo.arrayBuffer()], { type: photo.type }) : former?.photo || null,
    photoName: photo ? photo.name : former?.photoName || "",
    at: Date.now(),
  };
}

async function submitted(event) {
  event.preventDefault();
  const card = event.target;
  try {
    const entry = await entryOf(card);
    await keep(entry);
    card.elements.photo.value = "";
    show(entry, "is-waiting", texts.kept);
  } catch {
    // A private window keeps nothing: then the card is sent as the plain form it is.
    card.submit();
    return;
  }
  await count();
  await flush();
}

/** Put entries that still wait back into their cards. */
async function restore() {
  for (const entry of await kept(user)) {
    const card = cardOf(entry);
    if (!card) continue;
    for (const [name, value] of Object.entries(entry.fields)) card.elements[name].value = value;
    if (entry.refused) show(entry, "is-refused", `${texts.refused} ${entry.refused}`);
    else show(entry, "is-waiting", texts.kept);
  }
}

if (cards && "indexedDB" in window) {
  cards.addEventListener("submit", submitted);
  window.addEventListener("online", flush);
  window.setInterval(flush, RETRY);
  await restore();
  await count();
  await flush();
}
