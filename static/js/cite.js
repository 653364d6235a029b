// « Citer » puts a commune's own words, named, at the end of the lead's text; without this script
// they are copied by hand.
for (const button of document.querySelectorAll("[data-cite]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into);
    field.value = [field.value.trim(), button.dataset.cite].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
