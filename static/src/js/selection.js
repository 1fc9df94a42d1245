// Tick boxes of a list: "all" in the head, the number in the bar that takes the place of the conditions row.
function refresh(list) {
  const boxes = [...list.querySelectorAll("tbody input[type=checkbox][name]")];
  const picked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").classList.toggle("is-picked", box.checked);
  const all = list.querySelector("[data-pick-all]");
  if (all) {
    all.checked = picked.length > 0 && picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && picked.length < boxes.length;
  }
  for (const bar of list.querySelectorAll("[data-when-picked]")) bar.hidden = picked.length === 0;
  for (const bar of list.querySelectorAll("[data-when-none]")) bar.hidden = picked.length > 0;
  for (const count of list.querySelectorAll("[data-picked-count]")) count.textContent = picked.length;
}

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-selectable]");
  if (!list) return;
  if (event.target.matches("[data-pick-all]")) {
    for (const box of list.querySelectorAll("tbody input[type=checkbox][name]")) box.checked = event.target.checked;
  }
  refresh(list);
});
document.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-pick-none]");
  if (!clear) return;
  const list = clear.closest("[data-selectable]");
  for (const box of list.querySelectorAll("tbody input[type=checkbox]")) box.checked = false;
  refresh(list);
});
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-selectable]").forEach(refresh));
// The picked rows on paper (all rows where none is picked): see the print rules of officers.css.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
