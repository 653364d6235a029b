// Adds blank rows to the formsets of a page; without it one blank row is already there.
function prepareFormsets(root) {
  root.querySelectorAll("[data-formset] [data-add]").forEach((button) => (button.hidden = false));
}
prepareFormsets(document);
document.addEventListener("htmx:load", (event) => prepareFormsets(event.target));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (!button) return;
  const formset = button.closest("[data-formset]");
  const total = formset.querySelector('[name$="-TOTAL_FORMS"]');
  const row = document.createElement("div");
  row.innerHTML = formset.querySelector("[data-blank]").innerHTML.replaceAll("__prefix__", total.value);
  total.value = Number(total.value) + 1;
  const added = row.firstElementChild;
  button.before(added);
  added.querySelector("input:not([type=hidden]), select, textarea").focus();
});
