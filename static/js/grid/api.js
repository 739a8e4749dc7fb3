/** Talking to the server: one way to send, and one meaning for each way it can fail. */

/** What went wrong, as a word the caller can act on: login, denied, busy, refused. */
class ApiError extends Error {
  constructor(kind, message = "", status = 0) {
    super(message || kind);
    this.kind = kind;
    this.status = status;
  }
}

/** The addresses and the token come from the data attributes of the ledger element. */
export class Api {
  constructor(place) {
    this.urls = place.dataset;
    this.token = place.dataset.csrf;
  }

  get(name, parameters = {}, options = {}) {
    const url = new URL(this.urls[`${name}Url`], window.location.href);
    Object.entries(parameters).forEach(([key, value]) => url.searchParams.set(key, value));
    return this.send(url, { method: "GET" }, options);
  }

  post(name, body, options = {}) {
    const url = new URL(this.urls[`${name}Url`], window.location.href);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token };
    return this.send(url, { method: options.method || "POST", headers, body: JSON.stringify(body) }, options);
  }

  /** Send a form of the portal, which carries its own token. */
  async postForm(name, form) {
    const url = new URL(this.urls[`${name}Url`], window.location.href);
    return this.read(await this.ask(url, { method: "POST", body: form }, false));
  }

  remove(name, body) {
    return this.post(name, body, { method: "DELETE" });
  }

  /** `background` marks what the page asks by itself, so that it does not keep an idle session alive. */
  async send(url, request, { background = false } = {}) {
    const response = await this.ask(url, request, background);
    const isForged = response.status === 403 && request.method !== "GET" && !isJson(response);
    if (!isForged || !(await this.renewToken())) return this.read(response);
    const headers = { ...request.headers, "X-CSRFToken": this.token };
    return this.read(await this.ask(url, { ...request, headers }, background));
  }

  async ask(url, request, background) {
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", ...request.headers };
    if (background) headers["X-Background"] = "1";
    try {
      return await fetch(url, { ...request, headers, credentials: "same-origin", signal: AbortSignal.timeout(60000) });
    } catch (error) {
      throw new ApiError("busy", error.message);
    }
  }

  /**
   * A login in another tab gives the browser another token; take it, and say whether it is worth trying again.
   * Nobody logged in, or somebody else, is a matter for the login dialog.
   */
  async renewToken() {
    const place = await currentPlace();
    if (!place || place.dataset.user !== this.urls.user) throw new ApiError("login", "", 401);
    const renewed = place.dataset.csrf !== this.token;
    this.token = place.dataset.csrf;
    return renewed;
  }

  async read(response) {
    let data = null;
    try {
      data = isJson(response) && response.status !== 204 ? await response.json() : null;
    } catch (error) {
      // The answer broke off on its way; the same key may be sent again.
      throw new ApiError("busy", error.message, response.status);
    }
    const message = (data && data.message) || "";
    if (response.status === 401 || (response.redirected && !isJson(response))) throw new ApiError("login", message, 401);
    if (response.status === 403) throw new ApiError("denied", message, 403);
    if (response.status >= 500 || response.status === 429) throw new ApiError("busy", message, response.status);
    if (!response.ok) throw new ApiError("refused", message, response.status);
    return data;
  }
}

function isJson(response) {
  return (response.headers.get("Content-Type") || "").includes("json");
}

/** A page of the portal as an inert document, or null when the line is broken. */
export async function fetchPage(url, request = {}) {
  try {
    const response = await fetch(url, { ...request, credentials: "same-origin", headers: { Accept: "text/html" } });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch (error) {
    return null;
  }
}

/** The ledger element of this address as the server writes it now: whose it is, and the token of the day. */
export async function currentPlace() {
  const page = await fetchPage(window.location.href);
  return page && page.getElementById("ledger-grid");
}
