// Takes the secret of a slip out of the address and posts it, once: fragments never reach a server by themselves.
function open() {
  const secret = new URLSearchParams(location.hash.slice(1)).get("s");
  if (!secret) return;
  // First out of the address, so that neither history nor a shared link keeps it.
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.querySelector("[data-door]");
  form.elements.secret.value = secret;
  form.elements.typed.required = false;
  form.hidden = true;
  document.querySelector("[data-opening]").hidden = false;
  form.submit();
}

open();
// Who already stands at the door and opens the link of a slip stays on the same page.
addEventListener("hashchange", open);

// Who comes back by the browser's own way meets the form again, without the secret.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  const form = document.querySelector("[data-door]");
  form.reset();
  form.elements.secret.value = "";
  form.elements.typed.required = true;
  form.hidden = false;
  document.querySelector("[data-opening]").hidden = true;
});
