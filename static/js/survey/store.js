// Entries that wait on the phone until the server has answered, their photos included, in IndexedDB.  Each user has
// a store of their own: whoever logs in next on the same phone neither opens nor sends what another left there.

const NAME = "survey-entries";

function opened(user) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`${NAME}-${user}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function act(user, mode, work) {
  if (!user) throw new Error("no user to keep entries for");
  const base = await opened(user);
  try {
    return await new Promise((resolve, reject) => {
      const step = base.transaction("entries", mode);
      const request = work(step.objectStore("entries"));
      step.oncomplete = () => resolve(request.result);
      step.onabort = step.onerror = () => reject(step.error || request.error);
    });
  } finally {
    base.close();
  }
}

/** Keep an entry, or what has become of it. */
export function keep(entry) {
  return act(entry.user, "readwrite", (entries) => entries.put(entry));
}

/** Return the entries of a user, oldest first. */
export async function kept(user) {
  const all = await act(user, "readonly", (entries) => entries.getAll());
  return all.sort((one, other) => one.at - other.at);
}

/** Forget an entry: the server has it. */
export function forget(entry) {
  return act(entry.user, "readwrite", (entries) => entries.delete(entry.key));
}
