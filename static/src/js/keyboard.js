// Keys: "/" to the search box; on a table with data-keys j/k or arrows move, Enter opens, x selects; "f" to the filters;
// "[" and "]" follow the links to the previous and the next record; "n" and "N" go between [data-problem] cells;
// where there are none, "n" follows the link that makes something new.
const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
const ROWS = "tr[data-href], tr[data-row], tbody[data-rows] > tr";
const rowsOf = (table) => [...table.querySelectorAll(ROWS)];
// In a long list the row's address is that of its first link, not said twice.
const hrefOf = (row) => row?.dataset.href ?? row?.querySelector("a[href]")?.href;
const keyTable = () => document.querySelector("table[data-keys]");

function moveTo(table, row) {
  for (const other of table.querySelectorAll("tr.is-current")) other.classList.remove("is-current");
  row.classList.add("is-current");
  const target = row.querySelector("a, button") ?? row;
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(direction) {
  const table = keyTable();
  if (!table) return false;
  const rows = rowsOf(table);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.classList.contains("is-current"));
  moveTo(table, rows[at < 0 ? 0 : Math.min(Math.max(at + direction, 0), rows.length - 1)]);
  return true;
}

function currentRow() {
  return keyTable()?.querySelector("tr.is-current") ?? null;
}

function toProblem(direction) {
  const problems = [...document.querySelectorAll("[data-problem]")];
  if (!problems.length) return false;
  const at = problems.indexOf(document.activeElement.closest?.("[data-problem]"));
  const next = problems[(at + direction + problems.length) % problems.length];
  next.focus();
  next.scrollIntoView({ block: "center" });
  return true;
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function focusOn(selector) {
  const target = document.querySelector(selector);
  target?.focus();
  target?.select?.();
  return Boolean(target);
}

// Ctrl+Enter on a problem takes the first fix offered in the row of messages below it.
function takeFix(target) {
  let row = target.closest?.("[data-problem]")?.closest("tr")?.nextElementSibling;
  for (; row?.matches(".ph-rowmsg"); row = row.nextElementSibling) {
    const fix = row.querySelector("[data-fix]");
    if (fix) { fix.click(); return true; }
  }
  return false;
}

const ACTIONS = {
  "/": () => focusOn("#q"),
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: (event) => Boolean(event.target.closest("table[data-keys]")) && step(1),
  ArrowUp: (event) => Boolean(event.target.closest("table[data-keys]")) && step(-1),
  x: () => { const box = currentRow()?.querySelector("input[type=checkbox]"); box?.click(); return Boolean(box); },
  f: () => focusOn("[data-filters] summary, [data-filters] input"),
  "[": () => follow("a[rel=prev]"),
  "]": () => follow("a[rel=next]"),
  n: () => toProblem(1) || follow("a[data-new]"),
  N: () => toProblem(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && takeFix(event.target)) {
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) return;
  if (event.key === "Enter" && event.target === document.body) {
    const href = hrefOf(currentRow());
    if (href) location.assign(href);
    return;
  }
  if (ACTIONS[event.key]?.(event)) event.preventDefault();
});

// A row opens by a click anywhere on it that is not already a control; the link in it stays the real one.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href], tbody[data-rows] > tr");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, summary, select")) return;
  if (String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) open(hrefOf(row), "_blank", "noopener");
  else location.assign(hrefOf(row));
});
