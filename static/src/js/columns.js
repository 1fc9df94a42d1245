// Columns that drill down ([data-columns]): ←/→ change the column, ↑/↓ the row, Enter follows the link.
// After a fragment was swapped in, the focus goes back to the row that was chosen.
const columnsOf = (root) => [...root.querySelectorAll("[data-column]")];
const linksOf = (column) => [...column.querySelectorAll("a[href]")];

function start(column) {
  const links = linksOf(column);
  return column.querySelector("a[aria-current]") ?? links[0];
}

document.addEventListener("keydown", (event) => {
  const root = event.target.closest?.("[data-columns]");
  const link = event.target.closest?.("a");
  if (!root || !link || event.altKey || event.ctrlKey || event.metaKey) return;
  const columns = columnsOf(root);
  const at = columns.findIndex((column) => column.contains(link));
  let target = null;
  if (event.key === "ArrowLeft" && at > 0) target = start(columns[at - 1]);
  else if (event.key === "ArrowRight" && at < columns.length - 1) target = start(columns[at + 1]);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const links = linksOf(columns[at]);
    target = links[links.indexOf(link) + (event.key === "ArrowDown" ? 1 : -1)];
  } else return;
  event.preventDefault();
  target?.focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const root = document.querySelector("[data-columns]");
  if (!root || event.detail?.target?.id !== root.id) return;
  const chosen = [...root.querySelectorAll("a[aria-current]")].pop();
  chosen?.focus({ preventScroll: true });
});
