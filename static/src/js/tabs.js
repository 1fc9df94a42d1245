// The tab that was pressed is the current one; its fragment comes by htmx. Digits 1-9 press the tabs of the row.
// In [data-tabs] one row is kept: tabs that do not fit go to the front of the menu "more"; the open one stays in sight.
const bars = new Map();

function arrange(bar) {
  const row = bar.querySelector(".ph-tabs");
  const more = bar.querySelector("[data-tabs-more]");
  const { tabs, front } = bars.get(bar);
  const isOpen = (tab) => tab.classList.contains("is-on");
  const shown = [...tabs.filter((tab) => front.has(tab)), ...tabs.filter((tab) => !front.has(tab) && isOpen(tab))];
  row.replaceChildren(...shown);
  while (row.scrollWidth > row.clientWidth && shown.length > 1) {
    const last = shown.findLastIndex((tab) => !isOpen(tab));
    shown.splice(last, 1)[0].remove();
  }
  const rest = tabs.filter((tab) => !shown.includes(tab));
  more.replaceChildren(...rest);
  bar.querySelector(".ph-tabs-more").hidden = !rest.length;
  bar.querySelector("[data-tabs-count]").textContent = rest.length;
}

for (const bar of document.querySelectorAll("[data-tabs]")) {
  const inRow = [...bar.querySelectorAll(".ph-tabs > [data-tab]")];
  const inMore = [...bar.querySelectorAll("[data-tabs-more] > [data-tab]")];
  bars.set(bar, { tabs: [...inRow, ...inMore], front: new Set(inRow.filter((tab) => tab.dataset.tab !== "back")) });
  new ResizeObserver(() => arrange(bar)).observe(bar);
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (!tab || event.ctrlKey || event.metaKey) return;
  const bar = tab.closest("[data-tabs]") ?? tab.parentElement;
  for (const other of bar.querySelectorAll("[data-tab]")) {
    other.classList.toggle("is-on", other === tab);
    if (other === tab) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  document.querySelector(tab.getAttribute("hx-target"))?.setAttribute("aria-busy", "true");
  const menu = tab.closest("details");
  if (!bars.has(bar)) return;
  // Only after htmx has taken the click: a tab that was moved before would not send its request.
  setTimeout(() => {
    if (menu) menu.open = false;
    arrange(bar);
    if (menu) tab.focus();
  });
});

for (const name of ["htmx:afterSwap", "htmx:responseError", "htmx:sendError", "htmx:historyRestore"]) {
  document.addEventListener(name, () => document.querySelector("[aria-busy=true]")?.removeAttribute("aria-busy"));
}

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

// In the menu "more" the arrows go from part to part.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".ph-tabs-more");
  if (!menu?.open || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const tabs = [...menu.querySelectorAll("[data-tab]")];
  const at = tabs.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? tabs.length - 1 : at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  tabs[(next + tabs.length) % tabs.length].focus();
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  document.querySelectorAll(".ph-tabs > [data-tab]")[Number(event.key) - 1]?.click();
});
