// The order of the plan: a button moves a line without leaving the page; a line can be dragged
// among its neighbours, or under another line of the level above.
const place = () => document.getElementById("order");

document.addEventListener("submit", (event) => {
  const { to } = event.submitter?.dataset ?? {};
  if (!to || !window.htmx) return;
  event.preventDefault();
  const { id, value } = event.submitter;
  htmx.ajax("POST", location.pathname, { target: "#order", swap: "outerHTML", values: { line: value, to } }).then(() => {
    const button = document.getElementById(id);
    (button?.disabled ? button.parentElement.querySelector("button:not(:disabled), a") : button)?.focus();
  });
});

let dragged = null;

function prepare() {
  place().querySelectorAll(".order-line").forEach((line) => (line.draggable = true));
}
prepare();
document.addEventListener("htmx:afterSettle", prepare);

document.addEventListener("dragstart", (event) => {
  const line = event.target.closest?.(".order-line");
  if (!line) return;
  dragged = line.parentElement;
  dragged.classList.add("dragging");
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragging");
  dragged = null;
});

// Where the line would land: the list of its kind under the pointer, and its rank there.
function landing(event) {
  const kind = dragged?.parentElement.dataset.kind;
  const over = event.target.closest?.("#order li, #order ol");
  if (!kind || !over || dragged.contains(over)) return null;
  const list = over.closest(`ol[data-kind="${kind}"]`) ?? over.querySelector(`ol[data-kind="${kind}"]`);
  if (!list) return null;
  const others = [...list.children].filter((line) => line !== dragged && line.dataset.line);
  const next = others.find((line) => {
    const { top, height } = line.getBoundingClientRect();
    return event.clientY < top + height / 2;
  });
  return { kind, list, next, rank: (next ? others.indexOf(next) : others.length) + 1 };
}

document.addEventListener("dragover", (event) => {
  const found = landing(event);
  if (!found) return;
  event.preventDefault();
  found.list.insertBefore(dragged, found.next ?? null);
});

document.addEventListener("drop", (event) => {
  if (!dragged) return;
  event.preventDefault();
  const list = dragged.parentElement;
  const rank = [...list.children].filter((line) => line.dataset.line).indexOf(dragged) + 1;
  const address = place().dataset.place.replace("KIND", list.dataset.kind).replace("/0/", `/${dragged.dataset.line}/`);
  const values = { rank, ...(list.dataset.parent && { parent: list.dataset.parent }) };
  htmx.ajax("POST", address, { target: "#order", swap: "outerHTML", values });
});
