// A block copied from a spreadsheet and pasted in a cell fills the cells to the right and below.
// Enter and the arrows go up and down a column.
document.querySelectorAll("[data-grid]").forEach((grid) => {
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [
    ...row.querySelectorAll("input[data-column]"),
  ]);
  const place = (cell) => {
    const row = rows.findIndex((cells) => cells.includes(cell));
    return [row, row < 0 ? -1 : rows[row].indexOf(cell)];
  };

  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    const [top, left] = place(event.target);
    if (top < 0 || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    text.split(/\r?\n/).forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const cell = rows[top + down]?.[left + right];
        if (!cell) return;
        cell.value = value.trim();
        cell.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  });

  grid.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const [row, column] = place(event.target);
    if (!step || row < 0 || event.target.type === "date") return;
    event.preventDefault();
    rows[row + step]?.[column]?.focus();
  });
});
