// The section that opens in its place on a sheet takes the focus; saved, its link takes it back;
// Escape closes it as it was.
let last = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  last = event.target.closest("[id^=modifier-], .card-editing")?.id.replace("carte-", "modifier-") ?? "";
});

document.addEventListener("htmx:afterSettle", () => {
  if (!last) return;
  const card = document.querySelector(".card-editing");
  const link = document.getElementById(last);
  const fields = card?.querySelectorAll("[data-focus], fieldset :is(input:not([type=hidden]), select, textarea)") ?? [];
  ([...fields].find((field) => field.checkVisibility()) ?? link)?.focus();
  last = "";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest(".card-editing")?.querySelector("[data-escape]")?.click();
});
