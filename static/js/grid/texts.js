/** The words of the page. They come translated from the server, so no sentence is written in a script. */

let texts = {};

/** Take the texts of the page's `grid-texts` block. */
export function loadTexts() {
  texts = JSON.parse(document.getElementById("grid-texts").textContent);
}

/** The text of a key with its {names} filled in; counts get their thousands separators. */
export function t(key, values = {}) {
  const text = key in texts ? texts[key] : key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? written(values[name]) : whole));
}

function written(value) {
  return typeof value === "number" ? value.toLocaleString("en-US") : String(value);
}
