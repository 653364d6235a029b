// Comforts of the plan’s table: one box ticks the whole page, Shift ticks a range.
const boxes = (name) => [...document.querySelectorAll(`input[name="${name}"]`)];
let last = null;

document.querySelectorAll("[data-check-all]").forEach((box) => (box.hidden = false));
document.addEventListener("htmx:afterSettle", () =>
  document.querySelectorAll("[data-check-all]").forEach((box) => (box.hidden = false)),
);

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.matches("[data-check-all]")) {
    for (const other of boxes(box.dataset.checkAll)) other.checked = box.checked;
  } else if (box.matches('input[name="action"]')) {
    const all = boxes("action");
    if (event.shiftKey && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const other of all.slice(from, to + 1)) other.checked = box.checked;
    }
    last = box;
  } else return;
  document.dispatchEvent(new Event("ctg:selected"));
});
