// Makes forms kinder where scripts run: a second tap sends nothing, and the room left is counted.

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });
}

// A page that comes back from the browser's memory may send again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

for (const field of document.querySelectorAll("textarea[data-left]")) {
  const note = document.createElement("p");
  note.className = "help";
  field.after(note);
  const tell = () => {
    const left = field.maxLength - field.value.length;
    note.textContent = left <= 200 ? `${left} ${field.dataset.left}` : "";
  };
  field.addEventListener("input", tell);
  tell();
}
