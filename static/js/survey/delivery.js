// Bringing one waiting entry to the server, from whichever page the user is on.

import { forget, keep, kept } from "./store.js";

/** What became of an entry: saved, refused by the server, waiting for the network, waiting for a login. */
export const SAVED = "saved";
export const REFUSED = "refused";
export const WAITING = "waiting";
export const LOGIN = "login";

/** Return the entries of a user that the server has not refused, oldest first. */
export async function waiting(user) {
  return (await kept(user)).filter((entry) => !entry.refused);
}

function post(entry) {
  const body = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries(entry.fields)) body.append(name, value);
  body.append("key", entry.key);
  body.append("version", entry.version);
  // The session may be somebody else's by now: the server takes the entry from its writer only.
  body.append("user", entry.user);
  if (entry.photo) body.append("photo", entry.photo, entry.photoName);
  const headers = { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token };
  return fetch(entry.url, { method: "POST", body, headers, redirect: "manual" });
}

/** Send an entry; return {outcome, version, message}.  Only what was saved leaves the store. */
export async function deliver(entry) {
  let answer;
  try {
    answer = await post(entry);
  } catch {
    return { outcome: WAITING };
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { outcome: LOGIN };
  if (answer.status === 429 || answer.status >= 500) return { outcome: WAITING };
  const told = await answer.json().catch(() => ({ message: String(answer.status) }));
  if (!answer.ok) {
    await keep({ ...entry, refused: told.message });
    return { outcome: REFUSED, message: told.message };
  }
  await forget(entry);
  // Later ones of the same item follow on from the version that the server has now.
  for (const one of await waiting(entry.user)) {
    if (one.finding === entry.finding) await keep({ ...one, version: told.version });
  }
  return { outcome: SAVED, version: told.version };
}
