/** Small helpers every part of the grid builds its elements and events with. */

/**
 * Make an element. Properties that exist on the element are set as properties, the rest as attributes;
 * `class`, `dataset`, `on` (listeners by event name) and `ariaLabel` for aria-label are understood. Text
 * children are never markup.
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "on") Object.entries(value).forEach(([type, run]) => node.addEventListener(type, run));
    else if (/^aria[A-Z]/.test(name)) node.setAttribute(`aria-${name.slice(4).toLowerCase()}`, value);
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** Replace what a node holds. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** The element of this page with that id; the template promises it. */
export function byId(id) {
  return document.getElementById(id);
}

/** Events between the parts of the grid: `on(name, run)` and `emit(name, detail)`. */
export function emitter() {
  const listeners = new Map();
  return {
    on(name, run) {
      if (!listeners.has(name)) listeners.set(name, []);
      listeners.get(name).push(run);
    },
    emit(name, detail) {
      (listeners.get(name) || []).forEach((run) => run(detail));
    },
  };
}

/** Run once in the next frame however often it is asked for. */
export function oncePerFrame(run) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      run();
    });
  };
}

/** A random identifier in UUID form. `crypto.randomUUID` is missing on plain http in an intranet. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
