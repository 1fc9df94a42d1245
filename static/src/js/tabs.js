// The tab that was pressed is the current one; its fragment comes by htmx. Digits 1-9 press the tabs of the page.
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (!tab || event.ctrlKey || event.metaKey) return;
  for (const other of tab.parentElement.querySelectorAll("[data-tab]")) {
    other.classList.toggle("is-on", other === tab);
    if (other === tab) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
});

// A link of a menu that loads a fragment ([data-pick-one]) becomes the one chosen in its menu.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pick-one]");
  if (!link || event.ctrlKey || event.metaKey) return;
  for (const other of link.closest("nav").querySelectorAll("[data-pick-one]")) {
    other.classList.toggle("is-on", other === link);
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  document.querySelectorAll("[data-tab]")[Number(event.key) - 1]?.click();
});
