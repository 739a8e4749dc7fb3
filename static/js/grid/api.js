/** Talking to the server: one way to send, and one meaning for each way it can fail. */

/** What went wrong, as a word the caller can act on: login, denied, busy, refused. */
export class ApiError extends Error {
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

  remove(name, body) {
    return this.post(name, body, { method: "DELETE" });
  }

  /** `background` marks what the page asks by itself, so that it does not keep an idle session alive. */
  async send(url, request, { background = false } = {}) {
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", ...request.headers };
    if (background) headers["X-Background"] = "1";
    let response;
    try {
      response = await fetch(url, { ...request, headers, credentials: "same-origin", signal: AbortSignal.timeout(60000) });
    } catch (error) {
      throw new ApiError("busy", error.message);
    }
    return this.read(response);
  }

  async read(response) {
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    let data = null;
    try {
      data = isJson && response.status !== 204 ? await response.json() : null;
    } catch (error) {
      // The answer broke off on its way; the same key may be sent again.
      throw new ApiError("busy", error.message, response.status);
    }
    const message = (data && data.message) || "";
    if (response.status === 401 || (response.redirected && !isJson)) throw new ApiError("login", message, 401);
    if (response.status === 403) throw new ApiError("denied", message, 403);
    if (response.status >= 500 || response.status === 429) throw new ApiError("busy", message, response.status);
    if (!response.ok) throw new ApiError("refused", message, response.status);
    return data;
  }
}
