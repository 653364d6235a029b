// <form data-reorder>: its items can also be dragged; the buttons « up » and « down » stay.
document.querySelectorAll("form[data-reorder]").forEach((form) => {
  let dragged = null;
  for (const item of form.querySelectorAll("[data-item]")) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      item.classList.add("dragging");
      event.dataTransfer.effectAllowed = "move";
    });
    item.addEventListener("dragover", (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      const { top, height } = item.getBoundingClientRect();
      item[event.clientY < top + height / 2 ? "before" : "after"](dragged);
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("dragging");
      dragged = null;
      form.querySelectorAll('input[name="order"]').forEach((input) => (input.disabled = false));
      form.requestSubmit();
    });
  }
});
