// The menu as a drawer on phones, and pop-up menus made of <details>.
const app = () => document.querySelector(".ph-app");
const opener = () => document.querySelector("[data-drawer-open]");

function setDrawer(open) {
  app()?.classList.toggle("is-open", open);
  opener()?.setAttribute("aria-expanded", String(open));
  document.querySelector(".ph-body")?.toggleAttribute("inert", open);
  if (open) document.querySelector(".ph-side a")?.focus();
  else opener()?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drawer-open]")) setDrawer(true);
  else if (event.target.closest("[data-drawer-close]")) setDrawer(false);
  for (const menu of document.querySelectorAll("details.ph-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (app()?.classList.contains("is-open")) setDrawer(false);
  for (const menu of document.querySelectorAll("details.ph-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
matchMedia("(min-width: 769px)").addEventListener("change", (query) => {
  if (query.matches && app()?.classList.contains("is-open")) setDrawer(false);
});
