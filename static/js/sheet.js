// The section that opens in its place on a sheet takes the focus; Escape puts it back as it was.
document.addEventListener("htmx:afterSettle", (event) => {
  const form = document.querySelector(".card-editing form");
  if (!form?.closest(".card-editing").contains(event.target) && !event.target.contains(form)) return;
  if (form && !form.querySelector(":focus:not([data-save])")) {
    (form.querySelector("[data-focus]") ?? form.querySelector("fieldset :is(input:not([type=hidden]), select, textarea)"))?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest(".card-editing")?.querySelector("[data-escape]")?.click();
});
