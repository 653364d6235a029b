// Ctrl K opens the search of the whole convention; arrows walk through what it finds.
const dialog = document.getElementById("search-dialog");
const field = dialog?.querySelector("[type=search]");

addEventListener("keydown", (event) => {
  if (!dialog || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
  field.focus();
  field.select();
});

dialog?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [field, ...dialog.querySelectorAll("#search-results a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = (stops.indexOf(document.activeElement) + step + stops.length) % stops.length;
  event.preventDefault();
  stops[next].focus();
});

// A click on the backdrop closes, as Escape does.
dialog?.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
