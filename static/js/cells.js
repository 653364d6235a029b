// The plan's table with the keyboard: arrows move from cell to cell, Enter opens one, Escape leaves
// it as it was. A double click opens it too.
const before = new WeakMap();
const table = () => document.querySelector("table[data-cells]");
const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];

function prepare() {
  const cells = table() ? [...table().querySelectorAll("[data-cell]")] : [];
  cells.forEach((cell) => (cell.tabIndex = -1));
  if (cells.length) cells[0].tabIndex = 0;
  document.querySelectorAll("[data-cells-help]").forEach((help) => (help.hidden = !cells.length));
}
prepare();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "results") prepare();
});

function go(cell) {
  if (!cell) return;
  table().querySelectorAll('[data-cell][tabindex="0"]').forEach((other) => (other.tabIndex = -1));
  cell.tabIndex = 0;
  cell.focus();
}

function open(cell) {
  const code = encodeURIComponent(cell.closest("tr").dataset.action);
  const address = table().dataset.cells.replace("CODE", code).replace("CELL", cell.dataset.cell);
  before.set(cell, [...cell.childNodes]);
  cell.classList.add("editing");
  htmx.ajax("GET", address, { target: cell, swap: "innerHTML" }).then(() => {
    const form = cell.querySelector(".cell-form");
    if (form) form.querySelector("input:not([type=hidden]), select, textarea").focus();
    else leave(cell);
  });
}

function leave(cell) {
  cell.replaceChildren(...before.get(cell));
  cell.classList.remove("editing");
  go(cell);
}

const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("table[data-cells] [data-cell]");
  if (!cell) return;
  if (cell.classList.contains("editing")) {
    if (event.key === "Escape") leave(cell);
  } else if (event.target === cell && (event.key === "Enter" || event.key === "F2")) {
    event.preventDefault();
    open(cell);
  } else if (event.target === cell && steps[event.key]) {
    event.preventDefault();
    const [down, right] = steps[event.key];
    const row = cell.closest("tr");
    const next = down ? (down > 0 ? row.nextElementSibling : row.previousElementSibling) : row;
    if (next) go(cellsOf(next)[cellsOf(row).indexOf(cell) + right]);
  }
});

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("table[data-cells] [data-cell]:not(.editing)");
  if (cell && !event.target.closest("a")) open(cell);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-cell] [data-leave]")) return;
  event.preventDefault();
  leave(event.target.closest("[data-cell]"));
});

document.addEventListener("htmx:responseError", (event) => {
  if (!event.target.matches?.("[data-cell]")) return;
  say(table().dataset.refused);
});

function say(text) {
  const notice = document.createElement("p");
  notice.className = "notice notice-info";
  notice.textContent = text;
  document.getElementById("messages").replaceChildren(notice);
}

// Saved: the whole row is read again, since its lateness or its progress may have changed too.
document.addEventListener("ctg:cell", (event) => {
  const cell = event.target.closest("[data-cell]");
  const row = cell.closest("tr");
  const [code, column] = [row.dataset.action, cell.dataset.column];
  const same = `tr[data-action="${CSS.escape(code)}"]`;
  htmx.ajax("GET", location.href, { target: row, select: same, swap: "outerHTML" }).then(() => {
    const fresh = table()?.querySelector(`${same} [data-column="${column}"]`);
    fresh?.closest("tr").querySelectorAll("[data-cell]").forEach((other) => (other.tabIndex = -1));
    say(event.detail.said);
    if (fresh) go(fresh);
    else prepare();
  });
});
