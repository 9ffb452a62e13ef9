"use strict";
(() => {
  const page = document.body, lang = document.documentElement.lang, told = document.getElementById("told");
  document.documentElement.classList.add("js");
  const key = (cell) => {
    const value = parseFloat(cell.dataset.v ?? cell.textContent.replace(/[,\s]/g, "").replace("\u2212", "-"));
    return cell.tagName === "TD" && !cell.classList.contains("t") ? value : NaN;
  };
  const sort = (head) => {
    const table = head.closest("table"), body = table.tBodies[0], column = head.cellIndex;
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const rows = [...body.rows].sort((one, other) => {
      const a = one.cells[column], b = other.cells[column], x = key(a), y = key(b);
      if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
      return sign * (Number.isNaN(x) ? a.textContent.localeCompare(b.textContent, lang) : x - y);
    });
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    body.append(...rows);
  };
  for (const head of document.querySelectorAll("table.sortable thead th")) {
    const button = document.createElement("span"); // browsers do not print a button in a repeated heading
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.className = "sort";
    button.title = page.dataset.sort;
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(head);
    });
    head.append(button);
  }
  const tell = (cell) => {
    const coverage = cell.dataset.c ? ` \u00b7 ${page.dataset.coverage} ${cell.dataset.c}` : "";
    told.textContent = `${page.dataset.reference}: ${cell.id}${coverage}`;
    told.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("td[id]");
    if (cell) {
      history.replaceState(null, "", `#${cell.id}`);
      tell(cell);
    } else if (!told.contains(event.target)) {
      told.hidden = true;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") told.hidden = true;
  });
})();
