// Adds blank rows to the formsets of a page; without it one blank row is already there.
document.querySelectorAll("[data-formset]").forEach((formset) => {
  const total = formset.querySelector('[name$="-TOTAL_FORMS"]');
  const blank = formset.querySelector("[data-blank]");
  const button = formset.querySelector("[data-add]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const row = document.createElement("div");
    row.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
    total.value = Number(total.value) + 1;
    const added = row.firstElementChild;
    button.before(added);
    added.querySelector("input:not([type=hidden]), select, textarea").focus();
  });
});
