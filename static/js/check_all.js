// A box in the head of a table ticks and clears the boxes of its rows; without this script it is not shown.
for (const head of document.querySelectorAll("[data-check-all]")) {
  const boxes = () => [...head.closest("table").querySelectorAll("tbody input[type=checkbox]:not(:disabled)")];
  head.hidden = boxes().length === 0;
  head.addEventListener("change", () => {
    for (const box of boxes()) box.checked = head.checked;
  });
  head.closest("table").addEventListener("change", (event) => {
    if (event.target === head) return;
    const all = boxes();
    head.checked = all.every((box) => box.checked);
    head.indeterminate = !head.checked && all.some((box) => box.checked);
  });
}
