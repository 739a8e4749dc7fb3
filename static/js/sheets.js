// Entering sheets by keyboard: Enter goes from the place to the answer, 1, 2 and 3 choose it, Enter takes the sheet.

const form = document.querySelector(".sheet-form");

function choices() {
  return [...form.querySelectorAll('input[type="radio"][name="choice"]')];
}

function chosen() {
  return choices().some((radio) => radio.checked);
}

function onPlace(event) {
  if (event.key !== "Enter" || event.isComposing || chosen() || !choices().length) return;
  event.preventDefault();
  choices()[0].focus();
}

function onChoice(event) {
  const wanted = choices()[["1", "2", "3"].indexOf(event.key)];
  if (!wanted) return;
  event.preventDefault();
  wanted.checked = true;
  wanted.focus();
}

if (form) {
  form.querySelector('[name="place"]')?.addEventListener("keydown", onPlace);
  for (const radio of choices()) radio.addEventListener("keydown", onChoice);
}
