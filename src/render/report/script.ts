// The one script of a report, as text: it sorts and filters the table and leads from the drawings to it. Without it nothing is
// missing but these. It reads the page and writes no markup.

/** The script. */
export const REPORT_SCRIPT: string = `"use strict";
{
  const body = document.querySelector("tbody");
  const form = document.querySelector("#filter");
  const status = document.querySelector("[role=status]");
  const count = new Intl.NumberFormat("en-US");

  if (body && form) {
    const rows = [...body.rows];
    const names = rows.map((row) => row.querySelector("th bdi").textContent.toLowerCase());

    const filter = () => {
      const wanted = form.elements.namedItem("name").value.trim().toLowerCase();
      const states = new Set([...form.querySelectorAll("[type=checkbox]:checked")].map((box) => box.name));
      let shown = 0;
      for (const [index, row] of rows.entries()) {
        const fits = states.has(row.dataset.state) && names[index].includes(wanted);
        if (row.hidden === fits) row.hidden = !fits;
        if (fits) shown++;
      }
      const all = count.format(rows.length) + (rows.length === 1 ? " task" : " tasks");
      status.textContent = shown === rows.length ? all : count.format(shown) + " of " + all;
    };

    const keyOf = (row, column) => {
      const cell = row.cells[column];
      if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
      return cell.classList.contains("number") ? undefined : (cell.querySelector("bdi") || cell).textContent;
    };

    const collator = new Intl.Collator(undefined, { numeric: true });
    const keyedBy = new Map();

    // What has no value comes last in both directions.
    const sort = (column, sign) => {
      if (!keyedBy.has(column)) keyedBy.set(column, rows.map((row, index) => ({ row, index, key: keyOf(row, column) })));
      const keyed = keyedBy.get(column).toSorted((a, b) => {
        if (a.key === undefined || b.key === undefined) return (a.key === undefined) - (b.key === undefined) || a.index - b.index;
        const order = typeof a.key === "number" ? a.key - b.key : collator.compare(a.key, b.key);
        return sign * order || a.index - b.index;
      });
      // Out of the page, rows are moved in a fraction of the time.
      const table = body.parentElement;
      body.remove();
      body.append(...keyed.map(({ row }) => row));
      table.append(body);
    };

    const heads = [...document.querySelectorAll("thead th")];
    for (const [column, head] of heads.entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const ascending = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        sort(column, ascending ? 1 : -1);
      });
    }

    const find = (row) => {
      if (row.hidden) {
        form.reset();
        filter();
      }
      for (const found of document.querySelectorAll("tr.found")) found.classList.remove("found");
      row.classList.add("found");
      row.scrollIntoView({ block: "center" });
    };

    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    filter();

    document.addEventListener("click", (event) => {
      const mark = event.target.closest("svg [data-task]");
      const link = event.target.closest("a[href^='#task-']");
      const row = mark ? document.getElementById("task-" + mark.dataset.task) : link && document.querySelector(link.hash);
      if (!row) return;
      if (link) event.preventDefault();
      find(row);
    });
  }
}
`;
